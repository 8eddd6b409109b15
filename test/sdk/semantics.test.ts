import { describe, expect, test } from '@jest/globals';
import { activityRef, defineEvent, defineWorkflow, type WorkflowContext } from '../../sdk/index.js';
import { model } from './support/model.js';
import { workflowOf } from './support/programs.js';
import { ReplayWorld } from './support/replay-world.js';
import { events, resultOf, run } from './support/run.js';

const work = activityRef<unknown, unknown>('work');
const ping = defineEvent<unknown>('ping');

describe('events', () => {
  test('are kept until they are asked for, in order, and names have no case', async () => {
    const raise = ['a', 'b', 'c'].map((data) => ({ before: 0, name: 'PiNg', data }));
    const world = await run(
      async (wf) => {
        await wf.call(work);
        return [await wf.waitFor(ping), await wf.waitFor(ping), await wf.waitFor(ping)];
      },
      { raise },
    );
    expect(resultOf(world)).toEqual(['a', 'b', 'c']);
  });

  test('that come after the time is over are for the next wait', async () => {
    const world = await run(
      async (wf) => {
        const first = await wf.waitFor(ping, { timeout: '1s' });
        return [first ?? 'none', await wf.waitFor(ping)];
      },
      { raise: [{ before: 1, name: 'ping', data: 1 }] },
    );
    expect(resultOf(world)).toEqual(['none', 1]);
  });

  test('at hand are given also when there is no time to wait', async () => {
    const world = await run(
      async (wf) => {
        await wf.call(work);
        return [await wf.waitFor(ping, { timeout: 0 }), (await wf.waitFor(ping, { timeout: 0 })) ?? 'none'];
      },
      { raise: [{ before: 0, name: 'ping', data: 1 }] },
    );
    expect(resultOf(world)).toEqual([1, 'none']);
    expect(events(world, 'timerCreated')).toHaveLength(0);
  });

  test.each([
    { keepEvents: true, seen: ['b', 'c'] },
    { keepEvents: false, seen: ['c'] },
  ])(
    'are carried over when the workflow continues as new, if keepEvents is $keepEvents',
    async ({ keepEvents, seen }) => {
      const raise = [
        { before: 0, name: 'ping', data: 'a' },
        { before: 0, name: 'ping', data: 'b' },
      ];
      const world = await run(
        async (wf) => {
          if (wf.generation > 0) {
            const first = await wf.waitFor(ping);
            return keepEvents ? [first, await wf.waitFor(ping)] : [first];
          }
          await wf.call(work);
          await wf.waitFor(ping);
          return wf.continueAsNew(undefined, { keepEvents });
        },
        { raise },
      );
      world.post(model.eventRaised('ping', '"c"', world.nowMs));
      await world.run();
      expect(resultOf(world)).toEqual(seen);
    },
  );
});

describe('suspension', () => {
  test('holds back what comes until it is over; nothing is lost, and the clock is that of the resumed turn', async () => {
    const world = await run(
      async (wf) => {
        const first = await wf.call(work, 1);
        return [first, await wf.call(work, 2), wf.now() > 0];
      },
      { pick: () => -1 },
    );
    world.post(model.suspended(undefined, world.nowMs));
    await world.turn();
    world.post({ kind: 'taskCompleted', eventId: -1, timestampMs: world.nowMs, taskId: 1, result: '"one"' });
    await world.turn();
    expect(world.status).toBe('SUSPENDED');
    expect(world.open).toHaveLength(1);
    world.post(model.resumed(undefined, world.nowMs));
    await world.turn();
    expect(events(world, 'taskScheduled')).toHaveLength(2);
    const { past, fresh, response } = world.answered.at(-1) ?? { past: [], fresh: [], response: undefined };
    expect(await world.newExecution().turn(past, fresh)).toEqual(response);
    expect(await world.newExecution().replay(world.history)).toBeUndefined();
  });

  test('of a turn that is handed out all the same gives no new actions', async () => {
    const world = new ReplayWorld([workflowOf((wf) => wf.call(work, 1))]);
    const [start] = world.inbox;
    if (!start) throw new Error('no start');
    const head = { kind: 'workflowStarted', eventId: -1, timestampMs: 1 } as const;
    const stop = { kind: 'executionSuspended', eventId: -1, timestampMs: 1 } as const;
    const response = await world.newExecution().turn([], [head, start.event, stop]);
    expect(response.actions).toEqual([]);
    expect(response.nonDeterminism).toBeUndefined();
  });
});

describe('a terminate that reaches the worker', () => {
  test('ends the workflow without its code noticing', async () => {
    let noticed = false;
    const world = await run(async (wf) => {
      try {
        await wf.waitFor(ping);
      } finally {
        noticed = true;
      }
    });
    const head = { kind: 'workflowStarted', eventId: -1, timestampMs: 1 } as const;
    const end = {
      kind: 'executionTerminated',
      eventId: -1,
      timestampMs: 1,
      output: '"enough"',
      recurse: false,
    } as const;
    const response = await world.newExecution().turn(world.history, [head, end]);
    expect(response.actions).toMatchObject([{ kind: 'completeWorkflow', status: 'TERMINATED', result: '"enough"' }]);
    expect(noticed).toBe(false);
  });
});

