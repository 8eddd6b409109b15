import { afterEach, describe, expect, test } from '@jest/globals';
import type { ActivityItem, TurnItem, TurnOutcome } from '../../core/index.js';
import { defineActivity, defineEvent, defineWorkflow, NonRetryable, type StandardSchema } from '../../sdk/index.js';
import { LocalWorker, type LocalWorkerOptions } from '../../sdk/worker/index.js';
import { eventually } from './support/eventually.js';
import { model } from './support/model.js';

const echo = defineActivity('echo', async (input: unknown) => input);
const ping = defineEvent('ping');
const waits = defineWorkflow('waits', async (wf) => {
  await wf.waitFor(ping);
  return wf.now();
});

const workers: LocalWorker[] = [];
function open(options: LocalWorkerOptions): LocalWorker {
  const worker = new LocalWorker(options);
  workers.push(worker);
  return worker;
}
afterEach(() => {
  for (const worker of workers.splice(0)) worker.close();
});

const head = (timestampMs = 1): model.HistoryEvent => ({ kind: 'workflowStarted', eventId: -1, timestampMs });
const raised: model.HistoryEvent = { kind: 'eventRaised', eventId: -1, timestampMs: 1, name: 'ping' };

function started(name: string, instanceId = 'i', input?: string): model.HistoryEvent {
  return model.executionStarted({
    timestampMs: 1,
    name,
    instanceId,
    executionId: `e-${instanceId}`,
    generation: 0,
    ...(input === undefined ? {} : { input }),
  });
}

function turnOf(
  history: readonly model.HistoryEvent[],
  newEvents: readonly model.HistoryEvent[],
  instanceId = 'i',
): TurnItem & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    component: 'c',
    instanceId,
    executionId: `e-${instanceId}`,
    generation: 0,
    workflowName: 'waits',
    leaseToken: 't',
    pastCount: history.length,
    newEvents,
    past: (from) => {
      asked.push(from);
      return history.slice(from);
    },
  };
}

function activityOf(name: string, more: Partial<ActivityItem> = {}): ActivityItem {
  return {
    component: 'c',
    instanceId: 'i',
    executionId: 'e-i',
    generation: 0,
    workflowName: 'waits',
    taskId: 1,
    name,
    taskExecutionId: 'e-i-1',
    leaseToken: 't',
    history: async () => [],
    ...more,
  };
}

function actionsOf(outcome: TurnOutcome): readonly model.Action[] {
  if (outcome.kind !== 'answered') throw new Error(JSON.stringify(outcome));
  return outcome.response.actions;
}

describe('what a worker takes', () => {
  const registered = { workflows: [waits], activities: [echo] };
  test.each([
    {
      what: 'a workflow it has',
      suits: (worker: LocalWorker) => worker.suitsTurn(turnOf([], [])),
      wait: 'named',
      fail: 'named',
    },
    {
      what: 'a workflow it has not',
      suits: (worker: LocalWorker) => worker.suitsTurn({ ...turnOf([], []), workflowName: 'x' }),
      wait: 'no',
      fail: 'any',
    },
    {
      what: 'an activity it has',
      suits: (worker: LocalWorker) => worker.suitsActivity(activityOf('echo')),
      wait: 'named',
      fail: 'named',
    },
    {
      what: 'an activity it has not',
      suits: (worker: LocalWorker) => worker.suitsActivity(activityOf('x')),
      wait: 'no',
      fail: 'any',
    },
    {
      what: 'a step of a workflow it has',
      suits: (worker: LocalWorker) => worker.suitsActivity(activityOf('wf.step/x')),
      wait: 'named',
      fail: 'named',
    },
    {
      what: 'a step of a workflow it has not',
      suits: (worker: LocalWorker) => worker.suitsActivity(activityOf('wf.step/x', { workflowName: 'x' })),
      wait: 'no',
      fail: 'no',
    },
  ])('$what', ({ suits, wait, fail }) => {
    expect(suits(open(registered))).toBe(wait);
    expect(suits(open({ ...registered, unregistered: 'fail' }))).toBe(fail);
  });

  test('and what it has not fails, if it takes it', async () => {
    const worker = open({ unregistered: 'fail' });
    expect(actionsOf(await worker.turn(turnOf([], [head(), started('x')])))).toMatchObject([
      {
        kind: 'completeWorkflow',
        status: 'FAILED',
        failure: { errorType: 'WorkflowNotRegistered', nonRetriable: true },
      },
    ]);
    expect(await worker.activity(activityOf('x'))).toMatchObject({
      kind: 'failed',
      failure: { errorType: 'ActivityNotRegistered', nonRetriable: true },
    });
  });

  test.each([
    { what: 'workflows', options: { workflows: [waits, waits] }, message: 'workflow "waits" is defined twice' },
    { what: 'activities', options: { activities: [echo, echo] }, message: 'activity "echo" is defined twice' },
  ])('not two $what of one name', ({ options, message }) => {
    expect(() => new LocalWorker(options)).toThrow(message);
  });
});

