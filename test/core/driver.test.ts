import { afterEach, describe, expect, test } from '@jest/globals';
import type { TurnItem, TurnOutcome } from '../../core/index.js';
import type { Action, HistoryEvent } from '../../core/orchestration/index.js';
import { factory } from '../../components/template/component.js';
import { startEngine, type EngineHarness } from '../support/engine-harness.js';
import { answered } from '../support/scripted-worker.js';
import type { Program } from '../../conformance/worker/program.js';

/** The loop, on the smallest engine. */
let engine: EngineHarness;
afterEach(() => engine.close());

const oneStep: Program = [{ kind: 'call', count: 1 }];
const history = async (id: string): Promise<readonly HistoryEvent[]> =>
  (await engine.component.optional.history?.({ instanceId: id }))?.events ?? [];
const kinds = async (id: string): Promise<readonly string[]> => (await history(id)).map((event) => event.kind);

describe('work that finds nobody', () => {
  test('waits without polling, and goes to the first worker that comes', async () => {
    engine = await startEngine(factory);
    engine.worker.connected = false;
    for (const id of ['a', 'b', 'c']) await engine.start(id, oneStep);
    await engine.settle();
    expect(engine.worker.turns).toHaveLength(0);
    expect(await engine.get('b')).toMatchObject({ status: 'PENDING', workflowName: 'program' });
    engine.worker.connected = true;
    for (const id of ['a', 'b', 'c']) expect((await engine.finish(id)).status).toBe('COMPLETED');
    const first = engine.worker.turns.filter((item) => item.pastCount === 0);
    expect(first.map((item) => item.instanceId)).toEqual(['a', 'b', 'c']);
  });

  test('a worker that is full takes up where it stopped, in order', async () => {
    let room = 1;
    engine = await startEngine(factory, { script: { turn: (item) => (room-- > 0 ? answered(item) : undefined) } });
    for (const id of ['a', 'b', 'c']) await engine.start(id, [{ kind: 'wait', name: 'x' }]);
    await engine.settle();
    expect(engine.worker.turns.map((item) => item.instanceId)).toEqual(['a']);
    room = 1;
    engine.worker.connected = true;
    await engine.settle();
    room = 1;
    engine.worker.connected = true;
    await engine.settle();
    expect(engine.worker.turns.map((item) => item.instanceId)).toEqual(['a', 'b', 'c']);
  });

  test('management needs no worker: suspend, raise, resume and terminate are answered and visible', async () => {
    engine = await startEngine(factory);
    engine.worker.connected = false;
    await engine.start('i', oneStep);
    await engine.component.suspend({ instanceId: 'i' });
    expect((await engine.get('i')).status).toBe('SUSPENDED');
    await engine.component.raiseEvent({ instanceId: 'i', eventName: 'x' });
    await engine.component.resume({ instanceId: 'i' });
    await engine.component.terminate({ instanceId: 'i', recursive: true, output: '"over"' });
    await engine.settle();
    expect(await engine.get('i')).toMatchObject({ status: 'TERMINATED', output: '"over"' });
  });
});