describe('patches', () => {
  const old = async (wf: WorkflowContext): Promise<unknown> => {
    await wf.call(work, 'old');
    return wf.call(work, 'end');
  };
  const patched = async (wf: WorkflowContext): Promise<unknown> => {
    await wf.call(work, wf.patched('better') ? 'new' : 'old');
    return wf.call(work, wf.patched('better') ? 'new end' : 'end');
  };

  test('are on for new executions, and recorded once', async () => {
    const world = await run(patched);
    expect(world.state.patches).toEqual(['better']);
    expect(events(world, 'taskScheduled').map(({ input }) => input)).toEqual(['"new"', '"new end"']);
    expect(await world.newExecution().replay(world.history)).toBeUndefined();
  });

  test('are off for the part of a history that was made without them, and on after it', async () => {
    const world = await run(old, { pick: () => -1 });
    const head = { kind: 'workflowStarted', eventId: -1, timestampMs: world.nowMs } as const;
    const done = { kind: 'taskCompleted', eventId: -1, timestampMs: world.nowMs, taskId: 1 } as const;
    const changed = new ReplayWorld([workflowOf(patched)]).newExecution();
    const response = await changed.turn(world.history, [head, done]);
    expect(response.version).toEqual({ patches: ['better'] });
    expect(response.actions).toMatchObject([{ kind: 'scheduleTask', input: '"new end"' }]);
  });

  test('cannot be taken away while executions live that began with them', async () => {
    const world = await run(patched, { pick: () => -1 });
    world.post({ kind: 'taskCompleted', eventId: -1, timestampMs: world.nowMs, taskId: 1 }, 0);
    const turn = model.assemble(world.state, world.inbox, world.nowMs);
    const changed = new ReplayWorld([
      workflowOf((wf) => wf.call(work, 'new').then(() => wf.call(work))),
    ]).newExecution();
    const response = await changed.turn(world.history, turn?.events ?? []);
    const decision = turn && model.decide(world.state, turn, response, { nowMs: 1, newExecutionId: () => '' });
    expect(decision).toMatchObject({ kind: 'stall', reason: 'PATCH_MISMATCH' });
  });
});

describe('versions', () => {
  const version = (name: string | undefined) =>
    defineWorkflow('main', name === undefined ? {} : { version: name }, async (wf) => {
      await wf.waitFor(ping);
      return wf.version ?? 'none';
    });
  const raise = (world: ReplayWorld): Promise<ReplayWorld> => {
    world.post(model.eventRaised('ping', undefined, world.nowMs));
    return world.run();
  };

  test('of new executions are the newest, by number', async () => {
    const world = await new ReplayWorld([version('9'), version('10'), version(undefined)]).run();
    expect(world.state.versionName).toBe('10');
    expect(resultOf(await raise(world))).toBe('10');
  });

  test.each(['1', undefined])('of a history stay what they were: %p', async (begun) => {
    const world = await new ReplayWorld([version(begun)]).run();
    world.post(model.eventRaised('ping', undefined, world.nowMs));
    const turn = model.assemble(world.state, world.inbox, world.nowMs);
    const later = new ReplayWorld([version('2'), version(begun)]).newExecution();
    const response = await later.turn(world.history, turn?.events ?? []);
    expect(response.actions).toMatchObject([{ kind: 'completeWorkflow', result: JSON.stringify(begun ?? 'none') }]);
  });

  test('that are not there stall the instance', async () => {
    const world = await new ReplayWorld([version('1')]).run();
    world.post(model.eventRaised('ping', undefined, world.nowMs));
    const turn = model.assemble(world.state, world.inbox, world.nowMs);
    const later = new ReplayWorld([version('2')]).newExecution();
    const response = await later.turn(world.history, turn?.events ?? []);
    expect(response.actions).toMatchObject([{ kind: 'versionNotAvailable' }]);
  });
});

describe('continuing as new', () => {
  test('begins again with the new input, and ends only once', async () => {
    const counts = defineWorkflow('main', async (wf, count: number) =>
      count < 5 ? wf.continueAsNew(count + 1) : [count, wf.generation],
    );
    const world = await new ReplayWorld([counts], { input: 0 }).run();
    expect(resultOf(world)).toEqual([5, 5]);
    expect(world.history.filter(({ kind }) => kind === 'executionStarted')).toHaveLength(1);
  });

  test('ends the run at once: what comes after it does nothing', async () => {
    const world = await run(async (wf) => {
      if (wf.generation === 1) return 'second';
      void wf.continueAsNew();
      await wf.call(work);
      return 'first';
    });
    expect(resultOf(world)).toBe('second');
    expect(events(world, 'taskScheduled')).toHaveLength(0);
  });
});

describe('the context', () => {
  test('has a clock that stands still between events', async () => {
    const world = await run(async (wf) => {
      const begun = wf.now();
      const later = wf.now();
      await wf.sleep('90s');
      return [begun === later, wf.now() - begun >= 90_000];
    });
    expect(resultOf(world)).toEqual([true, true]);
  });

  test('shows and clears a status', async () => {
    const world = await run(async (wf) => {
      wf.setStatus({ step: 1 });
      await wf.waitFor(ping);
      wf.setStatus(undefined);
      await wf.waitFor(ping);
    });
    expect(world.state.customStatus).toBe('{"step":1}');
    world.post(model.eventRaised('ping', undefined, world.nowMs));
    await world.run();
    expect(world.state.customStatus).toBeUndefined();
  });
});
