import {
  WorkflowError,
  type OptionalOperations,
  type WorkflowComponent,
  type WorkflowInstance,
} from '../../core/index.js';
import { DoorRefusal, doorOperations, type DoorOperation, type InstanceView, type ManagementDoor } from '../door.js';

/** The component itself, without a host. */
export function inProcessDoor(component: WorkflowComponent): ManagementDoor {
  const { optional, manifest } = component;
  const need = <K extends keyof OptionalOperations>(name: K): NonNullable<OptionalOperations[K]> => {
    const operation = optional[name];
    if (operation) return operation.bind(optional) as NonNullable<OptionalOperations[K]>;
    throw new WorkflowError('ERR_NOT_SUPPORTED', { component: manifest.type, operation: name });
  };
  return {
    name: 'in-process',
    operations: new Set<DoorOperation>(doorOperations),
    start: ({ workflow, instanceId = '', input, startAtMs, uniqueId }) =>
      refusing(async () => {
        const answer = await component.start({
          instanceId,
          workflowName: workflow,
          ...(input === undefined ? {} : { input }),
          ...(startAtMs === undefined ? {} : { scheduledStartMs: startAtMs }),
          ...(uniqueId === undefined ? {} : { enforceUniqueId: uniqueId }),
        });
        return answer.instanceId;
      }),
    get: async (instanceId) => {
      try {
        return viewOf(await component.get({ instanceId }));
      } catch (error) {
        if (WorkflowError.from(error).code === 'ERR_INSTANCE_NOT_FOUND') return undefined;
        throw error;
      }
    },
    raise: (instanceId, eventName, data) =>
      refusing(() => component.raiseEvent({ instanceId, eventName, ...(data === undefined ? {} : { data }) })),
    suspend: (instanceId, reason) =>
      refusing(() => component.suspend({ instanceId, ...(reason === undefined ? {} : { reason }) })),
    resume: (instanceId, reason) =>
      refusing(() => component.resume({ instanceId, ...(reason === undefined ? {} : { reason }) })),
    terminate: (instanceId, { output, recursive = true } = {}) =>
      refusing(() => component.terminate({ instanceId, recursive, ...(output === undefined ? {} : { output }) })),
    purge: (instanceId, { recursive = true, force = false } = {}) =>
      refusing(async () => (await component.purge({ instanceId, recursive, force })).deletedCount),
    purgeByFilter: (statuses) =>
      refusing(async () => {
        await need('purgeByFilter')({ statuses, recursive: true });
      }),
    list: ({ pageSize, token }) =>
      refusing(async () => {
        const page = await need('list')({ pageSize, ...(token === undefined ? {} : { continuationToken: token }) });
        const { continuationToken } = page;
        return {
          instanceIds: page.instances.map((one) => one.instanceId),
          ...(continuationToken === undefined ? {} : { token: continuationToken }),
        };
      }),
    history: (instanceId) => refusing(async () => (await need('history')({ instanceId })).events),
    rerun: ({ source, eventId, newInstanceId, input, overwriteInput = false }) =>
      refusing(async () => {
        const answer = await need('rerun')({
          sourceInstanceId: source,
          eventId,
          overwriteInput,
          ...(newInstanceId === undefined ? {} : { newInstanceId }),
          ...(input === undefined ? {} : { input }),
        });
        return answer.newInstanceId;
      }),
    waitForEnd: (instanceId, signal) =>
      refusing(async () => viewOf(await need('wait')({ instanceId, until: 'closed' }, signal))),
    close: () => Promise.resolve(),
  };
}

function viewOf(instance: WorkflowInstance): InstanceView {
  const { instanceId, workflowName, status, input, output, customStatus, failure } = instance;
  return {
    instanceId,
    workflowName,
    status,
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(customStatus === undefined ? {} : { customStatus }),
    ...(failure ? { failure: { errorType: failure.errorType, errorMessage: failure.errorMessage } } : {}),
  };
}

async function refusing<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { code, message } = WorkflowError.from(error);
    throw new DoorRefusal(code, message, code);
  }
}
