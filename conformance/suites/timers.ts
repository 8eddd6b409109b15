import { legal } from '../../core/orchestration/index.js';
import { suite } from '../case.js';
import { Mismatch, type World } from '../world.js';

/** The marker of waits without a limit: SDKs compare it to the nanosecond. */
const never = { atMs: 253_402_300_799_999, subNanos: 999_999 };

/** On a slow machine a short timer may be over before the suspend is: then a longer one is tried. */
async function suspendedBeforeItsTimer(world: World): Promise<string> {
  for (const ms of [200, 1_000, 5_000, 20_000]) {
    const id = await world.start([{ kind: 'sleep', ms }]);
    await world.until(id, 'RUNNING', 'COMPLETED');
    await world.door.suspend(id);
    if ((await world.get(id)).status === 'SUSPENDED') return id;
  }
  throw new Mismatch('an instance could not be suspended within 20 s of its start');
}

export const timerSuite = suite('timers', { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] }, [
  ...[0, 1, 250, 1_100].map((ms) => ({
    id: `after-${ms}-ms`,
    promise: `A timer of ${ms} ms fires, and not before its time.`,
    pins: 'Dapr 4.11',
    run: async (world: World): Promise<void> => {
      const begun = Date.now();
      const id = await world.start([{ kind: 'sleep', ms }]);
      world.equal(await world.traceOf(id), ['fired'], 'trace');
      if (world.door.operations.has('history') && world.capabilities.history) {
        world.equal(legal(await world.history(id)), [], 'violations');
      }
      // A coarse engine may fire within its granularity, which it declares.
      world.check(Date.now() - begun >= ms - world.limits.timerGranularityMs, `at least ${ms} ms later`);
    },
  })),
  {
    id: 'past',
    promise: 'A timer whose time has passed fires at once.',
    pins: 'statement 54',
    run: async (world) => {
      world.equal(await world.traceOf(await world.start([{ kind: 'sleepUntil', atMs: 0 }])), ['fired'], 'trace');
    },
  },
  {
    id: 'several',
    promise: 'Timers fire in the order of their times, whatever the order they were made in.',
    pins: 'Dapr 4.11',
    run: async (world) => {
      const id = await world.start([{ kind: 'timers', ms: [300, 10, 150] }]);
      world.equal(await world.traceOf(id), ['10', '150', '300'], 'trace');
    },
  },
  {
    id: 'year-9999',
    promise: 'A timer in the year 9999 is accepted to the nanosecond, and never fires.',
    pins: 'statement 54',
    uses: ['start', 'get', 'history', 'terminate'],
    needs: ['history'],
    run: async (world) => {
      const id = await world.start([{ kind: 'sleepUntil', ...never }]);
      const created = await world.eventually('the timer is in history', async () => {
        const events = await world.history(id);
        const value = events.find((event) => event.kind === 'timerCreated');
        return { done: value !== undefined, value };
      });
      world.equal(
        created.kind === 'timerCreated' && created.fireAt,
        { ms: never.atMs, subNanos: never.subNanos },
        'time',
      );
      world.equal((await world.get(id)).status, 'RUNNING', 'status');
      await world.door.terminate(id);
    },
  },
  {
    id: 'thirty-days',
    promise: 'A timer further away than the timers of a machine reach (24.8 days) does not fire at once.',
    pins: 'reliability B39',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const id = await world.start([{ kind: 'race', name: 'go', ms: 30 * 24 * 3_600_000 }]);
      await world.ends(await world.start([{ kind: 'sleep', ms: 20 }]));
      world.equal((await world.get(id)).status, 'RUNNING', 'status after a while');
      await world.door.raise(id, 'go', '1');
      world.equal(await world.traceOf(id), ['1'], 'trace');
    },
  },
  {
    id: 'due-while-suspended',
    promise: 'A timer that falls due while the instance is suspended is delivered right after the resume.',
    pins: 'statement 48, Dapr 4.3',
    uses: ['start', 'get', 'suspend', 'resume', 'history'],
    needs: ['history'],
    run: async (world) => {
      const id = await suspendedBeforeItsTimer(world);
      await world.eventually('the timer is recorded', async () => {
        const events = await world.history(id);
        return { done: events.some((event) => event.kind === 'timerFired'), value: events.length };
      });
      world.equal((await world.get(id)).status, 'SUSPENDED', 'status after the timer');
      await world.door.resume(id);
      world.equal(await world.traceOf(id), ['fired'], 'trace');
    },
  },
  {
    id: 'scheduled-start',
    promise: 'An instance with a start time is PENDING until then, and begins by itself.',
    pins: 'statement 23, Dapr 4.8',
    uses: ['start', 'get', 'startAt'],
    needs: ['scheduledStart'],
    run: async (world) => {
      const startAtMs = Date.now() + 1_000;
      const id = await world.start([], { startAtMs });
      world.equal((await world.get(id)).status, 'PENDING', 'status right after the start');
      await world.ends(id);
      world.check(Date.now() >= startAtMs - world.limits.timerGranularityMs, 'not before its time');
    },
  },
  {
    id: 'start-in-the-past',
    promise: 'A start time in the past is now.',
    pins: 'Dapr 4.8',
    uses: ['start', 'get', 'startAt'],
    needs: ['scheduledStart'],
    run: async (world) => {
      await world.ends(await world.start([], { startAtMs: 1_000 }));
    },
  },
  {
    id: 'terminate-before-its-time',
    promise: 'An instance that has not begun can be terminated at once.',
    pins: 'reliability B26',
    uses: ['start', 'get', 'startAt', 'terminate'],
    needs: ['scheduledStart'],
    run: async (world) => {
      const id = await world.start([], { startAtMs: Date.now() + 3_600_000 });
      await world.door.terminate(id);
      world.equal((await world.get(id)).status, 'TERMINATED', 'status');
      if (!world.door.operations.has('history') || !world.capabilities.history) return;
      const events = await world.eventually('its end is in history', async () => {
        const value = await world.history(id);
        return { done: value.at(-1)?.kind === 'executionCompleted', value };
      });
      world.equal(legal(events), [], 'violations');
    },
  },
]);
