import { copyFileSync, existsSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factory } from '../../../components/builtin/component.js';
import { SqliteStore } from '../../../components/builtin/store/sqlite-store.js';
import type { Program } from '../../../conformance/worker/program.js';
import { startEngine } from '../../support/engine-harness.js';
import { ManualClock } from '../../support/manual-clock.js';
import { temporaryFolder } from './support/backends.js';
import { Lives } from './support/lives.js';

/** What a dead process leaves: the file and its write-ahead log as they were after any commit, torn or whole. */
let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const steps: Program = Array.from({ length: 6 }, () => ({ kind: 'call' as const, count: 1 }));
const output = JSON.stringify(Array.from({ length: 6 }, () => '{"done":0}'));

/** Runs the program and copies the files after every commit; the copies in order. */
async function takeImages(): Promise<readonly string[]> {
  const path = join(folder, 'live.db');
  const images: string[] = [];
  const store = (): SqliteStore => new SqliteStore(path, () => 'id');
  const lives = new Lives(
    { name: 'sqlite', open: store, remove: () => undefined },
    {
      hook: (call, moment) => {
        if (call !== 'commit' || moment !== 'after') return;
        const image = join(folder, `image${images.length}.db`);
        for (const suffix of ['', '-wal']) copyFileSync(path + suffix, image + suffix);
        images.push(image);
      },
    },
  );
  const engine = await lives.begin();
  await engine.start('a', steps);
  expect((await engine.finish('a')).output).toBe(output);
  await lives.end();
  return images;
}

async function finishFrom(path: string): Promise<{ outcome: string; ranAgain: number }> {
  const engine = await startEngine(factory, { properties: { path }, clock: new ManualClock(Date.UTC(2031, 0, 1)) });
  try {
    const list = await engine.component.optional.list?.({ pageSize: 10 });
    if (list?.instances.length === 0) return { outcome: 'never began', ranAgain: 0 };
    const ended = await engine.finish('a');
    return { outcome: ended.output ?? ended.status, ranAgain: engine.worker.activities.length };
  } finally {
    await engine.close();
  }
}

describe('what a dead process leaves', () => {
  test('goes on from where it was, whichever commit was the last', async () => {
    const images = await takeImages();
    expect(images.length).toBeGreaterThanOrEqual(7);
    for (const [index, image] of images.slice(0, 7).entries()) {
      const expected = { outcome: output, ranAgain: Math.max(6 - index, 0) };
      expect({ index, ...(await finishFrom(image)) }).toEqual({ index, ...expected });
    }
  });

  test.each([1, 7, 24, 500, 4_096, 5_000])('a log torn %d bytes before its end is a clean prefix', async (bytes) => {
    for (const image of await takeImages()) {
      const wal = `${image}-wal`;
      if (!existsSync(wal) || statSync(wal).size < bytes) continue;
      truncateSync(wal, statSync(wal).size - bytes);
      expect([output, 'never began']).toContain((await finishFrom(image)).outcome);
    }
  });
});
