import { afterEach, describe, expect, test } from '@jest/globals';
import type { Program } from '../../../conformance/worker/program.js';
import { memoryBackend, sqliteBackend } from './support/backends.js';
import { Lives } from './support/lives.js';
import { historyOf } from './support/scenario.js';

let lives: Lives;
afterEach(() => lives.end());

const waits: Program = [{ kind: 'wait', name: 'x' }];

describe('what becomes durable together', () => {
  test('1,000 starts in one turn of the event loop, with their first turns, are a handful of commits', async () => {
    lives = new Lives(sqliteBackend());
    const engine = await lives.begin();
    const before = lives.store.commits;
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => engine.start(`i${index}`, waits)));
    await engine.settle();
    expect(lives.store.commits - before).toBeLessThanOrEqual(5);
    expect((await engine.get('i999')).status).toBe('RUNNING');
  });

  test('five steps one after the other are six commits', async () => {
    lives = new Lives(memoryBackend());
    const engine = await lives.begin();
    const call: Program = [{ kind: 'call', count: 1 }];
    await engine.start('a', [...call, ...call, ...call, ...call, ...call]);
    expect((await engine.finish('a')).status).toBe('COMPLETED');
    expect(lives.store.commits).toBe(6);
  });

  test('a parent and the child it starts are in the same one', async () => {
    lives = new Lives(memoryBackend());
    const engine = await lives.begin();
    await engine.start('a', [{ kind: 'child', steps: [{ kind: 'child', steps: [] }] }]);
    await engine.settle();
    expect((await engine.get('a')).status).toBe('COMPLETED');
    expect(lives.store.commits).toBe(1);
  });

  test('a start is refused only once the instance that has its id is durable', async () => {
    lives = new Lives(memoryBackend());
    const engine = await lives.begin();
    const first = engine.start('a', waits);
    await expect(engine.start('a', waits)).rejects.toMatchObject({ code: 'ERR_INSTANCE_EXISTS' });
    expect(lives.store.commits).toBe(1);
    await first;
  });

  test('an activity begins only when what led to it is durable', async () => {
    let refuse = true;
    lives = new Lives(memoryBackend(), {
      hook: (call, moment) => {
        if (refuse && call === 'commit' && moment === 'before') throw new Error('disk full');
      },
    });
    const engine = await lives.begin();
    await expect(engine.start('a', [{ kind: 'call', count: 1 }])).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    expect(engine.worker.turns).toHaveLength(1);
    expect(engine.worker.activities).toHaveLength(0);
    expect(engine.component.health()).toMatchObject({ ready: false });
    await expect(engine.get('a')).rejects.toMatchObject({ code: 'ERR_STORE_UNAVAILABLE' });
    refuse = false;
    engine.clock.advance(10_000);
    expect(engine.component.health()).toEqual({ ready: true });
    await expect(engine.get('a')).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
    await engine.start('a', [{ kind: 'call', count: 1 }]);
    expect((await engine.finish('a')).status).toBe('COMPLETED');
  });

  test('a failed flush costs those it was about, and nobody else', async () => {
    let refuse = false;
    lives = new Lives(memoryBackend(), {
      hook: (call, moment) => {
        if (refuse && call === 'commit' && moment === 'before') throw new Error('disk full');
      },
    });
    const engine = await lives.begin();
    await engine.start('bystander', waits);
    await engine.start('a', waits);
    await engine.settle();
    refuse = true;
    await expect(engine.component.raiseEvent({ instanceId: 'a', eventName: 'x' })).rejects.toMatchObject({
      code: 'ERR_STORE_UNAVAILABLE',
    });
    expect((await engine.get('bystander')).status).toBe('RUNNING');
    refuse = false;
    engine.clock.advance(10_000);
    await engine.settle();
    expect((await historyOf(engine, 'a')).some(({ kind }) => kind === 'eventRaised')).toBe(false);
    await engine.component.raiseEvent({ instanceId: 'a', eventName: 'x' });
    await engine.settle();
    expect((await engine.get('a')).status).toBe('COMPLETED');
  });

  test('the log is short again after a while, and what it held is in rows', async () => {
    lives = new Lives(memoryBackend());
    const engine = await lives.begin();
    for (let index = 0; index < 200; index += 1) {
      await engine.start(`i${index}`, waits);
      await engine.settle();
    }
    expect([...lives.store.log()].length).toBeGreaterThan(100);
    engine.clock.advance(31_000);
    await engine.settle();
    await engine.start('last', waits);
    await engine.settle();
    expect([...lives.store.log()].length).toBeLessThan(70);
    expect((await (await lives.crash()).get('i0')).status).toBe('RUNNING');
  });
});
