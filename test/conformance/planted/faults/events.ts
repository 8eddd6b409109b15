import type { RaiseEventRequest, WorkflowComponent } from '../../../../core/index.js';
import { actions, calls, newEvents, responses, statusOf, turns, withWorkers, type PlantedFault } from '../fault.js';

type Raise = (request: RaiseEventRequest) => Promise<void>;

const raises = (make: (raise: Raise, engine: WorkflowComponent) => Raise): Pick<PlantedFault, 'component'> =>
  calls((engine) => ({ raiseEvent: make((request) => engine.raiseEvent(request), engine) }));

/** Events that are lost, doubled, overtaken or changed, and what continue-as-new makes of them. */
export const eventFaults: readonly PlantedFault[] = [
  {
    name: 'events overtake each other',
    caughtBy: 'events/fifo',
    because: 'trace',
    ...raises((raise) => {
      let kept: RaiseEventRequest | undefined;
      return async (request) => {
        if (!kept) {
          kept = request;
          return;
        }
        const earlier = kept;
        kept = undefined;
        await raise(request);
        await raise(earlier);
      };
    }),
  },
  {
    name: 'events of one turn come in the wrong order',
    caughtBy: 'events/suspended',
    because: 'trace',
    ...newEvents((events) => {
      const raised = events.filter(({ kind }) => kind === 'eventRaised').reverse();
      return events.map((event) => (event.kind === 'eventRaised' ? (raised.shift() ?? event) : event));
    }),
  },
  {
    name: 'the tenth event is lost',
    caughtBy: 'events/fifo',
    because: 'has ended',
    ...raises((raise) => {
      let count = 0;
      return async (request) => {
        count += 1;
        if (count !== 10) await raise(request);
      };
    }),
  },
  {
    name: 'one event in seven is lost',
    caughtBy: 'random/seeds-0-to-9',
    because: 'seed',
    ...raises((raise) => {
      let count = 0;
      return async (request) => {
        count += 1;
        if (count % 7 !== 0) await raise(request);
      };
    }),
  },
  {
    name: 'an event is delivered twice',
    caughtBy: 'events/one-waiter-each',
    because: 'is RUNNING',
    ...raises((raise) => async (request) => {
      await raise(request);
      await raise(request);
    }),
  },
  {
    name: 'of two equal events one is dropped',
    caughtBy: 'events/equal-events-are-two',
    because: 'has ended',
    ...raises((raise) => {
      const seen = new Set<string>();
      return async (request) => {
        const key = JSON.stringify(request);
        if (seen.has(key)) return;
        seen.add(key);
        await raise(request);
      };
    }),
  },
  {
    name: 'of two equal events of one turn one is dropped',
    caughtBy: 'events/equal-events-are-two',
    because: 'has ended',
    ...newEvents((events) => {
      const raised = new Set<string>();
      return events.filter((event) => {
        if (event.kind !== 'eventRaised') return true;
        const key = `${event.name} ${event.data}`;
        return !raised.has(key) && raised.add(key);
      });
    }),
  },
  {
    name: 'an event that nobody waits for is dropped',
    caughtBy: 'events/before-the-wait',
    because: 'has ended',
    ...whileWorking(),
  },
  {
    name: 'an event to an instance that has not begun is dropped',
    caughtBy: 'events/before-the-first-turn',
    because: 'has ended',
    ...raises((raise, engine) => async (request) => {
      if ((await statusOf(engine, request.instanceId)) !== 'PENDING') await raise(request);
    }),
  },
  {
    name: 'an event begins an instance before its time',
    caughtBy: 'events/before-the-first-turn',
    because: 'status before its time',
    ...begunByEvents(),
  },
  {
    name: 'an event to a suspended instance is dropped',
    caughtBy: 'events/suspended',
    because: 'has ended',
    ...raises((raise, engine) => async (request) => {
      if ((await statusOf(engine, request.instanceId)) !== 'SUSPENDED') await raise(request);
    }),
  },
  {
    name: 'names of events are put in lower case',
    caughtBy: 'events/name-unchanged',
    because: 'has ended',
    ...raises((raise) => (request) => raise({ ...request, eventName: request.eventName.toLowerCase() })),
  },
  {
    name: 'names of events are not looked at',
    caughtBy: 'events/names-are-apart',
    because: 'trace',
    ...raises((raise) => {
      const wanted = ['b', 'a', 'b'];
      return (request) => raise({ ...request, eventName: wanted.shift() ?? request.eventName });
    }),
  },
  {
    name: 'absent data of an event becomes empty data',
    caughtBy: 'events/absent-data',
    because: 'data in history',
    ...raises((raise) => (request) => raise({ data: '', ...request })),
  },
  {
    name: 'an event from another instance is lost',
    caughtBy: 'events/send-between-instances',
    because: 'has ended',
    ...actions(() => (action) => (action.kind === 'sendEvent' ? { ...action, instanceId: 'nobody' } : action)),
  },
  {
    name: 'the events of the old run are seen by the new one',
    caughtBy: 'start/events-of-the-old-run-are-gone',
    because: 'trace',
    ...turns(() => {
      let runs = 0;
      return (item) => {
        if (item.newEvents.some((event) => event.kind === 'executionStarted')) runs += 1;
        const old = { kind: 'eventRaised', eventId: -1, timestampMs: 0, name: 'other', data: '"old"' } as const;
        return runs === 2 ? { ...item, newEvents: [...item.newEvents, old] } : item;
      };
    }),
  },
  {
    name: 'continue-as-new drops the events that were not consumed',
    caughtBy: 'continue-as-new/carried-in-order',
    because: 'has ended',
    ...carryover(() => []),
  },
  {
    name: 'continue-as-new carries events over in reverse',
    caughtBy: 'continue-as-new/carried-in-order',
    because: 'what the next generation saw',
    ...carryover((events) => events.toReversed()),
  },
  {
    name: 'continue-as-new carries every event over twice',
    caughtBy: 'continue-as-new/carried-in-order',
    because: 'what the next generation saw',
    ...carryover((events) => events.flatMap((event) => [event, event])),
  },
  {
    name: 'continue-as-new forgets the new input',
    caughtBy: 'continue-as-new/new-input',
    because: 'results of the last generation',
    ...actions(() => (action) => {
      if (action.kind !== 'continueAsNew') return action;
      const { input: _input, ...rest } = action;
      return rest;
    }),
  },
  {
    name: 'a timer of the old generation fires into the new one',
    caughtBy: 'continue-as-new/old-timers-are-gone',
    because: 'trace of the new generation',
    ...actions(() => {
      const earlier = new Map<string, number>();
      return (action, { instanceId, generation }) => {
        if (action.kind !== 'createTimer') return action;
        const key = `${instanceId} ${action.id}`;
        if (generation === 0) earlier.set(key, action.fireAt.ms);
        return { ...action, fireAt: { ms: Math.min(earlier.get(key) ?? Infinity, action.fireAt.ms) } };
      };
    }),
  },
  {
    name: 'an instance is pending between two generations',
    caughtBy: 'custom-status/kept-over-continue-as-new',
    because: 'runtime status between two generations',
    ...betweenGenerations(),
  },
  {
    name: 'a parent hears of the first generation of its child',
    caughtBy: 'continue-as-new/parent-waits-for-the-last',
    because: 'trace',
    ...actions(() => (action, { instanceId }) => {
      if (action.kind !== 'continueAsNew' || !instanceId.includes(':')) return action;
      return { kind: 'completeWorkflow', id: action.id, status: 'COMPLETED', result: '"early"' };
    }),
  },
  {
    name: 'an empty custom status does not clear the one before',
    caughtBy: 'custom-status/overwritten',
    because: 'the status is undefined',
    ...responses(() => {
      const kept = new Map<string, string>();
      return (response, { instanceId }) => {
        if (response.customStatus) kept.set(instanceId, response.customStatus);
        return { ...response, customStatus: kept.get(instanceId) ?? '' };
      };
    }),
  },
  {
    name: 'continue-as-new clears the custom status',
    caughtBy: 'custom-status/kept-over-continue-as-new',
    because: 'status before the first turn of the next generation',
    ...responses(() => (response) => {
      const { customStatus: _status, ...rest } = response;
      return response.actions.some(({ kind }) => kind === 'continueAsNew') ? rest : response;
    }),
  },
];