describe('suspended executions', () => {
  const begin = [head(), started('waits')];

  test('go on from memory: only what is new is asked for', async () => {
    const worker = open({ workflows: [waits] });
    await worker.turn(turnOf([], begin));
    expect(worker.warmCount).toBe(1);
    const next = turnOf(begin, [head(5), raised]);
    expect(actionsOf(await worker.turn(next))).toMatchObject([{ status: 'COMPLETED', result: '5' }]);
    expect(next.asked).toEqual([0]);
    expect(worker.warmCount).toBe(0);
  });

  test.each([
    { why: 'its answer was lost', history: [] as model.HistoryEvent[], fresh: [...begin, raised] },
    {
      why: 'another worker has made the turn at another time',
      history: [head(2), begin[1], head(3)],
      fresh: [head(4), raised],
    },
    {
      why: 'history has something else',
      history: [head(), started('waits', 'i', '"other"'), { ...raised, name: 'x' } as model.HistoryEvent],
      fresh: [head(4), raised],
    },
  ])('are of no use when $why', async ({ history, fresh }) => {
    const worker = open({ workflows: [waits] });
    await worker.turn(turnOf([], begin));
    const past = history.filter((event) => event !== undefined);
    expect(actionsOf(await worker.turn(turnOf(past, fresh)))).toMatchObject([{ status: 'COMPLETED' }]);
  });

  test('are let go, the oldest first, when there are too many', async () => {
    const worker = open({ workflows: [waits], sticky: { maxExecutions: 2 } });
    for (const id of ['a', 'b', 'c']) await worker.turn(turnOf([], [head(), started('waits', id)], id));
    expect(worker.warmCount).toBe(2);
    const old = turnOf([head(), started('waits', 'a')], [head(), raised], 'a');
    expect(actionsOf(await worker.turn(old))).toMatchObject([{ status: 'COMPLETED' }]);
  });

  test('are let go when they take too much memory', async () => {
    const worker = open({ workflows: [waits], sticky: { maxBytes: 1_000_000 } });
    const input = JSON.stringify('x'.repeat(400_000));
    for (const id of ['a', 'b', 'c', 'd']) await worker.turn(turnOf([], [head(), started('waits', id, input)], id));
    expect(worker.warmCount).toBe(2);
  });

  test('are forgotten when the engine says so', async () => {
    const worker = open({ workflows: [waits] });
    await worker.turn(turnOf([], begin));
    worker.forget('i', 'e-i');
    expect(worker.warmCount).toBe(0);
  });

  test('are not used twice at once: the second turn begins from history', async () => {
    const worker = open({ workflows: [waits] });
    await worker.turn(turnOf([], begin));
    const turns = await Promise.all([1, 2].map(() => worker.turn(turnOf(begin, [head(7), raised]))));
    for (const outcome of turns) expect(actionsOf(outcome)).toMatchObject([{ status: 'COMPLETED', result: '7' }]);
  });

  test('cost only their own item when the history cannot be read', async () => {
    const worker = open({ workflows: [waits] });
    const broken = {
      ...turnOf(begin, [head(), raised]),
      past: () => {
        throw new Error('disk');
      },
    };
    expect(await worker.turn(broken)).toEqual({ kind: 'rejected', reason: 'disk' });
    expect(worker.inFlight).toBe(0);
  });
});

