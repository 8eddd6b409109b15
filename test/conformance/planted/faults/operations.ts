import { WorkflowError, isClosed, type ErrorCode, type WorkflowComponent } from '../../../../core/index.js';
import { calls, miscoded, statusOf, unrefused, views, withWorkers, type PlantedFault } from '../fault.js';

type Control = 'raiseEvent' | 'suspend' | 'resume' | 'terminate';

const silent = (operation: Control): Pick<PlantedFault, 'component'> =>
  calls(() => ({ [operation]: async () => undefined }));

const refusesClosed = (operation: Control): Pick<PlantedFault, 'component'> =>
  calls((engine) => ({
    [operation]: async (request: { instanceId: string }) => {
      const { status } = await engine.get(request);
      if (isClosed(status)) throw new WorkflowError('ERR_INSTANCE_NOT_FOUND', request);
      return engine[operation](request as never);
    },
  }));

const wrongCode = (operation: Control | 'start' | 'purge', code: ErrorCode): Pick<PlantedFault, 'component'> =>
  calls((engine) => ({
    [operation]: (request: never) => miscoded<unknown>(code, () => engine[operation](request)),
  }));

/** Operations that do nothing, do the wrong thing, or say the wrong thing. */
export const operationFaults: readonly PlantedFault[] = [
  {
    name: 'a suspend does nothing',
    caughtBy: 'operations/suspend-running',
    because: 'is SUSPENDED',
    ...silent('suspend'),
  },
  {
    name: 'a suspend in a random place does nothing',
    caughtBy: 'random/seeds-20-to-29',
    because: 'SUSPENDED or an end',
    ...silent('suspend'),
  },
  {
    name: 'a resume does nothing',
    caughtBy: 'operations/resume-suspended',
    because: 'is RUNNING',
    ...silent('resume'),
  },
  {
    name: 'a terminate does nothing',
    caughtBy: 'operations/terminate-running',
    because: 'is TERMINATED',
    ...silent('terminate'),
  },
  {
    name: 'a raise does nothing',
    caughtBy: 'operations/raise-running',
    because: 'is COMPLETED',
    ...silent('raiseEvent'),
  },
  {
    name: 'a purge does nothing',
    caughtBy: 'operations/purge-completed',
    because: 'instance after the purge',
    ...calls(() => ({ purge: async () => ({ deletedCount: 1 }) })),
  },
  {
    name: 'a purge is answered before it is done',
    caughtBy: 'operations/purge-failed',
    because: 'instance after the purge',
    ...calls((engine) => ({
      purge: async (request) => {
        setTimeout(() => void engine.purge(request).catch(() => undefined), 50);
        return { deletedCount: 1 };
      },
    })),
  },
  {
    name: 'a start of a live id has the wrong code',
    caughtBy: 'operations/start-running',
    because: 'saw ERR_INSTANCE_ID_IN_USE',
    ...wrongCode('start', 'ERR_INSTANCE_ID_IN_USE'),
  },
  {
    name: 'a raise to nobody has the wrong code',
    caughtBy: 'operations/raise-absent',
    because: 'saw ERR_INSTANCE_NOT_CLOSED',
    ...wrongCode('raiseEvent', 'ERR_INSTANCE_NOT_CLOSED'),
  },
  {
    name: 'a suspend of a stalled instance has the wrong code',
    caughtBy: 'operations/suspend-stalled',
    because: 'saw ERR_INSTANCE_NOT_FOUND',
    ...wrongCode('suspend', 'ERR_INSTANCE_NOT_FOUND'),
  },
  {
    name: 'a resume of nobody has the wrong code',
    caughtBy: 'operations/resume-absent',
    because: 'saw ERR_STORE_UNAVAILABLE',
    ...wrongCode('resume', 'ERR_STORE_UNAVAILABLE'),
  },
  {
    name: 'a terminate of nobody has the wrong code',
    caughtBy: 'operations/terminate-absent',
    because: 'saw ERR_INSTANCE_STALLED',
    ...wrongCode('terminate', 'ERR_INSTANCE_STALLED'),
  },
  {
    name: 'a purge of a running instance has the wrong code',
    caughtBy: 'operations/purge-running',
    because: 'saw ERR_INSTANCE_STALLED',
    ...wrongCode('purge', 'ERR_INSTANCE_STALLED'),
  },
  {
    name: 'a raise to nobody is accepted',
    caughtBy: 'operations/raise-absent',
    because: 'was accepted',
    ...calls((engine) => ({ raiseEvent: (request) => unrefused(undefined, () => engine.raiseEvent(request)) })),
  },
  {
    name: 'a stalled instance accepts a raise',
    caughtBy: 'operations/raise-stalled',
    because: 'was accepted',
    ...calls((engine) => ({ raiseEvent: (request) => unrefused(undefined, () => engine.raiseEvent(request)) })),
  },
  {
    name: 'a terminate of an ended instance is refused',
    caughtBy: 'operations/terminate-completed',
    because: 'unable to find',
    ...refusesClosed('terminate'),
  },
  {
    name: 'a raise to an ended instance is refused',
    caughtBy: 'operations/raise-completed',
    because: 'unable to find',
    ...refusesClosed('raiseEvent'),
  },
  {
    name: 'a suspend of an ended instance is refused',
    caughtBy: 'operations/suspend-terminated',
    because: 'unable to find',
    ...refusesClosed('suspend'),
  },
  {
    name: 'a running instance can be purged',
    caughtBy: 'operations/purge-running',
    because: 'was accepted',
    ...calls((engine) => ({ purge: (request) => engine.purge({ ...request, force: true }) })),
  },
  {
    name: 'a second start of a live id is accepted and forgotten',
    caughtBy: 'operations/start-running',
    because: 'was accepted',
    ...calls((engine) => ({ start: (request) => unrefused(request, () => engine.start(request)) })),
  },
  {
    name: 'a start replaces a live instance',
    caughtBy: 'operations/start-suspended',
    because: 'was accepted',
    ...calls((engine) => ({ start: (request) => replacing(engine, request) })),
  },
  {
    name: 'of several starts at once the last one wins',
    caughtBy: 'idempotence/hundred-identical-starts',
    because: 'starts that were accepted',
    ...calls((engine) => ({ start: (request) => replacing(engine, request) })),
  },
  {
    name: 'a start of an ended id is refused',
    caughtBy: 'operations/start-completed',
    because: 'already exists',
    ...calls((engine) => ({ start: (request) => engine.start({ ...request, enforceUniqueId: true }) })),
  },
  {
    name: 'uniqueness is ignored',
    caughtBy: 'start/unique-id',
    because: 'was accepted',
    ...calls((engine) => ({ start: ({ enforceUniqueId: _unique, ...request }) => engine.start(request) })),
  },
  {
    name: 'the failure of the old run is shown for the new one',
    caughtBy: 'start/replaces-the-old-run',
    because: 'view',
    ...views(() => {
      const failures = new Map<string, NonNullable<Awaited<ReturnType<WorkflowComponent['get']>>['failure']>>();
      return (view) => {
        const failure = view.failure ?? failures.get(view.instanceId);
        if (failure) failures.set(view.instanceId, failure);
        return failure ? { ...view, failure } : view;
      };
    }),
  },
  {
    name: 'one start of a hundred is lost',
    caughtBy: 'start/many-at-once',
    because: 'last seen undefined',
    ...calls((engine) => {
      let count = 0;
      return {
        start: async (request) => {
          count += 1;
          return count % 100 === 0 ? { instanceId: request.instanceId } : engine.start(request);
        },
      };
    }),
  },
  {
    name: 'work that found no worker is never offered again',
    caughtBy: 'start/without-a-worker',
    because: 'has ended',
    context: (given) => withWorkers(given, { onCapacity: () => () => undefined }),
  },
  {
    name: 'two suspends need two resumes',
    caughtBy: 'idempotence/suspend-twice-resume-once',
    because: 'status right after the resume',
    ...calls((engine) => {
      let depth = 0;
      return {
        suspend: async (request) => {
          depth += 1;
          await engine.suspend(request);
        },
        resume: async (request) => {
          depth -= 1;
          if (depth === 0) await engine.resume(request);
        },
      };
    }),
  },
  {
    name: 'a second terminate writes over the first',
    caughtBy: 'idempotence/terminate-keeps-the-first-output',
    because: 'output',
    ...calls((engine) => {
      let last: string | undefined;
      return {
        terminate: async (request) => {
          last = request.output;
          await engine.terminate(request);
        },
        get: async (request) => ({ ...(await engine.get(request)), ...(last === undefined ? {} : { output: last }) }),
      };
    }),
  },
  {
    name: 'a terminate forgets the output it was given',
    caughtBy: 'idempotence/terminate-keeps-the-first-output',
    because: 'output',
    ...calls((engine) => ({ terminate: ({ output: _output, ...request }) => engine.terminate(request) })),
  },
  {
    name: 'a read is one write behind',
    caughtBy: 'idempotence/read-your-writes',
    because: 'status after suspend 0',
    ...calls((engine) => {
      let before: Awaited<ReturnType<WorkflowComponent['get']>> | undefined;
      return {
        suspend: async (request) => {
          before = await engine.get(request);
          await engine.suspend(request);
        },
        get: async (request) => {
          const stale = before;
          before = undefined;
          return stale ?? engine.get(request);
        },
      };
    }),
  },
  {
    name: 'a suspend waits for the worker that holds the turn',
    caughtBy: 'control/suspend-beside-an-open-turn',
    because: 'did not end',
    ...afterTheTurn('suspend'),
  },
  {
    name: 'a terminate waits for the worker that holds the turn',
    caughtBy: 'control/terminate-beside-an-open-turn',
    because: 'did not end',
    ...afterTheTurn('terminate'),
  },
];

/** Takes the place of whoever has the id. */
async function replacing(
  engine: WorkflowComponent,
  request: Parameters<WorkflowComponent['start']>[0],
): ReturnType<WorkflowComponent['start']> {
  const { instanceId } = request;
  if ((await statusOf(engine, instanceId)) !== undefined) {
    await engine.purge({ instanceId, recursive: true, force: true }).catch(() => undefined);
  }
  return unrefused({ instanceId }, () => engine.start(request));
}

/** Carries the operation out only once the turn that a worker holds was answered. */
function afterTheTurn(operation: 'suspend' | 'terminate'): Pick<PlantedFault, 'context' | 'component'> {
  const open = new Map<string, Promise<unknown>>();
  return {
    context: (given) => ({
      ...given,
      workers: {
        turn: (item) => {
          const answer = given.workers.turn(item);
          if (answer) open.set(item.instanceId, answer);
          return answer;
        },
        activity: (item) => given.workers.activity(item),
        onCapacity: (listener) => given.workers.onCapacity(listener),
        forget: () => undefined,
      },
    }),
    component: (engine) => ({
      ...engine,
      [operation]: async (request: { instanceId: string }) => {
        await open.get(request.instanceId);
        return engine[operation](request as never);
      },
    }),
  };
}
