import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CapacityEvent, ConcurrencyLimits } from '../../../core/index.js';
import { createWorkerPool } from '../../../host/workers/worker-pool.js';
import { activityItem, HandWorker, settled, silent, turnItem } from './harness.js';

const limits = (given: Partial<ConcurrencyLimits>): ConcurrencyLimits => ({
  byWorkflow: new Map(),
  byActivity: new Map(),
  ...given,
});

describe('who gets an item', () => {
  test.each([
    { name: 'whoever registered the name before whoever takes anything', suits: ['any', 'named'], expected: 1 },
    { name: 'whoever takes anything when nobody registered it', suits: ['no', 'any'], expected: 1 },
  ] as const)('$name', ({ suits, expected }) => {
    const pool = createWorkerPool({ logger: silent });
    const workers = suits.map((suit, index) => new HandWorker(`w${index}`, { suit: () => suit }));
    for (const worker of workers) pool.attach(worker);
    expect(pool.port('c').turn(turnItem('a'))).toBeDefined();
    expect(workers[expected]?.held).toHaveLength(1);
  });

  test('nobody, when no worker suits', () => {
    const pool = createWorkerPool({ logger: silent });
    pool.attach(new HandWorker('w', { suit: () => 'no' }));
    expect(pool.port('c').turn(turnItem('a'))).toBeUndefined();
    expect(pool.port('c').activity(activityItem('a'))).toBeUndefined();
  });

  test('equals share the work', () => {
    const pool = createWorkerPool({ logger: silent });
    const workers = [0, 1, 2, 3].map((n) => new HandWorker(`w${n}`));
    for (const worker of workers) pool.attach(worker);
    for (let n = 0; n < 400; n++) void pool.port('c').activity(activityItem(`i${n}`));
    expect(workers.map((worker) => worker.held.length)).toEqual([100, 100, 100, 100]);
  });

  test('the worker that served the instance last gets its next turn and its steps, but not its other activities', async () => {
    const pool = createWorkerPool({ logger: silent });
    const workers = [0, 1, 2].map((n) => new HandWorker(`w${n}`));
    for (const worker of workers) pool.attach(worker);
    const port = pool.port('c');
    void port.turn(turnItem('a'));
    const first = workers.find((worker) => worker.held.length === 1);
    for (let round = 0; round < 20; round++) {
      first?.endAll();
      await settled();
      void (round % 2 === 0 ? port.turn(turnItem('a')) : port.activity(activityItem('a', 'wf.step/pay')));
      expect(first?.held.map((item) => item.id)).toEqual(['a']);
    }
    for (let n = 0; n < 3; n++) void port.activity(activityItem('a', 'pay'));
    expect(workers.filter((worker) => worker !== first).every((worker) => worker.held.length > 0)).toBe(true);
  });

  test('a full last worker does not hold its instance up', () => {
    const pool = createWorkerPool({ logger: silent });
    const small = new HandWorker('small', { room: 1 });
    pool.attach(small);
    const other = new HandWorker('other');
    pool.attach(other);
    void pool.port('c').turn(turnItem('a'));
    void pool.port('c').turn(turnItem('b'));
    void pool.port('c').turn(turnItem('c'));
    expect(small.held.length).toBeLessThanOrEqual(1);
    expect(small.held.length + other.held.length).toBe(3);
  });

  test('a worker that throws or rejects loses the item and nothing else', async () => {
    const pool = createWorkerPool({ logger: silent, limits: limits({ maxConcurrentTurns: 1 }) });
    const worker = new HandWorker('w');
    worker.turn = () => {
      throw new Error('broken');
    };
    worker.activity = () => Promise.reject(new Error('broken too'));
    pool.attach(worker);
    await expect(pool.port('c').turn(turnItem('a'))).resolves.toEqual({ kind: 'gone', reason: 'broken' });
    await expect(pool.port('c').activity(activityItem('a'))).resolves.toEqual({ kind: 'gone', reason: 'broken too' });
    expect(pool.permitsTaken).toEqual({ turns: 0, activities: 0 });
  });
});

