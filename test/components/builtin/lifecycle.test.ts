import { afterEach, describe, expect, test } from '@jest/globals';
import type { ActivityOutcome } from '../../../core/index.js';
import type { Program } from '../../../conformance/worker/program.js';
import { answered } from '../../support/scripted-worker.js';
import { backends } from './support/backends.js';
import { Lives } from './support/lives.js';
import { historyOf } from './support/scenario.js';

let lives: Lives;
afterEach(() => lives.end());

const waits: Program = [{ kind: 'wait', name: 'x' }];
const oneCall: Program = [{ kind: 'call', count: 1 }];
const hour = 3_600_000;
const forever = new AbortController().signal;

describe.each(backends)('timers on a store in $name', ({ create }) => {
  test.each([
    { name: 'within the window', ms: 5_000 },
    { name: 'beyond it', ms: 48 * hour },
    { name: 'in a hundred years', ms: 100 * 365 * 24 * hour },
  ])('$name: due while the process was down, they fire at once after the restart', async ({ ms }) => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', [{ kind: 'sleep', ms }]);
    await engine.settle();
    const later = await lives.crash(ms + 1);
    await later.settle();
    later.clock.advance(0);
    await later.settle();
    expect((await later.get('a')).status).toBe('COMPLETED');
  });

  test.each(['crash', 'restart'] as const)('never early, also after a %s', async (how) => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const due = engine.clock.now() + 5 * hour;
    await engine.start('a', [{ kind: 'sleepUntil', atMs: due, subNanos: 1 }]);
    await engine.settle();
    const later = await lives[how](hour);
    later.clock.advance(due - later.clock.now());
    await later.settle();
    expect((await later.get('a')).status).toBe('RUNNING');
    later.clock.advance(1);
    await later.settle();
    expect((await later.get('a')).status).toBe('COMPLETED');
  });

  test('a start waits for its time, over a restart and a suspend', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const scheduledStartMs = engine.clock.now() + 10_000;
    await engine.start('a', [], { scheduledStartMs });
    await engine.component.suspend({ instanceId: 'a' });
    const later = await lives.crash(5_000);
    await later.component.resume({ instanceId: 'a' });
    await later.settle();
    expect((await later.get('a')).status).toBe('PENDING');
    later.clock.advance(5_000);
    await later.settle();
    expect((await later.get('a')).status).toBe('COMPLETED');
  });

  test('2,000 due at once all fire, once each', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const ids = Array.from({ length: 2_000 }, (_, index) => `t${index}`);
    await Promise.all(ids.map((id) => engine.start(id, [{ kind: 'sleep', ms: 2 * hour }])));
    await engine.settle();
    const later = await lives.restart(2 * hour + 1);
    later.clock.advance(0);
    for (const id of ids) await later.component.optional.wait?.({ instanceId: id, until: 'closed' }, forever);
    const fired = (await historyOf(later, 't1999')).filter((event) => event.kind === 'timerFired');
    expect(fired).toHaveLength(1);
  });
});

describe.each(backends)('activities on a store in $name', ({ create }) => {
  test('what was under way is handed out again after a crash, and only that', async () => {
    lives = new Lives(create());
    const never = new Promise<ActivityOutcome>(() => undefined);
    const engine = await lives.begin({ script: { turn: answered, activity: () => never } });
    await engine.start('a', [{ kind: 'call', count: 3 }]);
    await engine.settle();
    expect(engine.worker.activities).toHaveLength(3);
    const later = await lives.crash();
    expect((await later.finish('a')).status).toBe('COMPLETED');
    expect(later.worker.activities).toHaveLength(3);
  });

  test('a result that comes after the end is dropped', async () => {
    let finish: (outcome: ActivityOutcome) => void = () => undefined;
    const outcome = new Promise<ActivityOutcome>((resolve) => (finish = resolve));
    lives = new Lives(create());
    const engine = await lives.begin({ script: { turn: answered, activity: () => outcome } });
    await engine.start('a', oneCall);
    await engine.settle();
    await engine.component.terminate({ instanceId: 'a', recursive: true });
    const before = await historyOf(engine, 'a');
    finish({ kind: 'completed', result: '1' });
    await engine.settle();
    expect(await historyOf(engine, 'a')).toEqual(before);
  });

  test('one that always takes its worker down poisons its instance alone; resuming tries again', async () => {
    lives = new Lives(create());
    const gone: ActivityOutcome = { kind: 'gone', reason: 'planned' };
    const engine = await lives.begin({ script: { turn: answered, activity: () => gone } });
    await engine.start('a', oneCall);
    await engine.settle();
    expect(await engine.get('a')).toMatchObject({ status: 'STALLED', stalled: { reason: 'POISONED' } });
    expect(engine.worker.activities).toHaveLength(5);
    engine.worker.script = {};
    await engine.start('b', oneCall);
    expect((await engine.finish('b')).status).toBe('COMPLETED');
    await engine.component.resume({ instanceId: 'a' });
    expect((await engine.finish('a')).status).toBe('COMPLETED');
  });
});

describe.each(backends)('generations on a store in $name', ({ create }) => {
  test('100 of them with events arriving: each event is seen, in order, and nothing of an old one is left', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const again = (left: number): Program =>
      left === 0
        ? []
        : [
            { kind: 'wait', name: 'x' },
            { kind: 'again', steps: again(left - 1) },
          ];
    await engine.start('a', again(100));
    const raises = Array.from({ length: 100 }, (_, index) =>
      engine.component.raiseEvent({ instanceId: 'a', eventName: 'x', data: String(index) }),
    );
    await Promise.all(raises);
    const later = await lives.crash();
    expect(await later.finish('a')).toMatchObject({ status: 'COMPLETED', generation: 100 });
  });

  test('a timer of a generation that is over does not fire in the next', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', [
      { kind: 'race', name: 'x', ms: 5_000 },
      { kind: 'again', steps: waits },
    ]);
    await engine.component.raiseEvent({ instanceId: 'a', eventName: 'x' });
    await engine.settle();
    engine.clock.advance(10_000);
    await engine.settle();
    expect((await historyOf(engine, 'a')).filter((event) => event.kind === 'timerFired')).toEqual([]);
  });
});

