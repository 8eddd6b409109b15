import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A process whose output goes to a file, and line by line to whoever waits for one. Its input ends with this process. */
export class LoggedProcess {
  readonly #child: ChildProcess;
  readonly #log: WriteStream;
  readonly #lines = new Set<(line: string) => void>();
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly logPath: string;

  constructor({ program, args, env = {}, cwd }: Command, logPath: string) {
    this.logPath = logPath;
    this.#log = createWriteStream(logPath, { flags: 'a' });
    this.#child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
      ...(cwd === undefined ? {} : { cwd }),
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#heard(line));
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('close', (code, signal) => resolve(signal ?? code ?? 0));
      this.#child.once('error', reject);
    });
    this.ended.catch(() => undefined);
  }

  onLine(listener: (line: string) => void): void {
    this.#lines.add(listener);
  }

  /** The first line that matches. Rejects when the process ends before, or has not said it in time. */
  async match(pattern: RegExp, deadlineMs: number): Promise<RegExpExecArray> {
    const found = new Promise<RegExpExecArray>((resolve) => {
      this.onLine((line) => {
        const match = pattern.exec(line);
        if (match) resolve(match);
      });
    });
    const early = this.ended.then((code) => {
      throw new Error(`ended with ${code} and never said ${pattern}: see ${this.logPath}`);
    });
    return within(Promise.race([found, early]), deadlineMs, `no line ${pattern}: see ${this.logPath}`);
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.running) this.#child.kill(signal);
    await this.ended.catch(() => undefined);
  }

  #heard(line: string): void {
    this.#log.write(`${line}\n`);
    for (const listener of this.#lines) listener(line);
  }
}

/** Rejects with `message` when `promise` has not settled in time. */
export async function within<T>(promise: Promise<T>, deadlineMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${message} (waited ${deadlineMs / 1000} s)`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a command to its end; rejects unless it exits with 0. */
export async function runToEnd(command: Command, logPath: string, deadlineMs: number): Promise<void> {
  const child = new LoggedProcess(command, logPath);
  try {
    const code = await within(child.ended, deadlineMs, `${command.program} did not end: see ${logPath}`);
    if (code !== 0) throw new Error(`${command.program} ${command.args.join(' ')} ended with ${code}: see ${logPath}`);
  } finally {
    await child.end('SIGKILL');
  }
}
