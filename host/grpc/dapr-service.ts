import { WorkflowError } from '../../core/index.js';
import * as wire from '../../proto/index.js';
import type { HostMetadata } from '../door.js';
import { daprError, type DaprOperation } from '../service/dapr-errors.js';
import type { WorkflowService } from '../service/workflow-service.js';
import type { Method, UnaryMethod } from './rpc.js';
import { CallFailure } from './status.js';

/** Dapr's management API, and the metadata that clients poll at their start. */
export function daprMethods(service: WorkflowService, metadata: () => HostMetadata): readonly Method[] {
  return [
    ...operations(service).flatMap(({ name, ...operation }) => [
      operationMethod(`${name}Alpha1`, operation),
      operationMethod(`${name}Beta1`, operation),
    ]),
    { kind: 'unary', path: pathOf('GetMetadata'), handle: () => wire.encodeGetMetadataResponse(metadata()) },
  ];
}

/** One operation; it is served under two names. */
interface DaprCall {
  readonly operation: DaprOperation;
  /** Reads the request. What it names (the workflow of a start, else the instance) is shown in error messages. */
  readonly read: (bytes: Uint8Array) => { readonly subject: string; readonly run: () => Promise<Uint8Array> };
}

function operations(service: WorkflowService): readonly (DaprCall & { readonly name: string })[] {
  return [
    {
      name: 'StartWorkflow',
      operation: 'start',
      read: (bytes) => {
        const { component, start } = wire.decodeStartWorkflow(bytes);
        const run = async () => wire.encodeStartWorkflowResponse(await service.start(component, start, 'dapr'));
        return { subject: start.workflowName, run };
      },
    },
    { name: 'GetWorkflow', ...onInstance('get', (target) => getWorkflow(service, target)) },
    {
      name: 'RaiseEventWorkflow',
      operation: 'raiseEvent',
      read: (bytes) => {
        const { component, request } = wire.decodeRaiseEventWorkflow(bytes);
        const { instanceId, eventName } = request;
        const run = async () => {
          if (instanceId !== '' && eventName === '') throw new WorkflowError('ERR_WORKFLOW_EVENT_NAME_MISSING');
          await service.raiseEvent(component, request);
          return wire.emptyMessage;
        };
        return { subject: instanceId, run };
      },
    },
    {
      name: 'PauseWorkflow',
      ...onInstance('suspend', async ({ component, instanceId }) => {
        await service.suspend(component, { instanceId });
        return wire.emptyMessage;
      }),
    },
    {
      name: 'ResumeWorkflow',
      ...onInstance('resume', async ({ component, instanceId }) => {
        await service.resume(component, { instanceId });
        return wire.emptyMessage;
      }),
    },
    {
      name: 'TerminateWorkflow',
      ...onInstance('terminate', async ({ component, instanceId }) => {
        await service.terminate(component, { instanceId, recursive: true });
        return wire.emptyMessage;
      }),
    },
    {
      name: 'PurgeWorkflow',
      ...onInstance('purge', async ({ component, instanceId }) => {
        await service.purge(component, { instanceId, recursive: true, force: false });
        return wire.emptyMessage;
      }),
    },
  ];
}

function onInstance(operation: DaprOperation, run: (target: wire.DaprTarget) => Promise<Uint8Array>): DaprCall {
  return {
    operation,
    read: (bytes) => {
      const target = wire.decodeDaprTarget(bytes);
      return { subject: target.instanceId, run: () => run(target) };
    },
  };
}

/** Unknown: the id alone, and no error; that is what Dapr has answered since 1.16. */
async function getWorkflow(service: WorkflowService, { component, instanceId }: wire.DaprTarget): Promise<Uint8Array> {
  try {
    return wire.encodeGetWorkflowResponse(await service.get(component, instanceId));
  } catch (error) {
    if (WorkflowError.from(error).code === 'ERR_INSTANCE_NOT_FOUND') return wire.encodeUnknownWorkflow(instanceId);
    throw error;
  }
}

function operationMethod(name: string, { operation, read }: DaprCall): UnaryMethod {
  return {
    kind: 'unary',
    path: pathOf(name),
    handle: async (bytes) => {
      const { subject, run } = readable(() => read(bytes));
      try {
        return await run();
      } catch (error) {
        const known = WorkflowError.from(error);
        const { grpc, message } = daprError(operation, known, subject);
        throw new CallFailure(grpc, message, { cause: known });
      }
    },
  };
}

/** Dapr answers a message that it cannot take in (text that is not UTF-8, a start time that is none) as Internal. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const known = WorkflowError.from(error);
    throw new CallFailure('INTERNAL', known.message, { cause: known });
  }
}

function pathOf(name: string): string {
  return `/${wire.daprSchema.Dapr.typeName}/${name}`;
}