describe('a worker that fails', () => {
  const failures: readonly { name: string; outcome: TurnOutcome }[] = [
    { name: 'goes away', outcome: { kind: 'gone', reason: 'stream closed' } },
    { name: 'answers garbage', outcome: { kind: 'rejected', reason: 'unknown action' } },
    { name: 'uses an action id twice', outcome: { kind: 'answered', response: { actions: twice() } } },
  ];

  test.each(failures)(
    'that $name gets the turn again, and the fifth time in a row quarantines the instance',
    async ({ outcome }) => {
      engine = await startEngine(factory, {
        script: { turn: (item) => (item.instanceId === 'poison' ? outcome : answered(item)) },
      });
      await engine.start('poison', oneStep);
      await engine.start('healthy', oneStep);
      expect((await engine.finish('healthy')).status).toBe('COMPLETED');
      expect(await engine.get('poison')).toMatchObject({ status: 'STALLED', stalled: { reason: 'POISONED' } });
      expect(engine.worker.turns.filter((item) => item.instanceId === 'poison')).toHaveLength(5);
      // The worker it crashed comes back: it is not offered again.
      engine.worker.connected = true;
      await engine.settle();
      expect(engine.worker.turns.filter((item) => item.instanceId === 'poison')).toHaveLength(5);
    },
  );

  test('four failures and a success are no quarantine, and count for nothing later', async () => {
    let failuresLeft = 4;
    engine = await startEngine(factory, {
      script: { turn: (item) => (failuresLeft-- > 0 ? { kind: 'gone', reason: 'crash' } : answered(item)) },
    });
    await engine.start('i', oneStep);
    expect((await engine.finish('i')).status).toBe('COMPLETED');
  });

  test('an activity whose worker goes away runs again; one that always does stalls the instance', async () => {
    let left = 2;
    engine = await startEngine(factory, {
      script: { activity: () => (left-- > 0 ? { kind: 'gone', reason: 'crash' } : { kind: 'completed', result: '1' }) },
    });
    await engine.start('i', oneStep);
    expect((await engine.finish('i')).status).toBe('COMPLETED');
    expect(engine.worker.activities).toHaveLength(3);
    left = 100;
    await engine.start('j', oneStep);
    await engine.settle();
    expect(await engine.get('j')).toMatchObject({ status: 'STALLED', stalled: { reason: 'POISONED' } });
  });

  test('a stalled instance is offered to every worker that connects, and recovers with one that fits', async () => {
    let fits = false;
    const stalling: TurnOutcome = { kind: 'answered', response: { actions: [{ kind: 'versionNotAvailable', id: 0 }] } };
    engine = await startEngine(factory, { script: { turn: (item) => (fits ? answered(item) : stalling) } });
    await engine.start('i', oneStep);
    await engine.settle();
    expect(await kinds('i')).toEqual(['executionStalled']);
    await expect(engine.component.suspend({ instanceId: 'i' })).rejects.toMatchObject({ code: 'ERR_INSTANCE_STALLED' });
    engine.worker.connected = true;
    await engine.settle();
    expect(await kinds('i')).toEqual(['executionStalled']);
    fits = true;
    engine.worker.connected = true;
    expect((await engine.finish('i')).status).toBe('COMPLETED');
  });
});

describe("a turn in a worker's hands", () => {
  /** Holds turns until they are let go. */
  function holding(): {
    held: TurnItem[];
    letGo: (index: number) => void;
    turn: (item: TurnItem) => Promise<TurnOutcome>;
  } {
    const held: TurnItem[] = [];
    const resolvers: ((outcome: TurnOutcome) => void)[] = [];
    return {
      held,
      letGo: (index) => resolvers[index]?.(answered(held[index] as TurnItem)),
      turn: (item) => {
        held.push(item);
        return new Promise((resolve) => resolvers.push(resolve));
      },
    };
  }

  test('a terminate does not wait for it, and its late answer changes nothing', async () => {
    const worker = holding();
    engine = await startEngine(factory, { script: worker });
    await engine.start('i', oneStep);
    await engine.component.terminate({ instanceId: 'i', recursive: false });
    expect((await engine.get('i')).status).toBe('TERMINATED');
    worker.letGo(0);
    await engine.settle();
    expect(await kinds('i')).toEqual([
      'workflowStarted',
      'executionStarted',
      'executionTerminated',
      'executionCompleted',
    ]);
    expect(engine.worker.activities).toHaveLength(0);
  });

  test('what arrives meanwhile comes with the next turn, under a new lease', async () => {
    const worker = holding();
    engine = await startEngine(factory, { script: worker });
    await engine.start('i', [
      { kind: 'wait', name: 'x' },
      { kind: 'wait', name: 'x' },
    ]);
    await engine.component.raiseEvent({ instanceId: 'i', eventName: 'x', data: '1' });
    await engine.component.suspend({ instanceId: 'i' });
    await engine.component.raiseEvent({ instanceId: 'i', eventName: 'x', data: '2' });
    await engine.component.resume({ instanceId: 'i' });
    expect(worker.held).toHaveLength(1);
    worker.letGo(0);
    await engine.settle();
    expect(worker.held[1]?.newEvents.map((event) => event.kind)).toEqual([
      'workflowStarted',
      'eventRaised',
      'executionSuspended',
      'eventRaised',
      'executionResumed',
    ]);
    expect(new Set(worker.held.map((item) => item.leaseToken)).size).toBe(2);
    worker.letGo(1);
    await engine.settle();
    expect(await engine.get('i')).toMatchObject({ status: 'COMPLETED', output: '["1","2"]' });
  });

  test('what was committed while suspended is new to the worker after the resume', async () => {
    engine = await startEngine(factory);
    await engine.start('i', [{ kind: 'wait', name: 'x' }]);
    await engine.settle();
    await engine.component.suspend({ instanceId: 'i' });
    await engine.settle();
    await engine.component.raiseEvent({ instanceId: 'i', eventName: 'x', data: '1' });
    await engine.settle();
    expect(engine.worker.turns).toHaveLength(1);
    await engine.component.resume({ instanceId: 'i' });
    await engine.settle();
    const [, turn] = engine.worker.turns;
    expect(turn?.pastCount).toBe(2);
    expect(turn?.newEvents.map((event) => event.kind)).toEqual([
      'workflowStarted',
      'executionSuspended',
      'workflowStarted',
      'eventRaised',
      'workflowStarted',
      'executionResumed',
    ]);
    expect((await engine.get('i')).status).toBe('COMPLETED');
  });
});

