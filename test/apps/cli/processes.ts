import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built command line. */
export const program = fileURLToPath(new URL('../../../dist/apps/cli/main.js', import.meta.url));

export interface Finished {
  /** The exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface SpawnOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly node?: readonly string[];
}

/** A `wfhost` process and what it wrote so far. */
export class WfhostProcess {
  readonly #child: ChildProcess;
  readonly #finished: Promise<Finished>;
  #out = '';
  #err = '';

  constructor(argv: readonly string[], options: SpawnOptions = {}) {
    const { cwd, env = {}, node = [] } = options;
    const child = spawn(process.execPath, [...node, program, ...argv], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    child.stdout.on('data', (chunk: Buffer) => (this.#out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#err += chunk.toString()));
    this.#child = child;
    this.#finished = new Promise((resolve) => {
      child.once('close', (code, signal) => resolve({ code: signal ?? code, out: this.#out, err: this.#err }));
    });
  }

  /** The first match in what it wrote, as soon as there is one. Rejects, with all it wrote, when it ends before. */
  async match(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#out + this.#err);
      if (found) return found;
      const more = new Promise<'more'>((resolve) => {
        this.#child.stdout?.once('data', () => resolve('more'));
        this.#child.stderr?.once('data', () => resolve('more'));
      });
      if ((await Promise.race([more, this.#finished])) !== 'more') {
        throw new Error(`ended without ${pattern}:\n${this.#out}${this.#err}`);
      }
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  finished(): Promise<Finished> {
    return this.#finished;
  }

  /** Ends it whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#finished;
  }
}

export function wfhost(argv: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return new WfhostProcess(argv, options).finished();
}
