import { activityRef } from '../../../sdk/index.js';
import { a, b, c, fails, go, plain, send, ship, type Change, type Code } from './changes.js';

/** Children, fan-outs, ends, retries and all else. */
export const changesOfFlow: readonly Change[] = [
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

export const compatible: readonly { change: string; before: Code; after: Code }[] = [
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