describe('inline activities', () => {
  const inlineSteps =
    (count: number) =>
    (item: TurnItem): TurnOutcome => {
      const plain = answered(item);
      if (plain.kind !== 'answered') return plain;
      const actions = plain.response.actions.map((action): Action =>
        action.kind === 'scheduleTask' && action.id < count ? { ...action, inline: true } : action,
      );
      return { kind: 'answered', response: { ...plain.response, actions } };
    };
  const five: Program = Array.from({ length: 5 }, () => ({ kind: 'call', count: 1 }) as const);

  test('five steps in a row are one commit, and history tells them like any others', async () => {
    engine = await startEngine(factory, { script: { turn: inlineSteps(5) } });
    await engine.start('i', five);
    expect((await engine.finish('i')).status).toBe('COMPLETED');
    const events = await history('i');
    expect(events.filter((event) => event.kind === 'taskScheduled' && event.inline)).toHaveLength(5);
    expect(events.filter((event) => event.kind === 'taskCompleted')).toHaveLength(5);
    expect(new Set(engine.worker.turns.map((item) => item.leaseToken)).size).toBe(1);
  });

  test('where a step is not inline, it is scheduled and its result comes as a fact', async () => {
    engine = await startEngine(factory, { script: { turn: inlineSteps(3) } });
    await engine.start('i', five);
    expect((await engine.finish('i')).status).toBe('COMPLETED');
    expect(new Set(engine.worker.turns.map((item) => item.leaseToken)).size).toBe(3);
    expect(engine.worker.activities.map((item) => item.taskId)).toEqual([0, 1, 2, 3, 4]);
  });

  test('a worker that goes away in the middle costs only a repetition', async () => {
    let crash = true;
    engine = await startEngine(factory, {
      script: {
        turn: (item) => {
          const third =
            [...item.past(0), ...item.newEvents].filter((event) => event.kind === 'taskCompleted').length === 2;
          if (third && crash) {
            crash = false;
            return { kind: 'gone', reason: 'crash' };
          }
          return inlineSteps(5)(item);
        },
      },
    });
    await engine.start('i', five);
    expect((await engine.finish('i')).status).toBe('COMPLETED');
    expect(engine.worker.activities.map((item) => item.taskId)).toEqual([0, 1, 1, 2, 3, 4]);
  });
});

function twice(): Action[] {
  return [
    { kind: 'scheduleTask', id: 0, name: 'a' },
    { kind: 'scheduleTask', id: 0, name: 'a' },
  ];
}