function carryover(change: <E>(events: readonly E[]) => readonly E[]): Pick<PlantedFault, 'context'> {
  return actions(
    () => (action) => (action.kind === 'continueAsNew' ? { ...action, carryover: change(action.carryover) } : action),
  );
}

/** Drops what comes while an activity of the instance is under way. */
function whileWorking(): Pick<PlantedFault, 'context' | 'component'> {
  const working = new Set<string>();
  return {
    context: (given) =>
      withWorkers(given, {
        activity: (item) => {
          working.add(item.instanceId);
          return given.workers.activity(item)?.finally(() => working.delete(item.instanceId));
        },
      }),
    component: (engine) => ({
      ...engine,
      raiseEvent: async (request) => {
        if (!working.has(request.instanceId)) await engine.raiseEvent(request);
      },
    }),
  };
}

/** Keeps a scheduled start to itself, and lets an event begin it. */
function begunByEvents(): Pick<PlantedFault, 'component'> {
  return calls((engine) => {
    const waiting = new Map<string, Parameters<WorkflowComponent['start']>[0]>();
    return {
      start: async (request) => {
        if (request.scheduledStartMs === undefined) return engine.start(request);
        waiting.set(request.instanceId, request);
        return { instanceId: request.instanceId };
      },
      raiseEvent: async (request) => {
        const start = waiting.get(request.instanceId);
        if (start) {
          const { scheduledStartMs: _at, ...now } = start;
          await engine.start(now);
          await engine.raiseEvent(request);
        }
      },
    };
  });
}

/** Shows an instance as pending from continue-as-new to the end of the next turn. */
function betweenGenerations(): Pick<PlantedFault, 'context' | 'component'> {
  const between = new Set<string>();
  const { context } = responses(() => (response, { instanceId }) => {
    if (response.actions.some(({ kind }) => kind === 'continueAsNew')) between.add(instanceId);
    else between.delete(instanceId);
    return response;
  });
  return {
    ...(context ? { context } : {}),
    component: (engine) => ({
      ...engine,
      get: async (request) => {
        const view = await engine.get(request);
        return between.has(request.instanceId) ? { ...view, status: 'PENDING' } : view;
      },
    }),
  };
}
