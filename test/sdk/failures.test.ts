import { describe, expect, test } from '@jest/globals';
import {
  activityRef,
  ActivityFailed,
  ChildFailed,
  defineEvent,
  NonRetryable,
  TimedOut,
  workflowRef,
  type RetryOptions,
} from '../../sdk/index.js';
import type { ReplayWorld } from './support/replay-world.js';
import { events, failing, resultOf, run } from './support/run.js';

const work = activityRef<unknown, unknown>('work');
const undo = activityRef<unknown, unknown>('undo');
const other = workflowRef<unknown, unknown>('other');
const ping = defineEvent<unknown>('ping');

describe('retries', () => {
  const policy: RetryOptions = { maxAttempts: 4, firstDelay: '1s', backoff: 3, maxDelay: '5s' };
  const cases = [
    { name: 'none when the first attempt succeeds', fails: 0, attempts: 1, delays: [] },
    { name: 'one when the first fails', fails: 1, attempts: 2, delays: [1_000] },
    { name: 'growing delays, up to the longest', fails: 3, attempts: 4, delays: [1_000, 3_000, 5_000] },
    { name: 'no more than there are attempts', fails: 9, attempts: 4, delays: [1_000, 3_000, 5_000] },
  ];
  test.each(cases)('$name', async ({ fails, attempts, delays }) => {
    const world = await run((wf) => wf.call(work, 1, { retry: policy }), { perform: failing(fails) });
    expect(world.status).toBe(fails < 4 ? 'COMPLETED' : 'FAILED');
    expect(events(world, 'taskScheduled')).toHaveLength(attempts);
    expect(new Set(events(world, 'taskScheduled').map((event) => event.taskExecutionId)).size).toBe(1);
    const timers = events(world, 'timerCreated');
    expect(timers.map(({ fireAt, timestampMs }) => fireAt.ms - timestampMs)).toEqual(delays);
    expect(new Set(timers.map(({ origin }) => origin?.kind))).toEqual(
      new Set(delays.length > 0 ? ['activityRetry'] : []),
    );
  });

  test.each([
    { name: 'a failure that says it is final', error: new NonRetryable('never'), retry: policy },
    {
      name: 'a type the policy names',
      error: new RangeError('no'),
      retry: { ...policy, nonRetryable: ['RangeError'] },
    },
    { name: 'the end of its time', error: new Error('no'), retry: { ...policy, timeout: '500ms' } },
  ])('end with $name', async ({ error, retry }) => {
    const world = await run((wf) => wf.call(work, 1, { retry }), { perform: failing(1, error) });
    expect(events(world, 'taskScheduled')).toHaveLength(1);
    expect(world.status).toBe('FAILED');
  });

  test('of a child are instances of their own, tied to the first', async () => {
    const world = await run((wf) => wf.child(other, 1, { retry: { maxAttempts: 3 } }), { perform: failing(2) });
    const children = events(world, 'childWorkflowCreated');
    expect(children.map(({ instanceId }) => instanceId)).toEqual(['wf-1:0001', 'wf-1:0003', 'wf-1:0005']);
    expect(children.map(({ retryOf }) => retryOf)).toEqual([undefined, 'wf-1:0001', 'wf-1:0001']);
    expect(world.status).toBe('COMPLETED');
  });

  test('of a child with an id have ids of their own', async () => {
    const world = await run((wf) => wf.child(other, 1, { id: 'mine', retry: { maxAttempts: 2 } }), {
      perform: failing(1),
    });
    expect(events(world, 'childWorkflowCreated').map(({ instanceId }) => instanceId)).toEqual(['mine', 'mine-2']);
  });
});

describe('failures', () => {
  test('of an activity reach the workflow with type, message and cause', async () => {
    const cause = new TypeError('deep');
    const world = await run(
      async (wf) => {
        try {
          return await wf.call(work);
        } catch (error) {
          if (!(error instanceof ActivityFailed) || !(error.cause instanceof Error)) throw error;
          const deep = error.cause.cause instanceof Error ? error.cause.cause.name : undefined;
          return [error.activity, error.errorType, error.cause.message, deep];
        }
      },
      { perform: failing(1, new RangeError('outer', { cause })) },
    );
    expect(resultOf(world)).toEqual(['work', 'RangeError', 'outer', 'TypeError']);
  });

  test('that nobody catches fail the workflow, and carry the chain of causes', async () => {
    const world = await run((wf) => wf.call(work), { perform: failing(1) });
    expect(world.state.closed?.failure).toMatchObject({
      errorType: 'ActivityFailed',
      errorMessage: 'activity "work" failed: RangeError: not yet',
      inner: { errorType: 'RangeError', errorMessage: 'not yet' },
    });
  });

  test('of a child that was terminated say so', async () => {
    const world = await run(
      (wf) =>
        wf.child(other).catch((error: unknown) => error instanceof ChildFailed && [error.errorType, error.message]),
      { pick: () => -1 },
    );
    world.post({ kind: 'childWorkflowFailed', eventId: -1, timestampMs: 0, taskId: 1 }, 0);
    await world.run();
    expect(resultOf(world)).toEqual(['Terminated', 'child workflow "other" was terminated']);
  });

  test('of what is no error are shown as far as possible', async () => {
    const world = await run(() => Promise.reject('just text'));
    expect(world.state.closed?.failure).toEqual({ errorType: 'string', errorMessage: 'just text' });
  });

  test('of a class of the author have its name as type', async () => {
    class OutOfStock extends Error {}
    const world = await run(() => Promise.reject(new OutOfStock('none left')));
    expect(world.state.closed?.failure).toMatchObject({ errorType: 'OutOfStock', errorMessage: 'none left' });
  });
});

