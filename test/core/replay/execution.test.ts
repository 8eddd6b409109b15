import { describe, expect, test } from '@jest/globals';
import * as model from '../../../core/orchestration/index.js';
import {
  Execution,
  failureOf,
  type Program,
  type Reading,
  type Scheduling,
} from '../../../core/orchestration/replay/index.js';

const settled = Promise.resolve();
const text: Reading<string | undefined> = {
  value: (result) => result,
  error: (failure) => new Error(failure?.errorMessage),
};

/** Counts how often a long replay let others pass. */
function scheduling(): Scheduling & { pauses: number } {
  return {
    pauses: 0,
    barrier: (next) => () => void settled.then(() => process.nextTick(next)),
    pause(next) {
      this.pauses += 1;
      setImmediate(next);
    },
    failureOf,
  };
}

const head = (timestampMs = 1): model.HistoryEvent => ({ kind: 'workflowStarted', eventId: -1, timestampMs });
const start = model.executionStarted({
  timestampMs: 1,
  name: 'w',
  input: '"in"',
  instanceId: 'i',
  executionId: 'e'.repeat(32),
  generation: 0,
});
const scheduled = (eventId: number, name = 'a'): model.HistoryEvent => ({
  kind: 'taskScheduled',
  eventId,
  timestampMs: 1,
  name,
});
const completed = (taskId: number): model.HistoryEvent => ({
  kind: 'taskCompleted',
  eventId: -1,
  timestampMs: 1,
  taskId,
  result: `"${taskId}"`,
});

function executionOf(run: Program['run'], how = scheduling()): Execution {
  return new Execution(() => ({ run }), how);
}

const loop =
  (steps: number): Program['run'] =>
  async (context) => {
    for (let step = 0; step < steps; step += 1) await context.activity({ name: 'a' }, text).promise;
    return `"${steps}"`;
  };

/** What `loop` leaves behind. */
function historyOf(steps: number): model.HistoryEvent[] {
  const history: model.HistoryEvent[] = [head(), start, scheduled(1)];
  for (let step = 1; step < steps; step += 1) history.push(head(), completed(step), scheduled(step + 1));
  return history;
}

describe('an execution', () => {
  test('answers with all that history has not confirmed', async () => {
    const execution = executionOf(async (context) => {
      const tasks = [1, 2].map(() => context.activity({ name: 'a' }, text).promise);
      await Promise.all(tasks);
      return undefined;
    });
    const first = await execution.turn([], [head(), start]);
    expect(first.actions.map(({ id }) => id)).toEqual([1, 2]);
    const second = await execution.turn([scheduled(1)], [head(), completed(1)]);
    expect(second.actions.map(({ id }) => id)).toEqual([2]);
  });

  test('says what it waits for, when asked', async () => {
    const execution = executionOf(async (context) => {
      void context.event('go', text);
      return context.activity({ name: 'a' }, text).promise;
    });
    const response = await execution.turn([], [head(), start]);
    expect(response.awaiting).toEqual(['a (#1)', 'event "go"']);
  });

  test('lets others pass in a long replay, and comes to the same', async () => {
    const how = scheduling();
    const steps = 2_000;
    const execution = executionOf(loop(steps), how);
    const response = await execution.turn(historyOf(steps), [head(), completed(steps)]);
    expect(response.actions).toEqual([
      { kind: 'completeWorkflow', id: steps + 1, status: 'COMPLETED', result: `"${steps}"` },
    ]);
    expect(how.pauses).toBe(Math.floor((steps - 1) / 256));
  });

  test('is not fooled by results nobody waits for', async () => {
    const execution = executionOf(loop(2));
    await execution.turn([], [head(), start]);
    const response = await execution.turn([scheduled(1)], [head(), completed(7), completed(1), completed(1)]);
    expect(response.actions.map(({ id }) => id)).toEqual([2]);
  });

  test('fits a finished history to its last event', async () => {
    const end: model.HistoryEvent = { kind: 'executionCompleted', eventId: 3, timestampMs: 1, status: 'COMPLETED' };
    const history = [...historyOf(2), head(), completed(2), end];
    expect(await executionOf(loop(2)).replay(history)).toBeUndefined();
    expect(await executionOf(loop(3)).replay(history)).toMatchObject({
      expected: 'the end of the workflow (COMPLETED)',
      got: 'asks for nothing more and awaits a (#3)',
    });
  });

  test('fails with what its code throws at once', async () => {
    const execution = executionOf(async () => {
      throw new RangeError('at once');
    });
    const { actions } = await execution.turn([], [head(), start]);
    expect(actions).toMatchObject([
      { kind: 'completeWorkflow', status: 'FAILED', failure: { errorType: 'RangeError' } },
    ]);
  });
});

describe('an execution that awaits what is not its context’s', () => {
  const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('is stuck when nothing of its context is open', async () => {
    const { nonDeterminism } = await executionOf(() => tick().then(() => undefined)).turn([], [head(), start]);
    expect(nonDeterminism?.description).toContain('nothing of its context is open');
  });

  test('is not stuck as long as something may wake it', async () => {
    const execution = executionOf(async (context) => {
      void context.activity({ name: 'a' }, text);
      await new Promise(() => undefined);
      return undefined;
    });
    expect((await execution.turn([], [head(), start])).nonDeterminism).toBeUndefined();
    const answer = await execution.turn([scheduled(1)], [head(), completed(1)]);
    expect(answer.nonDeterminism?.description).toContain('nothing of its context is open');
  });

  test.each<{ verb: string; act: Program['run'] }>([
    { verb: 'called activity "b"', act: (context) => context.activity({ name: 'b' }, text).promise },
    { verb: 'called child workflow "c"', act: (context) => context.child({ name: 'c' }, text).promise },
    { verb: 'set a timer', act: (context) => context.timer(1, { kind: 'createTimer' }).promise.then(() => undefined) },
    { verb: 'waited for event "x"', act: (context) => context.event('x', text).promise },
    {
      verb: 'set its status',
      act: async (context) => {
        context.setStatus('x');
        return undefined;
      },
    },
    { verb: 'asked for a patch', act: async (context) => String(context.patched('p')) },
    { verb: 'ended', act: async () => undefined },
  ])('is found out when it $verb', async ({ verb, act }) => {
    const execution = executionOf(async (context, input) => {
      void context.activity({ name: 'a' }, text);
      await tick();
      return act(context, input);
    });
    expect((await execution.turn([], [head(), start])).nonDeterminism).toBeUndefined();
    await tick();
    await tick();
    const { nonDeterminism } = await execution.turn([scheduled(1)], [head(), completed(1)]);
    expect(nonDeterminism?.got).toBe(`${verb} after it was woken by one that is not`);
    expect(execution.isForeign).toBe(true);
  });

  test.each<{ what: string; wait: () => Promise<unknown> }>([
    { what: 'a promise that is resolved', wait: () => Promise.resolve(1) },
    {
      what: 'a hundred microtasks',
      wait: async () => {
        for (let hop = 0; hop < 100; hop += 1) await settled;
      },
    },
  ])('may await $what', async ({ wait }) => {
    const execution = executionOf(async () => {
      await wait();
      return '"done"';
    });
    const { actions } = await execution.turn([], [head(), start]);
    expect(actions).toMatchObject([{ status: 'COMPLETED', result: '"done"' }]);
  });
});
