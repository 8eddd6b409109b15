import { isClosed, type ComponentContext, type WorkflowComponent } from '../../../../core/index.js';
import { actions, calls, newEvents, responses, statusOf, views, withWorkers, type PlantedFault } from '../fault.js';

/** Children, recursion, versions and stalls. */
export const familyFaults: readonly PlantedFault[] = [
  {
    name: 'ids of children have another form',
    caughtBy: 'children/default-id',
    because: ':0001" was expected to exist',
    ...actions(
      () =>
        (action, { instanceId }) =>
          action.kind === 'createChildWorkflow' ? { instanceId: `${instanceId}:${action.id}`, ...action } : action,
    ),
  },
  {
    name: 'the id given to a child is ignored',
    caughtBy: 'children/given-id',
    because: 'was expected to exist',
    ...actions(() => (action) => {
      if (action.kind !== 'createChildWorkflow') return action;
      const { instanceId: _given, ...rest } = action;
      return rest;
    }),
  },
  {
    name: 'a child takes the place of the instance that has its id',
    caughtBy: 'children/taken-id',
    because: 'the named failure',
    context: (given, engine) => withWorkers(given, { turn: (item) => replacingTurn(given, engine, item) }),
  },
  {
    name: 'the result of a child is lost',
    caughtBy: 'children/default-id',
    because: 'has ended',
    ...newEvents((events) => events.filter(({ kind }) => kind !== 'childWorkflowCompleted')),
  },
  {
    name: 'one child of twenty is never begun',
    caughtBy: 'children/many',
    because: 'has ended',
    context: (given) =>
      withWorkers(given, {
        turn: (item) => (item.instanceId.endsWith(':0007') ? undefined : given.workers.turn(item)),
      }),
  },
  {
    name: "the cause of a child's failure is lost",
    caughtBy: 'children/failure',
    because: 'trace',
    ...newEvents((events) =>
      events.map((event) => {
        if (event.kind !== 'childWorkflowFailed' || !event.failure) return event;
        const { errorType, errorMessage } = event.failure;
        return { ...event, failure: { errorType, errorMessage } };
      }),
    ),
  },
  {
    name: 'a parent does not hear that its child was terminated',
    caughtBy: 'children/terminated',
    because: 'has ended',
    ...newEvents((events) => events.filter(({ kind }) => kind !== 'childWorkflowFailed')),
  },
  {
    name: 'a terminate is never recursive',
    caughtBy: 'children/terminate-recursive',
    because: 'has ended',
    ...calls((engine) => ({ terminate: (request) => engine.terminate({ ...request, recursive: false }) })),
  },
  {
    name: 'a terminate reaches children and no grandchildren',
    caughtBy: 'children/terminate-recursive',
    because: 'has ended',
    ...calls((engine) => ({
      terminate: async (request) => {
        await engine.terminate({ ...request, recursive: false });
        const child = { instanceId: `${request.instanceId}:0000`, recursive: false };
        if ((await statusOf(engine, child.instanceId)) !== undefined) await engine.terminate(child);
      },
    })),
  },
  {
    name: 'a terminate is always recursive',
    caughtBy: 'children/terminate-alone',
    because: 'status of the child',
    ...calls((engine) => ({ terminate: (request) => engine.terminate({ ...request, recursive: true }) })),
  },
  {
    name: 'a suspend reaches children',
    caughtBy: 'children/suspend-does-not-cascade',
    because: 'has ended',
    ...calls((engine) => ({
      suspend: async (request) => {
        await engine.suspend(request);
        await engine.suspend({ instanceId: `${request.instanceId}:0000` }).catch(() => undefined);
      },
    })),
  },
  {
    name: 'a child that is not awaited ends with its parent',
    caughtBy: 'children/not-awaited',
    because: 'is RUNNING',
    ...responses(() => {
      const orphans = new Set<string>();
      return (response, { instanceId }) => {
        if (orphans.has(instanceId)) return { actions: [{ kind: 'completeWorkflow', id: 0, status: 'TERMINATED' }] };
        const ends = response.actions.some(({ kind }) => kind === 'completeWorkflow');
        for (const action of ends ? response.actions : []) {
          if (action.kind === 'createChildWorkflow' && action.instanceId) orphans.add(action.instanceId);
        }
        return response;
      };
    }),
  },
  {
    name: 'a detached workflow is a child',
    caughtBy: 'children/detached',
    because: 'unable to find',
    ...actions(() => (action) => {
      if (action.kind !== 'createDetachedWorkflow') return action;
      const { id, instanceId, name, input = '' } = action;
      return { kind: 'createChildWorkflow', id, instanceId, name, input };
    }),
  },
  {
    name: 'a detached workflow takes the place of the instance that has its id',
    caughtBy: 'children/detached-taken-id',
    because: 'status of the other instance',
    context: (given, engine) => withWorkers(given, { turn: (item) => replacingTurn(given, engine, item) }),
  },
  {
    name: 'a terminate of an ended root does nothing',
    caughtBy: 'children/terminate-of-an-ended-root',
    because: 'has ended',
    ...calls((engine) => ({
      terminate: async (request) => {
        const { status } = await engine.get(request);
        if (!isClosed(status)) await engine.terminate(request);
      },
    })),
  },
  {
    name: 'a purge is never recursive',
    caughtBy: 'children/purge-recursive',
    because: 'instances deleted',
    ...calls((engine) => ({ purge: (request) => engine.purge({ ...request, recursive: false }) })),
  },
  {
    name: 'a purge leaves the grandchildren and counts them',
    caughtBy: 'children/purge-recursive',
    because: ':0000:0000',
    ...calls((engine) => ({
      purge: async ({ instanceId, force }) => {
        for (const id of [`${instanceId}:0000`, instanceId]) {
          await engine.purge({ instanceId: id, recursive: false, force });
        }
        return { deletedCount: 3 };
      },
    })),
  },
  {
    name: 'a purge counts only the root',
    caughtBy: 'children/purge-recursive',
    because: 'instances deleted',
    ...calls((engine) => ({
      purge: async (request) => {
        await engine.purge(request);
        return { deletedCount: 1 };
      },
    })),
  },
  {
    name: 'a purge is always recursive',
    caughtBy: 'children/purge-alone',
    because: ':0000" was expected to exist',
    ...calls((engine) => ({ purge: (request) => engine.purge({ ...request, recursive: true }) })),
  },
  {
    name: 'a purge takes live children with it',
    caughtBy: 'children/purge-blocked-by-live-child',
    because: 'was accepted',
    ...calls((engine) => ({
      purge: async (request) => {
        const { status } = await engine.get(request);
        return engine.purge({ ...request, force: isClosed(status) });
      },
    })),
  },
  {
    name: 'a force is ignored',
    caughtBy: 'purge/force-running',
    because: 'not yet completed',
    ...calls((engine) => ({ purge: (request) => engine.purge({ ...request, force: false }) })),
  },
  {
    name: 'a purged id cannot be used again',
    caughtBy: 'purge/then-start',
    because: 'already exists',
    ...calls((engine) => {
      const gone = new Set<string>();
      return {
        purge: async (request) => {
          gone.add(request.instanceId);
          return engine.purge(request);
        },
        start: async (request) => {
          const { instanceId } = request;
          if (gone.has(instanceId)) await engine.start({ instanceId, workflowName: 'program', scheduledStartMs: 8e15 });
          return engine.start(request);
        },
      };
    }),
  },
  {
    name: 'an id is used again while a child of the old run lives',
    caughtBy: 'children/reuse-blocked-by-live-child',
    because: 'was accepted',
    ...calls((engine) => ({
      start: async (request) => {
        const { instanceId } = request;
        if (isClosed((await engine.get(request).catch(() => ({ status: 'RUNNING' as const }))).status)) {
          await engine.purge({ instanceId, recursive: false, force: true });
        }
        return engine.start(request);
      },
    })),
  },
  {
    name: 'a stall is shown as running',
    caughtBy: 'operations/terminate-stalled',
    because: 'is STALLED',
    ...views(() => (view) => (view.status === 'STALLED' ? { ...view, status: 'RUNNING' } : view)),
  },
  {
    name: 'an instance that goes on after a stall is shown as stalled',
    caughtBy: 'versions/version-missing',
    because: 'is RUNNING',
    ...views(() => {
      const stalled = new Set<string>();
      return (view) => {
        if (view.status === 'STALLED') stalled.add(view.instanceId);
        return stalled.has(view.instanceId) && !isClosed(view.status) ? { ...view, status: 'STALLED' } : view;
      };
    }),
  },
  {
    name: 'a stalled instance is never tried again',
    caughtBy: 'versions/version-missing',
    because: 'is RUNNING',
    context: (given) =>
      withWorkers(given, {
        onCapacity: (listener) =>
          given.workers.onCapacity((event) => {
            if (event.cause !== 'connected') listener(event);
          }),
      }),
  },
  {
    name: 'a version that is missing fails the instance',
    caughtBy: 'versions/version-missing',
    because: 'is STALLED',
    ...actions(() => (action) => {
      if (action.kind !== 'versionNotAvailable') return action;
      const failure = { errorType: 'VersionNotAvailable', errorMessage: '' };
      return { kind: 'completeWorkflow', id: action.id, status: 'FAILED', failure };
    }),
  },
  {
    name: 'the version of an execution is forgotten',
    caughtBy: 'versions/pinned',
    because: 'trace',
    ...responses(() => ({ version, ...response }) => ({ ...response, version: { patches: version?.patches ?? [] } })),
  },
  {
    name: 'patches are forgotten',
    caughtBy: 'versions/patch-new-code',
    because: 'trace',
    ...responses(
      () =>
        ({ version: _version, ...response }) =>
          response,
    ),
  },
  {
    name: 'a worker that lacks a patch is not noticed',
    caughtBy: 'versions/patch-missing',
    because: 'is STALLED',
    ...responses(() => {
      const known = new Map<string, readonly string[]>();
      return (response, { instanceId }) => {
        const patches = known.get(instanceId) ?? response.version?.patches ?? [];
        if (patches.length > 0) known.set(instanceId, patches);
        return { ...response, version: { ...response.version, patches } };
      };
    }),
  },
];

type Turn = ComponentContext['workers']['turn'];

/** Before a child or a detached workflow gets an id, whoever has it goes. */
function replacingTurn(
  given: ComponentContext,
  engine: () => WorkflowComponent,
  item: Parameters<Turn>[0],
): ReturnType<Turn> {
  return given.workers.turn(item)?.then(async (outcome) => {
    const wanted = outcome.kind === 'answered' ? outcome.response.actions : [];
    for (const action of wanted) {
      if (action.kind !== 'createChildWorkflow' && action.kind !== 'createDetachedWorkflow') continue;
      const { instanceId = '' } = action;
      await engine()
        .purge({ instanceId, recursive: true, force: true })
        .catch(() => undefined);
    }
    return outcome;
  });
}
