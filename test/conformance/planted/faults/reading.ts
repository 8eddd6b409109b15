import { WorkflowError, type InstanceSummary, type ListResponse } from '../../../../core/index.js';
import type { HistoryEvent } from '../../../../core/orchestration/index.js';
import { calls, histories, miscoded, optionalCalls, unrefused, views, type PlantedFault } from '../fault.js';

const pages = (change: (page: ListResponse) => ListResponse): Pick<PlantedFault, 'component'> =>
  optionalCalls(({ list }) => ({ list: async (request) => change(await list(request)) }));

/** Reads, lists, histories, waits and reruns. */
export const readingFaults: readonly PlantedFault[] = [
  {
    name: 'an unknown instance is made up',
    caughtBy: 'get/absent',
    because: 'view',
    ...calls((engine) => ({
      get: (request) =>
        unrefused(
          {
            instanceId: request.instanceId,
            workflowName: '',
            status: 'PENDING',
            createdAtMs: 0,
            lastUpdatedAtMs: 0,
            executionId: '',
            generation: 0,
          },
          () => engine.get(request),
        ),
    })),
  },
  {
    name: 'a read of nobody has the wrong code',
    caughtBy: 'get/absent',
    because: 'not ready',
    ...calls((engine) => ({ get: (request) => miscoded('ERR_COMPONENT_NOT_READY', () => engine.get(request)) })),
  },
  {
    name: 'an input is not shown',
    caughtBy: 'get/fields',
    because: 'view',
    ...views(
      () =>
        ({ input: _input, ...view }) =>
          view,
    ),
  },
  {
    name: 'an output is shown before the end',
    caughtBy: 'get/never-torn',
    because: 'output with RUNNING',
    ...views(() => {
      const seen = new Set<string>();
      return (view) => {
        if (view.status !== 'COMPLETED' || seen.has(view.instanceId)) return view;
        seen.add(view.instanceId);
        return { ...view, status: 'RUNNING' };
      };
    }),
  },
  {
    name: 'an instance that has ended is shown as running once more',
    caughtBy: 'get/never-torn',
    because: 'status of an instance that has ended',
    ...views(() => {
      let reads = 0;
      return (view) => {
        if (view.status !== 'COMPLETED') return view;
        reads += 1;
        const { output: _output, ...rest } = view;
        return reads % 16 > 8 ? { ...rest, status: 'RUNNING' } : view;
      };
    }),
  },
  {
    name: 'every page of a list loses its last instance',
    caughtBy: 'list/pages',
    because: 'all are listed',
    ...pages((page) => ({ ...page, instances: page.continuationToken ? page.instances.slice(0, -1) : page.instances })),
  },
  {
    name: 'a page of a list begins with the end of the one before',
    caughtBy: 'list/pages',
    because: 'listed twice',
    ...optionalCalls(({ list }) => {
      let last: ListResponse['instances'] = [];
      return {
        list: async (request) => {
          const page = await list({ ...request, pageSize: request.pageSize - 1 });
          const instances = [...(request.continuationToken === undefined ? [] : last), ...page.instances];
          last = page.instances.slice(-1);
          return { ...page, instances };
        },
      };
    }),
  },
  {
    name: 'a list never ends',
    caughtBy: 'list/pages',
    because: 'listed twice',
    ...optionalCalls(({ list }) => ({
      list: async ({ pageSize }) => {
        const page = await list({ pageSize });
        return { continuationToken: 'more', ...page };
      },
    })),
  },
  {
    name: 'a page is longer than was asked for',
    caughtBy: 'list/pages',
    because: 'no page is longer than asked',
    ...optionalCalls(({ list }) => ({ list: (request) => list({ ...request, pageSize: request.pageSize + 1 }) })),
  },
  {
    name: 'a made-up token begins from the front',
    caughtBy: 'list/bad-token',
    because: 'was accepted',
    ...optionalCalls(({ list }) => ({
      list: (request) => list(request).catch(() => list({ pageSize: request.pageSize })),
    })),
  },
  {
    name: 'purged instances are listed',
    caughtBy: 'list/purged-are-gone',
    because: 'it is not listed',
    component: (engine) => {
      const gone: InstanceSummary[] = [];
      const { list } = engine.optional;
      return {
        ...engine,
        purge: async (request) => {
          gone.push(await engine.get(request));
          return engine.purge(request);
        },
        optional: {
          ...engine.optional,
          list: async (request) => {
            const page = (await list?.(request)) ?? { instances: [] };
            return { ...page, instances: [...page.instances, ...gone] };
          },
        },
      };
    },
  },
  {
    name: 'children are not listed',
    caughtBy: 'list/children-too',
    because: 'the child is listed',
    ...pages((page) => ({
      ...page,
      instances: page.instances.filter(({ parentInstanceId }) => parentInstanceId === undefined),
    })),
  },
  {
    name: 'a list shows the newest first',
    caughtBy: 'list/oldest-first',
    because: 'order',
    ...pages((page) => ({ ...page, instances: page.instances.toReversed() })),
  },
  {
    name: 'a history lacks the beginnings of turns',
    caughtBy: 'history/first-turn',
    because: 'kinds',
    ...histories((events) => events.filter(({ kind }) => kind !== 'workflowStarted')),
  },
  {
    name: 'a history ends twice',
    caughtBy: 'history/legal',
    because: 'nothing follows the end',
    ...histories((events) => [...events, ...events.filter(({ kind }) => kind === 'executionCompleted')]),
  },
  {
    name: 'a result is in history twice',
    caughtBy: 'history/legal',
    because: 'a result belongs to an open task',
    ...histories((events) => doubled(events, 'taskCompleted')),
  },
  {
    name: 'a result is in history before its call',
    caughtBy: 'history/legal',
    because: 'a result belongs to an open task',
    ...histories((events) => moved(events, 'taskCompleted', 'taskScheduled')),
  },
  {
    name: 'an event is in history twice',
    caughtBy: 'history/legal',
    because: 'events arrive once and in order',
    ...histories((events) => doubled(events, 'eventRaised')),
  },
  {
    name: 'an event is not in history',
    caughtBy: 'history/legal-at-rest',
    because: 'an acknowledged event is not lost',
    ...histories((events) => events.filter(({ kind }) => kind !== 'eventRaised')),
  },
  {
    name: 'the clock of a history runs backwards',
    caughtBy: 'history/legal',
    because: 'the clock of turns never runs back',
    ...histories((events) => events.map((event, index) => ({ ...event, timestampMs: event.timestampMs - 10 * index }))),
  },
  {
    name: 'a history begins with the generation before',
    caughtBy: 'history/current-generation',
    because: 'an execution starts once',
    ...histories((events) => [...events.slice(0, 2), ...events]),
  },
  {
    name: 'an instance that has not begun has a history',
    caughtBy: 'history/pending',
    because: 'events',
    ...histories((events) =>
      events.length === 0 ? [{ kind: 'workflowStarted', eventId: -1, timestampMs: 0 }] : events,
    ),
  },
  {
    name: 'the history of nobody is empty',
    caughtBy: 'history/absent',
    because: 'was accepted',
    ...optionalCalls(({ history }) => ({ history: (request) => unrefused({ events: [] }, () => history(request)) })),
  },
  {
    name: 'a wait is never answered',
    caughtBy: 'wait/ends',
    because: 'did not end',
    ...optionalCalls(() => ({ wait: () => new Promise(() => undefined) })),
  },
  {
    name: 'a wait is answered at once',
    caughtBy: 'wait/ends',
    because: 'status',
    ...optionalCalls((_own, engine) => ({ wait: (request) => engine.get(request) })),
  },
  {
    name: 'a wait for nobody is refused',
    caughtBy: 'wait/unknown-parks',
    because: 'unable to find',
    ...optionalCalls(({ wait }, engine) => ({
      wait: async (request, signal) => {
        await engine.get(request);
        return wait(request, signal);
      },
    })),
  },
  {
    name: 'a wait that is given up goes on waiting',
    caughtBy: 'wait/given-up',
    because: 'did not end',
    ...optionalCalls(({ wait }) => ({ wait: (request) => wait(request, new AbortController().signal) })),
  },
  {
    name: 'a rerun begins from the start',
    caughtBy: 'rerun/from-event-3',
    because: 'activities that ran again',
    ...optionalCalls(({ rerun }) => ({ rerun: (request) => rerun({ ...request, eventId: 0 }) })),
  },
  {
    name: 'a rerun takes over what came after its target',
    caughtBy: 'rerun/from-event-0',
    because: 'activities that ran again',
    ...optionalCalls(({ rerun }) => ({ rerun: (request) => rerun({ ...request, eventId: 3 }) })),
  },
  {
    name: 'a rerun ignores the other input',
    caughtBy: 'rerun/other-input',
    because: 'last result',
    ...optionalCalls(({ rerun }) => ({ rerun: (request) => rerun({ ...request, overwriteInput: false }) })),
  },
  {
    name: 'a rerun takes the place of its source',
    caughtBy: 'rerun/leaves-its-source',
    because: 'was expected to exist',
    ...optionalCalls(({ rerun }, engine) => ({
      rerun: async (request) => {
        const answer = await rerun(request);
        await engine.purge({ instanceId: request.sourceInstanceId, recursive: false, force: false });
        return answer;
      },
    })),
  },
  {
    name: 'a rerun of a running instance has the wrong code',
    caughtBy: 'rerun/refused-running-source',
    because: 'saw ERR_RERUN_INVALID',
    ...optionalCalls(({ rerun }) => ({
      rerun: (request) =>
        rerun(request).catch(() => {
          throw new WorkflowError('ERR_RERUN_INVALID', { reason: 'no' });
        }),
    })),
  },
];

/** The first event of one kind, put before the first of another. */
function moved(
  events: readonly HistoryEvent[],
  kind: HistoryEvent['kind'],
  before: HistoryEvent['kind'],
): readonly HistoryEvent[] {
  const event = events.find((one) => one.kind === kind);
  if (!event) return events;
  return events.filter((one) => one !== event).flatMap((one) => (one.kind === before ? [event, one] : [one]));
}

function doubled(events: readonly HistoryEvent[], kind: HistoryEvent['kind']): readonly HistoryEvent[] {
  return events.flatMap((event): HistoryEvent[] => (event.kind === kind ? [event, event] : [event]));
}
