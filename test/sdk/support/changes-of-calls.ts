import { workflowRef } from '../../../sdk/index.js';
import { a, b, c, go, stop, plain, type Change } from './changes.js';

/** Calls, timers and waits that are added, removed, renamed or become something else. */
export const changesOfCalls: readonly Change[] = [
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
];
