import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** The next message of a child. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}

export function ask<T>(child: ChildProcess, question: string): Promise<T> {
  child.send(question);
  return message<T>(child);
}

/** In a child: tells its port, then its CPU time in us whenever it is asked for `cpu`, and resolves at anything else. */
export function serveCpu(port: number): Promise<void> {
  const tell = (value: number): void => void process.send?.(value);
  const closed = new Promise<void>((resolve) => {
    process.on('message', (question) => {
      const { user, system } = process.cpuUsage();
      if (question === 'cpu') tell(user + system);
      else resolve();
    });
  });
  tell(port);
  return closed;
}
