import { describe, expect, test } from '@jest/globals';
import { activityRef, defineEvent, workflowRef, type WorkflowContext } from '../../sdk/index.js';
import { model } from './support/model.js';
import { perform, workflowOf } from './support/programs.js';
import { ReplayWorld } from './support/replay-world.js';

const a = activityRef<void, unknown>('a');
const b = activityRef<void, unknown>('b');
const c = activityRef<void, unknown>('c');
const fails = activityRef<void, unknown>('fails');
const ship = workflowRef<void, unknown>('ship');
const send = workflowRef<void, unknown>('send');
const go = defineEvent('go');
const stop = defineEvent('stop');

type Code = (wf: WorkflowContext) => Promise<unknown>;

/** `before` made the history, up to the wait at its end; `after` is what the worker has now. */
interface Change {
  readonly change: string;
  readonly before: Code;
  readonly after: Code;
  readonly expected: string;
  readonly got: string;
}

const plain: Code = async (wf) => {
  await wf.call(a);
  await wf.call(b);
  await wf.waitFor(go);
};

const changes: readonly Change[] = [
  {
    change: 'a call is added in front',
    before: plain,
    after: async (wf) => {
      await wf.call(c);
      await plain(wf);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for activity "c" (#1)',
  },
  {
    change: 'a call is added in between',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      await wf.call(c);
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for activity "c" (#2)',
  },
  {
    change: 'the first call is removed',
    before: plain,
    after: async (wf) => {
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for activity "b" (#1)',
  },
  {
    change: 'the last call is removed',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for nothing more and awaits event "go"',
  },
  {
    change: 'an activity is renamed',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      await wf.call(c);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for activity "c" (#2)',
  },
  {
    change: 'two calls change places',
    before: plain,
    after: async (wf) => {
      await wf.call(b);
      await wf.call(a);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for activity "b" (#1)',
  },
  {
    change: 'an activity becomes a child workflow of its name',
    before: plain,
    after: async (wf) => {
      await wf.child(workflowRef<void, unknown>('a'));
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for child workflow "a" (#1)',
  },
  {
    change: 'an activity becomes a sleep',
    before: plain,
    after: async (wf) => {
      await wf.sleep('1s');
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for timer (#1)',
  },
  {
    change: 'a sleep becomes an activity',
    before: async (wf) => {
      await wf.sleep('1s');
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.call(a);
      await wf.waitFor(go);
    },
    expected: 'timer (#1)',
    got: 'asks for activity "a" (#1)',
  },
  {
    change: 'a sleep is removed',
    before: async (wf) => {
      await wf.sleep('1s');
      await wf.call(a);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.call(a);
      await wf.waitFor(go);
    },
    expected: 'timer (#1)',
    got: 'asks for activity "a" (#1)',
  },
  {
    change: 'a sleep is added',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      await wf.sleep('1s');
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for timer (#2)',
  },
  {
    change: 'a sleep becomes a wait with a time-out',
    before: async (wf) => {
      await wf.sleep('1s');
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.waitFor(stop, { timeout: '1s' });
      await wf.waitFor(go);
    },
    expected: 'timer (#1)',
    got: 'asks for time-out of event "stop" (#1)',
  },
  {
    change: 'a wait with a time-out waits for another event',
    before: async (wf) => {
      await wf.waitFor(stop, { timeout: '1s' });
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.waitFor(go, { timeout: '1s' });
      await wf.waitFor(go);
    },
    expected: 'time-out of event "stop" (#1)',
    got: 'asks for time-out of event "go" (#1)',
  },
  {
    change: 'a wait loses its time-out',
    before: async (wf) => {
      await wf.waitFor(stop, { timeout: '1s' });
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.waitFor(stop);
    },
    expected: 'time-out of event "stop" (#1)',
    got: 'asks for nothing more and awaits event "stop"',
  },
  {
    change: 'a child workflow is renamed',
    before: async (wf) => {
      await wf.child(ship);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.child(send);
      await wf.waitFor(go);
    },
    expected: 'child workflow "ship" (#1)',
    got: 'asks for child workflow "send" (#1)',
  },
  {
    change: 'a child workflow gets another id',
    before: async (wf) => {
      await wf.child(ship, undefined, { id: 'one' });
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.child(ship, undefined, { id: 'two' });
      await wf.waitFor(go);
    },
    expected: 'child workflow "ship" (#1)',
    got: 'asks for child workflow "ship" (#1)',
  },
  {
    change: 'a child workflow becomes an activity',
    before: async (wf) => {
      await wf.child(ship);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.call(activityRef<void, unknown>('ship'));
      await wf.waitFor(go);
    },
    expected: 'child workflow "ship" (#1)',
    got: 'asks for activity "ship" (#1)',
  },
  {
    change: 'calls side by side become one after the other',
    before: async (wf) => {
      await Promise.all([wf.call(a), wf.call(b)]);
      await wf.waitFor(go);
    },
    after: plain,
    expected: 'activity "b" (#2)',
    got: 'asks for nothing more and awaits a (#1)',
  },
  {
    change: 'a fan-out gets narrower',
    before: async (wf) => {
      await Promise.all([1, 2, 3].map(() => wf.call(a)));
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await Promise.all([1, 2].map(() => wf.call(a)));
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#3)',
    got: 'asks for nothing more and awaits a (#1), a (#2)',
  },
  {
    change: 'a fan-out gets wider',
    before: async (wf) => {
      await Promise.all([1, 2].map(() => wf.call(a)));
      await wf.call(b);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await Promise.all([1, 2, 3].map(() => wf.call(a)));
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#3)',
    got: 'asks for activity "a" (#3)',
  },
  {
    change: 'a fan-out has another order',
    before: async (wf) => {
      await Promise.all([wf.call(a), wf.call(b)]);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await Promise.all([wf.call(b), wf.call(a)]);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for activity "b" (#1)',
  },
  {
    change: 'it returns early',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
    },
    expected: 'activity "b" (#2)',
    got: 'has ended (COMPLETED)',
  },
  {
    change: 'it returns instead of waiting',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      await wf.call(b);
    },
    expected: 'more turns to come',
    got: 'has ended (COMPLETED)',
  },
  {
    change: 'it throws early',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      throw new Error('no more');
    },
    expected: 'activity "b" (#2)',
    got: 'has ended (FAILED)',
  },
  {
    change: 'it continues as new early',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      return wf.continueAsNew();
    },
    expected: 'activity "b" (#2)',
    got: 'has continued as new',
  },
  {
    change: 'an event goes to another instance',
    before: async (wf) => {
      wf.sendEvent('one', go);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      wf.sendEvent('two', go);
      await wf.waitFor(go);
    },
    expected: 'event "go" to instance "one" (#1)',
    got: 'asks for event "go" to instance "two" (#1)',
  },
  {
    change: 'an event is no longer sent',
    before: async (wf) => {
      wf.sendEvent('one', go);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.waitFor(go);
    },
    expected: 'event "go" to instance "one" (#1)',
    got: 'asks for nothing more and awaits event "go"',
  },
  {
    change: 'a detached instance gets another id',
    before: async (wf) => {
      wf.startDetached(ship, undefined, { id: 'one' });
      await wf.waitFor(go);
    },
    after: async (wf) => {
      wf.startDetached(ship, undefined, { id: 'two' });
      await wf.waitFor(go);
    },
    expected: 'detached workflow "one" (#1)',
    got: 'asks for detached workflow "two" (#1)',
  },
  {
    change: 'a loop runs less often',
    before: async (wf) => {
      for (let round = 0; round < 3; round += 1) await wf.call(a);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      for (let round = 0; round < 2; round += 1) await wf.call(a);
      await wf.waitFor(go);
    },
    expected: 'activity "a" (#3)',
    got: 'asks for nothing more and awaits event "go"',
  },
  {
    change: 'a condition takes the other branch',
    before: async (wf) => {
      await ((await wf.call(a)) === undefined ? wf.call(b) : wf.call(c));
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await ((await wf.call(a)) === undefined ? wf.call(c) : wf.call(b));
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for activity "c" (#2)',
  },
  {
    change: 'retries are added to a call that failed',
    before: async (wf) => {
      await wf.call(fails).catch(() => wf.call(c));
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.call(fails, undefined, { retry: { maxAttempts: 3 } }).catch(() => wf.call(c));
      await wf.waitFor(go);
    },
    expected: 'activity "c" (#2)',
    got: 'asks for delay before a retry (#2)',
  },
  {
    change: 'retries are taken from a call that failed',
    before: async (wf) => {
      await wf.call(fails, undefined, { retry: { maxAttempts: 2 } }).catch(() => wf.call(c));
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.call(fails).catch(() => wf.call(c));
      await wf.waitFor(go);
    },
    expected: 'delay before a retry (#2)',
    got: 'asks for activity "c" (#2)',
  },
  {
    change: 'a call gets a time-out',
    before: plain,
    after: async (wf) => {
      await wf.call(a, undefined, { timeout: '1m' });
      await wf.call(b);
      await wf.waitFor(go);
    },
    expected: 'activity "b" (#2)',
    got: 'asks for timer (#2)',
  },
  {
    change: 'a step is renamed',
    before: async (wf) => {
      await wf.step('one', () => 1);
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.step('two', () => 1);
      await wf.waitFor(go);
    },
    expected: 'activity "wf.step/one" (#1)',
    got: 'asks for activity "wf.step/two" (#1)',
  },
  {
    change: 'something foreign is awaited first',
    before: plain,
    after: async (wf) => {
      await new Promise((resolve) => setImmediate(resolve));
      await plain(wf);
    },
    expected: 'activity "a" (#1)',
    got: 'asks for nothing',
  },
];

describe('a change of the code that does not fit the history', () => {
  test.each(changes)('is seen before anything is recorded: $change', async ({ before, after, expected, got }) => {
    const world = await new ReplayWorld([workflowOf(before)], { perform }).run();
    world.post(model.eventRaised('go', undefined, world.nowMs));
    const turn = model.assemble(world.state, world.inbox, world.nowMs);
    if (!turn) throw new Error('no turn');
    const changed = new ReplayWorld([workflowOf(after)]).newExecution();
    const response = await changed.turn(world.history, turn.events);
    expect(response.nonDeterminism).toMatchObject({ expected, got });
    expect(response.nonDeterminism?.description).toContain(`history has ${expected}, the code ${got}`);
    expect(model.decide(world.state, turn, response, { nowMs: world.nowMs, newExecutionId: () => '' })).toMatchObject({
      kind: 'stall',
      reason: 'NON_DETERMINISM',
    });
  });

  test('is mended by the old code: the instance goes on', async () => {
    const world = await new ReplayWorld([workflowOf(plain)], { perform }).run();
    world.post(model.eventRaised('go', undefined, world.nowMs));
    await world.run();
    expect(world.status).toBe('COMPLETED');
  });
});

const compatible: readonly { change: string; before: Code; after: Code }[] = [
  {
    change: 'a patch guards it',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      if (wf.patched('checked')) await wf.call(c);
      await wf.call(b);
      await wf.waitFor(go);
    },
  },
  {
    change: 'it comes after what history has',
    before: plain,
    after: async (wf) => {
      await plain(wf);
      await wf.call(c);
    },
  },
  {
    change: 'a sleep gets longer',
    before: async (wf) => {
      await wf.sleep('1s');
      await wf.waitFor(go);
    },
    after: async (wf) => {
      await wf.sleep('1h');
      await wf.waitFor(go);
    },
  },
  {
    change: 'calls one after the other are made side by side',
    before: plain,
    after: async (wf) => {
      await Promise.all([wf.call(a), wf.call(b)]);
      await wf.waitFor(go);
    },
  },
  {
    change: 'an await moves to where it is needed',
    before: plain,
    after: async (wf) => {
      await wf.call(a);
      const later = wf.call(b);
      await wf.waitFor(go);
      await later;
    },
  },
];

test.each(compatible)('a change that fits the history is none: $change', async ({ before, after }) => {
  const world = await new ReplayWorld([workflowOf(before)], { perform }).run();
  const changed = new ReplayWorld([workflowOf(after)]).newExecution();
  expect(await changed.replay(world.history)).toBeUndefined();
});
