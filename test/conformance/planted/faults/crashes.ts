import type { WorkflowComponent } from '../../../../core/index.js';
import { calls, newEvents, withWorkers, type Fault, type PlantedFault } from '../fault.js';

/** Long enough for a crash to come first. */
const laterMs = 2_000;

/** Answers at once, and does it later, if it still can. */
function later<K extends 'raiseEvent' | 'start'>(
  operation: K,
  answer: (request: Parameters<WorkflowComponent[K]>[0]) => unknown,
): Pick<Fault, 'component'> {
  return calls((engine) => ({
    [operation]: async (request: Parameters<WorkflowComponent[K]>[0]) => {
      const perform = engine[operation] as (given: typeof request) => Promise<unknown>;
      setTimeout(() => void perform(request).catch(() => undefined), laterMs);
      return answer(request);
    },
  }));
}

/** In every life but the first. */
function afterACrash(fault: Fault): Fault {
  let lives = 0;
  return {
    context: (given, engine) => {
      lives += 1;
      return lives === 1 ? given : (fault.context?.(given, engine) ?? given);
    },
    component: (engine) => (lives === 1 ? engine : (fault.component?.(engine) ?? engine)),
  };
}

/** What is lost, forgotten or undone when an engine is killed. Each fault sees all lives of its engine. */
export const crashFaults: readonly PlantedFault[] = [
  {
    name: 'a start is acknowledged before it is kept',
    caughtBy: 'crash/starts',
    because: 'last seen undefined',
    ...later('start', ({ instanceId }) => ({ instanceId })),
  },
  {
    name: 'an event is acknowledged before it is kept',
    caughtBy: 'crash/events',
    because: 'has ended',
    ...later('raiseEvent', () => undefined),
  },
  {
    name: 'timers are forgotten by a crash',
    caughtBy: 'crash/timer',
    because: 'has ended',
    ...afterACrash({
      context: (given) => {
        const { clock } = given;
        const at = (): (() => void) => () => undefined;
        return { ...given, clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), at } };
      },
    }),
  },
  {
    name: 'an activity that a crash cut off is not run again',
    caughtBy: 'crash/fan-out',
    because: 'has ended',
    ...onceForAll(),
  },
  {
    name: 'events carried over are lost by a crash',
    caughtBy: 'crash/continue-as-new',
    because: 'has ended',
    ...afterACrash(newEvents((events) => events.filter(({ kind }) => kind !== 'eventRaised'))),
  },
  {
    name: 'a suspend is kept in memory alone',
    caughtBy: 'crash/suspended',
    because: 'status after the crash',
    ...calls((engine) => {
      const suspended = new Set<string>();
      return {
        suspend: async ({ instanceId }) => void suspended.add(instanceId),
        get: async (request) => {
          const view = await engine.get(request);
          return suspended.has(request.instanceId) ? { ...view, status: 'SUSPENDED' } : view;
        },
      };
    }),
  },
  {
    name: 'a terminate reaches descendants after it was acknowledged, and a crash keeps it from them',
    caughtBy: 'crash/recursive-terminate',
    because: 'has ended',
    ...calls((engine) => ({ terminate: (request) => engine.terminate({ ...request, recursive: false }) })),
  },
  {
    name: 'a purge is undone by a crash',
    caughtBy: 'crash/purge',
    because: 'expected nothing',
    ...calls((engine) => {
      const gone = new Set<string>();
      return {
        purge: async ({ instanceId }) => {
          gone.add(instanceId).add(`${instanceId}:0000`);
          return { deletedCount: 2 };
        },
        get: (request) => engine.get(gone.has(request.instanceId) ? { instanceId: 'nobody' } : request),
      };
    }),
  },
  {
    name: 'a custom status is lost by a crash',
    caughtBy: 'crash/custom-status',
    because: 'custom status after the crash',
    ...afterACrash(
      calls((engine) => ({
        get: async (request) => {
          const { customStatus: _status, ...view } = await engine.get(request);
          return view;
        },
      })),
    ),
  },
];

/** Every activity goes to a worker once, whatever happens to the engine. */
function onceForAll(): Pick<Fault, 'context'> {
  const begun = new Set<string>();
  return {
    context: (given) =>
      withWorkers(given, {
        activity: (item) => {
          const key = `${item.executionId} ${item.taskId}`;
          if (begun.has(key)) return new Promise(() => undefined);
          begun.add(key);
          return given.workers.activity(item);
        },
      }),
  };
}
