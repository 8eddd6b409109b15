import type { ActivityItem, ActivityOutcome } from '../../../../core/index.js';
import type { FailureDetails } from '../../../../core/orchestration/index.js';
import {
  actions,
  activities,
  alarms,
  newEvents,
  outcomes,
  statusOf,
  turns,
  views,
  type PlantedFault,
} from '../fault.js';

const plain = ({ errorType, errorMessage }: FailureDetails): FailureDetails => ({ errorType, errorMessage });

const failures = (change: (failure: FailureDetails) => FailureDetails): Pick<PlantedFault, 'context'> =>
  outcomes((outcome) => (outcome.kind === 'failed' ? { ...outcome, failure: change(outcome.failure) } : outcome));

const longestDelayMs = 2 ** 31 - 1;

/** Activities, failures and timers. */
export const workFaults: readonly PlantedFault[] = [
  {
    name: 'an activity is run twice',
    caughtBy: 'activities/fan-out-10',
    because: 'runs',
    ...activities((run) => (item) => {
      void run(item);
      return run(item);
    }),
  },
  {
    name: 'a result is lost',
    caughtBy: 'activities/sequence',
    because: 'has ended',
    ...activities((run) => (item) => (item.taskId === 3 ? new Promise(() => undefined) : run(item))),
  },
  {
    name: 'two activities get the inputs of each other',
    caughtBy: 'activities/fan-out-10',
    because: 'results',
    ...activities(
      (run) => (item) => run(item.taskId < 2 ? { ...item, input: JSON.stringify({ echo: 1 - item.taskId }) } : item),
    ),
  },
  {
    name: 'an activity is asked for and never begun',
    caughtBy: 'activities/fan-out-100',
    because: 'has ended',
    ...activities((run) => (item) => (item.taskId === 99 ? undefined : run(item))),
  },
  {
    name: 'a failure becomes a result',
    caughtBy: 'activities/failure',
    because: 'trace',
    ...outcomes((outcome) => (outcome.kind === 'failed' ? { kind: 'completed', result: 'null' } : outcome)),
  },
  {
    name: "the cause of an activity's failure is lost",
    caughtBy: 'activities/failure',
    because: 'trace',
    ...failures(plain),
  },
  {
    name: 'a failure forgets that it is not to be retried',
    caughtBy: 'activities/retry-not-retriable',
    because: 'runs',
    ...failures(plain),
  },
  {
    name: 'every attempt has a task execution id of its own',
    caughtBy: 'activities/retry-succeeds',
    because: 'answer of the third attempt',
    ...activities((run) => (item) => run({ ...item, taskExecutionId: `${item.taskExecutionId}-${item.taskId}` })),
  },
  {
    name: "the cause of a workflow's failure is lost",
    caughtBy: 'activities/failed-history-keeps-causes',
    because: 'innermost cause',
    ...actions(
      () => (action) =>
        action.kind === 'completeWorkflow' && action.failure ? { ...action, failure: plain(action.failure) } : action,
    ),
  },
  {
    name: 'a failed workflow has an output',
    caughtBy: 'activities/failed-workflow',
    because: 'output',
    ...views(() => (view) => (view.failure ? { ...view, output: JSON.stringify(view.failure) } : view)),
  },
  {
    name: 'a failed workflow has no failure',
    caughtBy: 'activities/failed-workflow',
    because: 'failure',
    ...views(
      () =>
        ({ failure: _failure, ...view }) =>
          view,
    ),
  },
  {
    name: 'a late result brings an ended instance back',
    caughtBy: 'activities/late-result-after-end',
    because: 'status after the late result',
    ...revived(),
  },
  {
    name: 'a late result makes a purged instance anew',
    caughtBy: 'purge/force-running',
    because: 'instance after the late result',
    ...activities(
      (run, engine) => (item) =>
        run(item)?.then(async (outcome) => {
          const { instanceId, workflowName } = item;
          if ((await statusOf(engine(), instanceId)) === undefined) await engine().start({ instanceId, workflowName });
          return outcome;
        }),
    ),
  },
  {
    name: 'a result of the old generation answers a call of the new one',
    caughtBy: 'continue-as-new/old-results-stay-old',
    because: 'trace',
    ...acrossGenerations(),
  },
  {
    name: 'activities of a suspended instance are begun',
    caughtBy: 'control/suspended-begins-nothing',
    because: 'steps begun while suspended',
    ...unsuspended(),
  },
  {
    name: 'what came while an instance was suspended is old to its worker',
    caughtBy: 'control/resumed-turn-is-new',
    because: 'events that were new to the worker',
    ...turns(() => (item) => {
      const from = item.newEvents.findLastIndex(({ kind }) => kind === 'workflowStarted');
      const old = item.newEvents.slice(0, from);
      return {
        ...item,
        newEvents: item.newEvents.slice(from),
        pastCount: item.pastCount + old.length,
        past: (index) => [...item.past(0), ...old].slice(index),
      };
    }),
  },
  {
    name: 'the result of an activity that ends while the instance is suspended is lost',
    caughtBy: 'control/suspended-keeps-results',
    because: 'has ended',
    ...turns(() => (item) => ({
      ...item,
      newEvents: item.newEvents.some(({ kind }) => kind === 'executionSuspended')
        ? item.newEvents.filter(({ kind }) => kind !== 'taskCompleted')
        : item.newEvents,
    })),
  },
  {
    name: 'timers fire a second early',
    caughtBy: 'timers/after-1100-ms',
    because: 'a timer never fires early',
    ...alarms((clock) => (atMs, callback) => clock.at(atMs - 1_000, callback)),
  },
  {
    name: 'timers fire as soon as they are made',
    caughtBy: 'timers/after-1100-ms',
    because: 'a timer never fires early',
    ...alarms((clock) => (_atMs, callback) => clock.at(0, callback)),
  },
  {
    name: 'timers of random programs fire as soon as they are made',
    caughtBy: 'random/seeds-10-to-19',
    because: 'a timer never fires early',
    ...alarms((clock) => (_atMs, callback) => clock.at(0, callback)),
  },
  {
    name: 'timers never fire',
    caughtBy: 'timers/after-1-ms',
    because: 'has ended',
    ...alarms(() => () => () => undefined),
  },
  {
    name: 'a timer in the past never fires',
    caughtBy: 'timers/past',
    because: 'has ended',
    ...alarms((clock) => (atMs, callback) => (atMs < clock.now() ? () => undefined : clock.at(atMs, callback))),
  },
  {
    name: 'a timer further away than the timers of the machine go fires at once',
    caughtBy: 'timers/thirty-days',
    because: 'status after a while',
    ...alarms((clock) => (atMs, callback) => clock.at(atMs - clock.now() > longestDelayMs ? 0 : atMs, callback)),
  },
  {
    name: 'all timers fire with the first',
    caughtBy: 'timers/several',
    because: 'trace',
    ...alarms((clock) => {
      const due: (() => void)[] = [];
      return (atMs, callback) => {
        due.push(callback);
        return clock.at(atMs, () => {
          for (const one of due.splice(0).reverse()) one();
        });
      };
    }),
  },
  {
    name: 'a timer loses what is finer than a millisecond',
    caughtBy: 'timers/year-9999',
    because: 'time',
    ...actions(
      () => (action) => (action.kind === 'createTimer' ? { ...action, fireAt: { ms: action.fireAt.ms } } : action),
    ),
  },
  {
    name: 'a timer that falls due while the instance is suspended is lost',
    caughtBy: 'timers/due-while-suspended',
    because: 'has ended',
    ...newEvents((events) =>
      events.some(({ kind }) => kind === 'executionSuspended')
        ? events.filter(({ kind }) => kind !== 'timerFired')
        : events,
    ),
  },
  {
    name: 'a start time is ignored',
    caughtBy: 'timers/scheduled-start',
    because: 'status right after the start',
    component: (engine) => ({ ...engine, start: ({ scheduledStartMs: _at, ...request }) => engine.start(request) }),
  },
  {
    name: 'an instance with a start time never begins',
    caughtBy: 'timers/scheduled-start',
    because: 'has ended',
    component: (engine) => ({
      ...engine,
      start: (request) =>
        engine.start(request.scheduledStartMs === undefined ? request : { ...request, scheduledStartMs: 8e15 }),
    }),
  },
  {
    name: 'a start time in the past is never reached',
    caughtBy: 'timers/start-in-the-past',
    because: 'has ended',
    component: (engine) => ({
      ...engine,
      start: (request) =>
        engine.start(
          (request.scheduledStartMs ?? Infinity) < Date.now() ? { ...request, scheduledStartMs: 8e15 } : request,
        ),
    }),
  },
];