describe('compensations', () => {
  const names = (world: ReplayWorld): unknown[] =>
    events(world, 'taskScheduled').map(({ name, input }) => [name, input && JSON.parse(input)]);

  test('run newest first after a failure, which stays the failure', async () => {
    const world = await run(async (wf) => {
      for (const step of [1, 2, 3]) {
        await wf.call(work, step);
        wf.compensate(() => wf.call(undo, step));
      }
      throw new RangeError('too late');
    });
    expect(names(world).slice(3)).toEqual([
      ['undo', 3],
      ['undo', 2],
      ['undo', 1],
    ]);
    expect(world.state.closed?.failure).toMatchObject({ errorType: 'RangeError' });
  });

  test('do not run when all goes well, nor when the workflow continues as new', async () => {
    const world = await run(async (wf) => {
      wf.compensate(() => wf.call(undo));
      if (wf.generation === 0) return wf.continueAsNew();
    });
    expect(world.status).toBe('COMPLETED');
    expect(names(world)).toEqual([]);
  });

  test('all run, also when one fails, and then that is what failed', async () => {
    const world = await run(
      async (wf) => {
        wf.compensate(() => wf.call(undo, 1));
        wf.compensate(() => wf.call(work, 2));
        throw new RangeError('first');
      },
      { perform: (what) => (what.name === 'work' ? failing(1)(what) : undefined) },
    );
    expect(names(world)).toEqual([
      ['work', 2],
      ['undo', 1],
    ]);
    expect(world.state.closed?.failure).toMatchObject({
      errorType: 'CompensationFailed',
      inner: { errorType: 'RangeError', errorMessage: 'first' },
    });
  });

  test('of a scope run when the scope fails; those of one that went well when the workflow fails', async () => {
    const world = await run(async (wf) => {
      await wf.scope({}, async (scoped) => scoped.compensate(() => wf.call(undo, 'kept')));
      await wf
        .scope({}, async (scoped) => {
          scoped.compensate(() => scoped.call(undo, 'inner'));
          throw new Error('inner');
        })
        .catch(() => wf.call(work, 'caught'));
      throw new Error('outer');
    });
    expect(names(world)).toEqual([
      ['undo', 'inner'],
      ['work', 'caught'],
      ['undo', 'kept'],
    ]);
  });
});

describe('scopes', () => {
  test('interrupt what is awaited through them, once', async () => {
    const world = await run(async (wf) => {
      const seen: unknown[] = [];
      const late = wf.scope({ timeout: '1h' }, async (scoped) => {
        try {
          await scoped.waitFor(ping);
        } catch (error) {
          seen.push(error instanceof TimedOut);
          seen.push(await scoped.call(work, 'clean up'));
          throw error;
        }
      });
      seen.push(await late.catch((error: unknown) => error instanceof TimedOut && error.message));
      return seen;
    });
    expect(resultOf(world)).toEqual([true, 'clean up', 'scope timed out after 3600000 ms']);
  });

  test('leave behind what awaits something else', async () => {
    const world = await run((wf) =>
      wf.scope({ timeout: '1h' }, () => wf.waitFor(ping)).catch((error: unknown) => error instanceof TimedOut),
    );
    expect(resultOf(world)).toBe(true);
  });

  test('give what was done in time', async () => {
    const world = await run((wf) => wf.scope({ timeout: '1h' }, (scoped) => scoped.call(work, 5)));
    expect(resultOf(world)).toBe(5);
  });

  test('are no failures to be retried', async () => {
    const world = await run(
      (wf) =>
        wf.scope({ timeout: '1s' }, (scoped) =>
          scoped.call(work, 1, { timeout: '1h', retry: { maxAttempts: 5, firstDelay: '1ms' } }),
        ),
      { pick: (open) => open.findIndex(({ kind }) => kind === 'timer') },
    );
    expect(events(world, 'taskScheduled')).toHaveLength(1);
    expect(world.state.closed?.failure).toMatchObject({
      errorType: 'TimedOut',
      errorMessage: 'scope timed out after 1000 ms',
    });
  });
});