describe('activities', () => {
  test('are given what they are called with, and who calls', async () => {
    const seen: unknown[] = [];
    const worker = open({
      activities: {
        look: (input, context) => {
          seen.push(input, context.name, context.instanceId, context.idempotencyKey, context.attempt);
        },
      },
    });
    expect(await worker.activity(activityOf('look', { input: '{"a":1}' }))).toEqual({ kind: 'completed' });
    expect(seen).toEqual([{ a: 1 }, 'look', 'i', 'e-i-1', 1]);
  });

  test.each([
    {
      what: 'throws',
      code: () => {
        throw new RangeError('no');
      },
      type: 'RangeError',
    },
    { what: 'rejects', code: () => Promise.reject(new TypeError('no')), type: 'TypeError' },
    {
      what: 'ends the retries',
      code: () => {
        throw new NonRetryable('no');
      },
      type: 'NonRetryable',
      final: true,
    },
    { what: 'gives what is no JSON', code: () => 10n, type: 'TypeError' },
    {
      what: 'gives a cycle',
      code: () => {
        const round: unknown[] = [];
        round.push(round);
        return round;
      },
      type: 'TypeError',
    },
  ])('fail when their code $what', async ({ code, type, final }) => {
    const worker = open({ activities: { bad: code } });
    const outcome = await worker.activity(activityOf('bad'));
    expect(outcome).toMatchObject({ kind: 'failed', failure: { errorType: type } });
    expect('failure' in outcome && outcome.failure.nonRetriable).toBe(final);
    expect(worker.inFlight).toBe(0);
  });

  test('fail for good when their input does not meet the schema, and get what it makes of it', async () => {
    const positive: StandardSchema<string, number> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) =>
          Number(value) > 0
            ? { value: Number(value) }
            : { issues: [{ message: 'must be positive', path: ['amount'] }] },
      },
    };
    const twice = defineActivity('twice', { input: positive }, (value) => value * 2);
    const worker = open({ activities: [twice] });
    expect(await worker.activity(activityOf('twice', { input: '"21"' }))).toEqual({ kind: 'completed', result: '42' });
    expect(await worker.activity(activityOf('twice', { input: '"-1"' }))).toMatchObject({
      failure: {
        errorType: 'InvalidInput',
        errorMessage: 'input of "twice" is invalid: amount: must be positive',
        nonRetriable: true,
      },
    });
  });

  test('are told when the worker stops', async () => {
    const worker = open({
      activities: {
        long: (_input, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.aborted))),
      },
    });
    const outcome = worker.activity(activityOf('long'));
    worker.close();
    expect(await outcome).toEqual({ kind: 'completed', result: 'true' });
    expect(await worker.activity(activityOf('long'))).toMatchObject({ kind: 'gone' });
  });

  const attempts: readonly model.HistoryEvent[] = [1, 3, 5].map((eventId) => ({
    kind: 'taskScheduled',
    eventId,
    timestampMs: 1,
    name: 'count',
    taskExecutionId: 'e-i-1',
  }));
  test.each([
    { which: 'the first', item: { taskId: 1 }, attempt: 1 },
    { which: 'the third, which only history knows', item: { taskId: 5 }, attempt: 3 },
    { which: 'one of another SDK', item: { taskId: 5, taskExecutionId: 'whatever' }, attempt: 1 },
  ])('know their attempt: $which', async ({ item, attempt }) => {
    const worker = open({ activities: { count: (_input, context) => context.attempt } });
    const outcome = await worker.activity(activityOf('count', { ...item, history: async () => attempts }));
    expect(outcome).toEqual({ kind: 'completed', result: String(attempt) });
  });
});

describe('steps', () => {
  const stepped = defineWorkflow('waits', async (wf, base: number) => {
    const [one, two] = await Promise.all([wf.step('one', () => base + 1), wf.step('two', () => base + 2)]);
    return one + two;
  });
  const begin = [head(), started('waits', 'i', '10')];
  const step = (taskId: number, name: string): model.HistoryEvent => ({
    kind: 'taskScheduled',
    eventId: taskId,
    timestampMs: 1,
    name: `wf.step/${name}`,
  });
  const history = [...begin, step(1, 'one'), step(2, 'two')];
  const item = (taskId: number, name: string, given: readonly model.HistoryEvent[] = history): ActivityItem =>
    activityOf(`wf.step/${name}`, { taskId, taskExecutionId: `e-i-${taskId}`, history: async () => given });

  test('run the closure of the workflow that is in memory', async () => {
    const worker = open({ workflows: [stepped] });
    await worker.turn(turnOf([], begin));
    expect(await worker.activity(item(1, 'one', []))).toEqual({ kind: 'completed', result: '11' });
  });

  test('find their closure by replay when it is not, and the workflow stays for its next turn', async () => {
    const worker = open({ workflows: [stepped] });
    const outcomes = await Promise.all([worker.activity(item(1, 'one')), worker.activity(item(2, 'two'))]);
    expect(outcomes).toEqual([
      { kind: 'completed', result: '11' },
      { kind: 'completed', result: '12' },
    ]);
    expect(worker.warmCount).toBe(1);
    const done = [1, 2].map((taskId): model.HistoryEvent => ({
      kind: 'taskCompleted',
      eventId: -1,
      timestampMs: 1,
      taskId,
      result: `${10 + taskId}`,
    }));
    const next = turnOf(history, [head(), ...done]);
    expect(actionsOf(await worker.turn(next))).toMatchObject([{ status: 'COMPLETED', result: '23' }]);
    expect(next.asked).toEqual([history.length]);
  });

  test('that nobody awaits any more fail', async () => {
    const worker = open({ workflows: [stepped] });
    const outcome = await worker.activity(item(9, 'nine'));
    expect(outcome).toMatchObject({ kind: 'failed', failure: { errorType: 'StepNotAwaited' } });
  });

  test('wait for other code when theirs does not fit the history, and go back when the worker stops', async () => {
    const worker = open({ workflows: [stepped] });
    const changed = [...begin, step(1, 'renamed')];
    const outcome = worker.activity(item(1, 'renamed', changed));
    await eventually(() => worker.inFlight === 1);
    worker.close();
    expect(await outcome).toMatchObject({ kind: 'gone' });
  });
});