describe('capacity', () => {
  function listen(pool: ReturnType<typeof createWorkerPool>): CapacityEvent['cause'][] {
    const heard: CapacityEvent['cause'][] = [];
    pool.port('c').onCapacity((event) => heard.push(event.cause));
    return heard;
  }

  test('is told synchronously when a worker connects', () => {
    const pool = createWorkerPool({ logger: silent });
    const heard = listen(pool);
    pool.attach(new HandWorker('w'));
    expect(heard).toEqual(['connected']);
  });

  test('room is told once per refusal, not once per finished item', async () => {
    const pool = createWorkerPool({ logger: silent });
    const worker = new HandWorker('w', { room: 2 });
    const seat = pool.attach(worker);
    const heard = listen(pool);
    for (const id of ['a', 'b', 'c', 'd']) void pool.port('c').turn(turnItem(id));
    worker.endAll();
    seat.room();
    seat.room();
    await settled();
    expect(heard).toEqual(['room']);
  });

  test('room is told when a settled item leaves room, also if the worker does not say so', async () => {
    const pool = createWorkerPool({ logger: silent });
    const worker = new HandWorker('w', { room: 1 });
    pool.attach(worker);
    const heard = listen(pool);
    void pool.port('c').turn(turnItem('a'));
    expect(pool.port('c').turn(turnItem('b'))).toBeUndefined();
    worker.endOne();
    await settled();
    expect(heard).toEqual(['room']);
  });

  test('nobody who was not refused hears of room', async () => {
    const pool = createWorkerPool({ logger: silent });
    const worker = new HandWorker('w', { room: 1 });
    const seat = pool.attach(worker);
    const heard = listen(pool);
    void pool.port('c').turn(turnItem('a'));
    worker.endOne();
    await settled();
    seat.room();
    expect(heard).toEqual([]);
  });

  test('a name at its cap is not woken by the end of other work', async () => {
    const pool = createWorkerPool({ logger: silent, limits: limits({ byActivity: new Map([['slow', 1]]) }) });
    const worker = new HandWorker('w');
    pool.attach(worker);
    const heard = listen(pool);
    const port = pool.port('c');
    void port.activity(activityItem('other', 'quick'));
    void port.activity(activityItem('a', 'slow'));
    expect(port.activity(activityItem('b', 'slow'))).toBeUndefined();
    worker.endOne();
    await settled();
    expect(heard).toEqual([]);
    worker.endOne();
    await settled();
    expect(heard).toEqual(['room']);
  });

  test('components take turns in being first', () => {
    const pool = createWorkerPool({ logger: silent });
    const worker = new HandWorker('w', { room: 1 });
    const seat = pool.attach(worker);
    const served: string[] = [];
    for (const component of ['x', 'y']) {
      const port = pool.port(component);
      port.onCapacity(() => {
        if (port.turn(turnItem(component))) served.push(component);
      });
    }
    void pool.port('z').turn(turnItem('first'));
    expect(pool.port('z').turn(turnItem('refused'))).toBeUndefined();
    for (let round = 0; round < 6; round++) {
      worker.held.length = 0;
      seat.room();
    }
    expect(served.filter((component) => component === 'x')).toHaveLength(3);
    expect(served.filter((component) => component === 'y')).toHaveLength(3);
  });

  test('a listener that throws does not silence the others, and one that left hears nothing', () => {
    const pool = createWorkerPool({ logger: silent });
    pool.port('c').onCapacity(() => {
      throw new Error('broken');
    });
    const leave = pool.port('c').onCapacity(() => {
      throw new Error('called after leaving');
    });
    leave();
    const heard = listen(pool);
    pool.attach(new HandWorker('w'));
    expect(heard).toEqual(['connected']);
  });
});

test('forget reaches every worker; leaving is idempotent', () => {
  const pool = createWorkerPool({ logger: silent });
  const workers = [new HandWorker('a'), new HandWorker('b')];
  const seats = workers.map((worker) => pool.attach(worker));
  pool.port('c').forget('i', 'i-1');
  expect(workers.map((worker) => worker.forgotten)).toEqual([['i'], ['i']]);
  for (const seat of [...seats, ...seats]) seat.detach();
  expect(pool.connectedWorkers).toBe(0);
  expect(pool.port('c').turn(turnItem('a'))).toBeUndefined();
});

/** Random traffic against caps and credits: never above a cap, never a lost permit, never work left beside free room. */
test('no permit leaks and nobody waits beside free room, whatever happens', async () => {
  const name = fc.constantFrom('p', 'q', 'r');
  const step = fc.oneof(
    fc.record({ do: fc.constant('offer' as const), name, turn: fc.boolean() }),
    fc.record({ do: fc.constant('end' as const), worker: fc.nat(2) }),
    fc.record({ do: fc.constant('leave' as const), worker: fc.nat(2) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 4 }), async (steps, room) => {
      const caps = limits({
        maxConcurrentTurns: 3,
        maxConcurrentActivities: 4,
        byWorkflow: new Map([['p', 1]]),
        byActivity: new Map([['q', 2]]),
      });
      const pool = createWorkerPool({ logger: silent, limits: caps });
      const port = pool.port('c');
      const waiting: { name: string; turn: boolean }[] = [];
      const offer = (given: { name: string; turn: boolean }): boolean =>
        (given.turn ? port.turn(turnItem('i', given.name)) : port.activity(activityItem('i', given.name))) !==
        undefined;
      port.onCapacity(() => {
        for (const given of waiting.splice(0)) if (!offer(given)) waiting.push(given);
      });
      const seats = [0, 1, 2].map((n) => {
        const worker = new HandWorker(`w${n}`, { room });
        return { worker, handle: pool.attach(worker) };
      });
      for (const given of steps) {
        if (given.do === 'offer' && !offer(given)) waiting.push(given);
        if (given.do === 'end') seats[given.worker]?.worker.endOne();
        if (given.do === 'leave') {
          seats[given.worker]?.handle.detach();
          seats[given.worker]?.worker.endAll();
        }
        await settled();
        expect(pool.permitsTaken.turns).toBeLessThanOrEqual(3);
        expect(pool.permitsTaken.activities).toBeLessThanOrEqual(4);
        const missedRoom = waiting.filter((one) => offer(one));
        expect(missedRoom).toEqual([]);
      }
      for (let left = 400; left > 0 && seats.some(({ worker }) => worker.held.length > 0); left--) {
        for (const { worker } of seats) worker.endAll();
        await settled();
      }
      expect(pool.permitsTaken).toEqual({ turns: 0, activities: 0 });
      expect(pool.connectedWorkers > 0 ? waiting : []).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
