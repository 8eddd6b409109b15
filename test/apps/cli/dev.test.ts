import { afterEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Supervised } from '../../../apps/cli/dev/supervisor.js';
import { watchFolders } from '../../../apps/cli/dev/watch.js';
import { CliFailure } from '../../../apps/cli/failure.js';

const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** What a worker wrote and what was said about it, with a way to wait for more. */
function observed() {
  const seen: string[] = [];
  const waiting = new Set<() => void>();
  const note = (line: string): void => {
    seen.push(line);
    for (const check of [...waiting]) check();
  };
  const until = (holds: (lines: readonly string[]) => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`did not happen; seen: ${JSON.stringify(seen)}`)), 30_000);
      const check = (): void => {
        if (!holds(seen)) return;
        clearTimeout(timer);
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
  return { seen, note, until };
}

function supervise(command: string, env: Record<string, string> = {}) {
  const watch = observed();
  const worker = new Supervised({
    command,
    cwd: tmpdir(),
    env: { ...process.env, ...env },
    onLine: (line) => watch.note(`> ${line}`),
    onNote: watch.note,
  });
  cleanups.push(() => worker.stop());
  return { worker, ...watch };
}

const count = (lines: readonly string[], line: string): number => lines.filter((one) => one === line).length;
const node = `"${process.execPath}" -e`;

describe('a supervised worker', () => {
  test('has its lines passed on, from both streams, with its environment', async () => {
    const { until, seen } = supervise(`${node} "console.log(process.env.PORT); console.error('no line end')"`, {
      PORT: '4711',
    });
    await until((lines) => lines.length >= 2);
    expect(seen.slice(0, 2).toSorted()).toEqual(['> 4711', '> no line end']);
  });

  test('is started again when it crashes, with growing pauses', async () => {
    const { until, seen } = supervise(`${node} "console.log('up'); process.exit(3)"`);
    await until((lines) => lines.length >= 4);
    const ended = (ms: number) => `ended (code 3), starting again in ${ms} ms`;
    expect(seen.slice(0, 4)).toEqual(['> up', ended(500), '> up', ended(1000)]);
  });

  test('is started again on demand, what its shell started included', async () => {
    const { worker, seen, until } = supervise(`${node} "console.log('up'); setInterval(() => {}, 1000)"; true`);
    await until((lines) => count(lines, '> up') === 1);
    worker.restart();
    await until((lines) => count(lines, '> up') === 2);
    expect(seen).toEqual(['> up', '> up']);
  });

  test('stays down once stopped', async () => {
    const { worker, seen, until } = supervise(`${node} "console.log('up'); setInterval(() => {}, 1000)"`);
    await until((lines) => lines.includes('> up'));
    await worker.stop();
    worker.restart();
    await worker.stop();
    expect(seen).toEqual(['> up']);
  });
});

describe('watching', () => {
  async function folder(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'wfhost-watch-'));
    cleanups.push(() => rm(path, { recursive: true, force: true }));
    await mkdir(join(path, 'deep', 'node_modules'), { recursive: true });
    return path;
  }

  test('a change deep below is noticed; installed packages are noise', async () => {
    const path = await folder();
    const { seen, note, until } = observed();
    cleanups.push(watchFolders([path], '/', () => note('changed')));
    await writeFile(join(path, 'deep', 'node_modules', 'x.js'), '1');
    await writeFile(join(path, 'deep', 'a.js'), '1');
    await until((lines) => lines.length === 1);
    expect(seen).toEqual(['changed']);
  });

  test('a folder that does not exist is named', async () => {
    const path = await folder();
    expect(() => watchFolders([join(path, 'nowhere')], '/', () => undefined)).toThrow(CliFailure);
  });
});
