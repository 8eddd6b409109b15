import { spawnSync } from 'node:child_process';
import { copyFileSync, linkSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { factory, probe } from '../../../components/builtin/component.js';
import { isSafe } from '../../../components/builtin/store/sqlite-driver.js';
import { SqliteStore } from '../../../components/builtin/store/sqlite-store.js';
import { startEngine, type EngineHarness } from '../../support/engine-harness.js';
import { temporaryFolder } from './support/backends.js';

let folder: string;
let path: string;
let engine: EngineHarness | undefined;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'wf.db');
});
afterEach(async () => {
  await engine?.close();
  engine = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const open = async (): Promise<EngineHarness> => (engine = await startEngine(factory, { properties: { path } }));

/** Another process writes to the file, as a second host would; says what SQLite answered. */
function writeFromElsewhere(file: string): string {
  const driver = createRequire(import.meta.url).resolve('@photostructure/sqlite');
  const script = `
    const { DatabaseSync } = require(${JSON.stringify(driver)});
    try {
      const database = new DatabaseSync(${JSON.stringify(file)});
      database.exec('BEGIN IMMEDIATE; COMMIT');
      console.log('written');
    } catch (error) { console.log(error.errcode); }`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim();
}

describe('a store file has one owner', () => {
  test('another process gets no foot in the door, by whatever name', async () => {
    await open();
    const [symbolic, hard] = [join(folder, 'symbolic.db'), join(folder, 'hard.db')];
    symlinkSync(path, symbolic);
    linkSync(path, hard);
    expect([path, symbolic, hard].map(writeFromElsewhere)).toEqual(['5', '5', '5']);
  });

  test.each(['path', 'symbolic link', 'hard link'])('a second engine is refused: same %s', async (name) => {
    await open();
    const other = name === 'path' ? path : join(folder, 'other.db');
    if (name === 'symbolic link') symlinkSync(path, other);
    if (name === 'hard link') linkSync(path, other);
    await expect(startEngine(factory, { properties: { path: other } })).rejects.toMatchObject({
      code: 'ERR_STORE_IN_USE',
    });
  });

  test('once closed, the file is free at once', async () => {
    const first = await open();
    await first.start('a', []);
    expect((await first.finish('a')).status).toBe('COMPLETED');
    await first.close();
    const second = await open();
    expect((await second.get('a')).status).toBe('COMPLETED');
  });
});

describe('a file that is not ours is left as it is', () => {
  const foreign = (sql: string): void => {
    const { DatabaseSync } = createRequire(import.meta.url)('@photostructure/sqlite') as {
      DatabaseSync: new (file: string) => { exec(text: string): void; close(): void };
    };
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  };
  test.each([
    { name: 'another program’s database', make: () => foreign('CREATE TABLE t (a)') },
    { name: 'no database', make: () => writeFileSync(path, 'x'.repeat(5_000)) },
    {
      name: 'a schema of a later release',
      make: () => {
        new SqliteStore(path, () => 'id').close();
        foreign('PRAGMA user_version = 99');
      },
    },
  ])('$name', async ({ make }) => {
    make();
    const before = readFileSync(path);
    await expect(open()).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
    await expect(probe(path)).rejects.toMatchObject({ code: 'ERR_STORE_UNSUPPORTED' });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test('a damaged history is quarantined, others go on, and it can be purged by force', async () => {
    const first = await open();
    for (const id of ['bad', 'good']) await first.start(id, [{ kind: 'wait', name: 'x' }]);
    await first.settle();
    await first.close();
    foreign("UPDATE history SET events = x'05ff' WHERE key < 2 * 65536");
    const later = await open();
    await expect(later.get('bad')).rejects.toMatchObject({ code: 'ERR_HISTORY_CORRUPT' });
    expect((await later.get('good')).status).toBe('RUNNING');
    const purge = { instanceId: 'bad', recursive: true, force: true };
    expect(await later.component.purge(purge)).toEqual({ deletedCount: 1 });
    await expect(later.get('bad')).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
  });
});

describe('probe', () => {
  test('says whether anything is live, after an orderly end and after a crash, without writing', async () => {
    expect(await probe(path)).toBe(false);
    const first = await open();
    expect(await probe(path).catch((error: { code: string }) => error.code)).toBe('ERR_STORE_IN_USE');
    await first.start('a', [{ kind: 'wait', name: 'x' }]);
    await first.settle();
    const crashed = join(folder, 'crashed.db');
    for (const suffix of ['', '-wal']) copyFileSync(path + suffix, crashed + suffix);
    expect(await probe(crashed)).toBe(true);
    await first.close();
    const before = readFileSync(path);
    expect(await probe(path)).toBe(true);
    expect(readFileSync(path).equals(before)).toBe(true);
    const second = await open();
    await second.component.terminate({ instanceId: 'a', recursive: true });
    await second.close();
    expect(await probe(path)).toBe(false);
  });
});

test('a purge leaves nothing of an instance in the file', async () => {
  const first = await open();
  await first.start('a', [{ kind: 'race', name: 'x', ms: 1_000_000 }]);
  await first.component.raiseEvent({ instanceId: 'a', eventName: 'y' });
  await first.settle();
  await first.component.optional.list?.({ pageSize: 10 });
  await first.component.purge({ instanceId: 'a', recursive: true, force: true });
  await first.close();
  const store = new SqliteStore(path, () => 'id');
  expect(store.rowOf('a')).toBeUndefined();
  expect(store.chunks(1)).toEqual([]);
  expect(store.nextTimerMs({ fireAtMs: 0, no: 0, kind: 'timer', seq: 0 })).toBeUndefined();
  store.close();
  const later = await open();
  await expect(later.get('a')).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
});

test.each([
  ['3.51.2', false],
  ['3.51.3', true],
  ['3.52.0', true],
  ['3.6.99', false],
  ['4.0.0', true],
  ['2.99.99', false],
])('SQLite %s is safe: %s', (version, safe) => {
  expect(isSafe(version)).toBe(safe);
});