/** Shows an instance whose activity answered after its end as running. */
function revived(): Pick<PlantedFault, 'context' | 'component'> {
  const late = new Set<string>();
  const { context } = activities(
    (run, engine) => (item) =>
      run(item)?.then(async (outcome) => {
        if ((await statusOf(engine(), item.instanceId)) === 'TERMINATED') late.add(item.instanceId);
        return outcome;
      }),
  );
  return {
    ...(context ? { context } : {}),
    component: (engine) => ({
      ...engine,
      get: async (request) => {
        const view = await engine.get(request);
        return late.has(request.instanceId) ? { ...view, status: 'RUNNING' } : view;
      },
    }),
  };
}

/** Takes the first result for a task id, whichever generation asked for it. */
function acrossGenerations(): Pick<PlantedFault, 'context'> {
  const firsts = new Map<string, Promise<ActivityOutcome>>();
  return activities((run) => (item: ActivityItem) => {
    const key = `${item.instanceId} ${item.taskId}`;
    const running = run(item);
    if (running && !firsts.has(key)) firsts.set(key, running);
    return running && firsts.get(key);
  });
}

/** Says that an instance is suspended, and lets it run. */
function unsuspended(): Pick<PlantedFault, 'component'> {
  const suspended = new Set<string>();
  return {
    component: (engine) => ({
      ...engine,
      suspend: async ({ instanceId }) => void suspended.add(instanceId),
      resume: async ({ instanceId }) => void suspended.delete(instanceId),
      get: async (request) => {
        const view = await engine.get(request);
        return suspended.has(request.instanceId) ? { ...view, status: 'SUSPENDED' } : view;
      },
    }),
  };
}