describe.each(backends)('retention on a store in $name', ({ create }) => {
  const retention = { anyTerminalMs: 10_000, failedMs: 0 };

  test('removes what has ended when its time is over, also when that was while the process was down', async () => {
    lives = new Lives(create(), { retention });
    const engine = await lives.begin();
    await engine.start('a', []);
    expect((await engine.finish('a')).status).toBe('COMPLETED');
    const later = await lives.crash(9_999);
    await later.settle();
    expect((await later.get('a')).status).toBe('COMPLETED');
    later.clock.advance(1);
    await later.settle();
    await expect(later.get('a')).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
  });

  test('nought: whoever waits still sees the end', async () => {
    lives = new Lives(create(), { retention });
    const engine = await lives.begin();
    const ended = engine.component.optional.wait?.({ instanceId: 'a', until: 'closed' }, forever);
    await engine.start('a', [{ kind: 'fail', message: 'planned' }]);
    await engine.settle();
    engine.clock.advance(0);
    await engine.settle();
    expect(await ended).toMatchObject({ status: 'FAILED' });
    await expect(engine.get('a')).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
  });

  test('does not touch a later run of the same id', async () => {
    lives = new Lives(create(), { retention });
    const engine = await lives.begin();
    await engine.start('a', []);
    await engine.settle();
    engine.clock.advance(5_000);
    await engine.start('a', waits);
    await engine.settle();
    engine.clock.advance(60_000);
    await engine.settle();
    expect((await engine.get('a')).status).toBe('RUNNING');
  });
});

describe.each(backends)('reading on a store in $name', ({ create }) => {
  test('lists go through all instances once, oldest first, while new ones come', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    for (let index = 0; index < 25; index += 1) await engine.start(`i${index}`, index % 2 === 0 ? [] : waits);
    await engine.settle();
    const seen: string[] = [];
    let continuationToken: string | undefined;
    do {
      const page = await engine.component.optional.list?.({
        pageSize: 10,
        statuses: ['COMPLETED'],
        ...(continuationToken === undefined ? {} : { continuationToken }),
      });
      seen.push(...(page?.instances.map(({ instanceId }) => instanceId) ?? []));
      continuationToken = page?.continuationToken;
      await engine.start(`late${seen.length}`, waits);
    } while (continuationToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 13 }, (_, index) => `i${2 * index}`));
  });

  test.each(['', 'nonsense', 'AAAAAAAAAAAAAAAAAAA'])('a token it did not give out is refused: "%s"', async (token) => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const request = { pageSize: 10, continuationToken: token };
    await expect(engine.component.optional.list?.(request)).rejects.toMatchObject({
      code: 'ERR_CONTINUATION_TOKEN_INVALID',
    });
  });

  test('a purge by filter takes what has ended and matches', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    for (let index = 0; index < 300; index += 1) await engine.start(`i${index}`, index % 2 === 0 ? [] : waits);
    await engine.settle();
    expect(await engine.component.optional.purgeByFilter?.({ recursive: true })).toEqual({ deletedCount: 150 });
    const left = await engine.component.optional.list?.({ pageSize: 1000 });
    expect(left?.instances.every(({ status }) => status === 'RUNNING')).toBe(true);
  });

  test('a wait parks on an unknown id, and leaves nothing behind when it is given up', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const call = new AbortController();
    const given = engine.component.optional.wait?.({ instanceId: 'never', until: 'closed' }, call.signal);
    call.abort();
    await expect(given).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    const started = engine.component.optional.wait?.({ instanceId: 'a', until: 'started' }, forever);
    await engine.start('a', waits);
    expect(await started).toMatchObject({ status: 'RUNNING' });
    const ended = engine.component.optional.wait?.({ instanceId: 'a', until: 'closed' }, forever);
    const [refused] = await Promise.allSettled([ended, engine.close()]);
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'ERR_SHUTTING_DOWN' } });
  });

  test('an inbox that is full refuses the next event, and takes it once the workflow has caught up', async () => {
    lives = new Lives(create());
    const engine = await lives.begin({ script: { turn: () => undefined } });
    await engine.start('a', waits);
    const raise = (): Promise<void> => engine.component.raiseEvent({ instanceId: 'a', eventName: 'y' });
    await Promise.all(Array.from({ length: 10_000 }, raise));
    await expect(raise()).rejects.toMatchObject({ code: 'ERR_INBOX_FULL' });
    engine.worker.script = {};
    engine.worker.connected = true;
    await engine.settle();
    await raise();
  });

  test('what does not fit in memory is read from the store, and nobody notices', async () => {
    lives = new Lives(create(), { stickyBytes: 1024 * 1024 });
    const engine = await lives.begin();
    const ids = Array.from({ length: 1_500 }, (_, index) => `i${index}`);
    await Promise.all(ids.map((id) => engine.start(id, [{ kind: 'call', count: 2 }, ...waits])));
    await engine.settle();
    for (const instanceId of ids) await engine.component.raiseEvent({ instanceId, eventName: 'x' });
    await engine.settle();
    for (const id of ids) expect((await engine.get(id)).status).toBe('COMPLETED');
  });
});
