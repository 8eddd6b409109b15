import type { Terminal } from '../../../apps/cli/terminal.js';

/** A terminal in memory: what a command wrote, and what it was told. */
export interface FakeTerminal extends Terminal {
  readonly written: { out: string; err: string };
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly answer?: boolean;
  readonly isTty?: boolean;
  readonly nowMs?: number;
  readonly interrupted?: AbortSignal;
}

export function fakeTerminal(options: TerminalOptions = {}): FakeTerminal {
  const written = { out: '', err: '' };
  return {
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    env: options.env ?? {},
    cwd: process.cwd(),
    isTty: options.isTty ?? false,
    now: () => options.nowMs ?? Date.now(),
    confirm: async () => options.answer,
    readInput: async () => options.input ?? '',
    interrupted: options.interrupted ?? new AbortController().signal,
  };
}
