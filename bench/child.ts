import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What one child process measures: `loop` and the named reports. */
export interface Task {
  readonly task: string;
  readonly argument?: unknown;
}

const main = fileURLToPath(new URL('main.js', import.meta.url));

/** Runs one measurement in a process of its own, so that none inherits heap, caches or compiled code from another. */
export async function inChild<T>(task: Task, nodeFlags: readonly string[] = []): Promise<T> {
  const child = spawn(process.execPath, [...process.execArgv, ...nodeFlags, main, '--task', JSON.stringify(task)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the measurement ${JSON.stringify(task)} ended with code ${String(code)}`);
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\n');
  return JSON.parse(lines.at(-1) ?? '') as T;
}
