import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** How long a process may take to come up, and to drain. Far above what it needs, so that a busy machine is no failure. */
const patienceMs = 60_000;

/** A child process that is started and ended again and again. What it prints goes to its log. */
export class Victim {
  readonly #entry: string;
  readonly #args: readonly string[];
  readonly #logPath: string;
  #child: ChildProcess | undefined;

  /** `entry`: a built module that sends one message once it is ready, and ends by itself on SIGTERM. */
  constructor(entry: string, args: readonly string[], logPath: string) {
    this.#entry = entry;
    this.#args = args;
    this.#logPath = logPath;
  }

  /** Resolves with its message. Throws when it ends before it is ready. */
  async start(): Promise<unknown> {
    const log = openSync(this.#logPath, 'a');
    const child = fork(this.#entry, this.#args, { stdio: ['ignore', log, log, 'ipc'], execArgv: [] });
    closeSync(log);
    this.#child = child;
    const patience = AbortSignal.timeout(patienceMs);
    const failed = (): undefined => undefined;
    const ended = once(child, 'exit', { signal: patience }).then(failed, failed);
    const ready = once(child, 'message', { signal: patience }).then(
      ([message]) => ({ message: message as unknown }),
      failed,
    );
    const told = await Promise.race([ready, ended]);
    if (!told) throw new Error(`the process did not come up; see ${this.#logPath}`);
    return told.message;
  }

  /** SIGKILL: as a power cut for the process, no handler runs. SIGTERM: it drains; throws when it does not end well. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it ended by itself; see ${this.#logPath}`);
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(patienceMs) });
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`it answered SIGTERM with exit code ${String(code)}`);
  }
}
