import { spawn, type ChildProcess } from 'node:child_process';
import { eachLine } from './lines.js';

export interface SupervisedOptions {
  /** A command line for the shell. */
  readonly command: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What it writes, line by line, both streams. */
  readonly onLine: (line: string) => void;
  /** What happens to it, in words. */
  readonly onNote: (note: string) => void;
}

const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** One that ran so long is no crash loop: the next pause is the first again. */
const steadyMs = 10_000;
/** From the polite signal to the one that cannot be ignored. */
const killAfterMs = 5_000;

/**
 * Keeps one command running: started again when it ends, with growing pauses, until stopped. It gets a process group of
 * its own, so that what the shell started ends with it.
 */
export class Supervised {
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #pauseMs = firstPauseMs;
  #pause: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();
  #state: 'running' | 'restarting' | 'stopped' = 'running';

  constructor(options: SupervisedOptions) {
    this.#options = options;
    this.#start();
  }

  /** Ends it and starts it at once, without counting that as a crash. */
  restart(): void {
    if (this.#state === 'stopped') return;
    this.#pauseMs = firstPauseMs;
    if (this.#child) {
      this.#state = 'restarting';
      this.#end(this.#child);
      return;
    }
    clearTimeout(this.#pause);
    this.#start();
  }

  /** Resolves once the process is gone. Idempotent. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    clearTimeout(this.#pause);
    if (this.#child) this.#end(this.#child);
    await this.#ended;
  }

  /** Ends it without asking; for a process that is ending itself. */
  kill(): void {
    this.#state = 'stopped';
    clearTimeout(this.#pause);
    if (this.#child) signalGroup(this.#child, 'SIGKILL');
  }

  #start(): void {
    const { command, cwd, env, onLine } = this.#options;
    const begun = performance.now();
    const child = spawn(command, { cwd, env, shell: true, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    eachLine(child.stdout, onLine);
    eachLine(child.stderr, onLine);
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#child = undefined;
        this.#gone(signal ?? `code ${code}`, performance.now() - begun);
        resolve();
      });
      // A shell that cannot be started: `close` follows, with nothing to say.
      child.once('error', (error) => this.#options.onNote(`cannot be started: ${error.message}`));
    });
  }

  #gone(how: string, ranMs: number): void {
    if (this.#state === 'stopped') return;
    if (this.#state === 'restarting') {
      this.#state = 'running';
      this.#start();
      return;
    }
    if (ranMs >= steadyMs) this.#pauseMs = firstPauseMs;
    this.#options.onNote(`ended (${how}), starting again in ${this.#pauseMs} ms`);
    this.#pause = setTimeout(() => this.#start(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, longestPauseMs);
  }

  #end(child: ChildProcess): void {
    signalGroup(child, 'SIGTERM');
    const killer = setTimeout(() => signalGroup(child, 'SIGKILL'), killAfterMs);
    child.once('close', () => clearTimeout(killer));
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // The group is gone already: that is what was wanted.
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'ESRCH') throw error;
  }
}
