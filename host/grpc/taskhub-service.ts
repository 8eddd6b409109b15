import { WorkflowError, type Clock, type WaitRequest, type WorkflowInstance } from '../../core/index.js';
import * as wire from '../../proto/index.js';
import type { Operation, WorkflowService } from '../service/workflow-service.js';
import { componentOf, type CallContext, type Method, type UnaryMethod } from './rpc.js';
import { taskHubFailure } from './taskhub-errors.js';

export interface TaskHubParts {
  readonly service: WorkflowService;
  readonly clock: Clock;
  /** Which component's turn of the instance a worker on this connection holds. */
  readonly leaseOf: (peer: string, instanceId: string) => string | undefined;
}

/** The client's half of TaskHub. Every call may name its component by metadata. */
export function taskHubMethods(parts: TaskHubParts): readonly Method[] {
  return [...startingMethods(parts), ...readingMethods(parts), ...changingMethods(parts.service)];
}

function startingMethods({ service, clock }: TaskHubParts): readonly Method[] {
  return [
    { kind: 'unary', path: pathOf('Hello'), whileDraining: true, handle: () => wire.emptyMessage },
    method('StartInstance', 'start', wire.decodeCreateInstance, async (start, call) => {
      const component = componentOf(call.metadata);
      const started = await service.start(component, start, 'taskhub');
      // A start in the future is answered now; otherwise the first turn is what the caller waits for.
      const isLater = start.scheduledStartMs !== undefined && start.scheduledStartMs > clock.now();
      if (!isLater) await service.wait(component, { instanceId: started.instanceId, until: 'started' }, call.signal);
      return wire.encodeCreateInstanceResponse(started);
    }),
    method('RerunWorkflowFromEvent', 'rerun', wire.decodeRerun, async (request, call) => {
      const component = componentOf(call.metadata);
      const rerun = await service.rerun(component, request);
      await service.wait(component, { instanceId: rerun.newInstanceId, until: 'started' }, call.signal);
      return wire.encodeRerunResponse(rerun);
    }),
  ];
}

function readingMethods({ service, leaseOf }: TaskHubParts): readonly Method[] {
  const waiting = (name: string, until: WaitRequest['until']): UnaryMethod =>
    method(name, 'wait', wire.decodeGetInstance, async ({ instanceId, payloads }, call) => {
      const instance = await service.wait(componentOf(call.metadata), { instanceId, until }, call.signal);
      return wire.encodeGetInstanceResponse(instance, payloads);
    });
  return [
    method('GetInstance', 'get', wire.decodeGetInstance, async ({ instanceId, payloads }, call) => {
      const instance = await unlessUnknown(service.get(componentOf(call.metadata), instanceId));
      return wire.encodeGetInstanceResponse(instance, payloads);
    }),
    waiting('WaitForInstanceStart', 'started'),
    waiting('WaitForInstanceCompletion', 'closed'),
    method('ListInstanceIDs', 'list', wire.decodeListInstanceIds, async (request, call) =>
      wire.encodeListInstanceIdsResponse(await service.list(componentOf(call.metadata), request)),
    ),
    method('GetInstanceHistory', 'history', wire.decodeGetInstanceHistory, async ({ instanceId }, call) => {
      // A worker that has lost its copy asks for the history of the turn it holds.
      const component = componentOf(call.metadata) ?? leaseOf(call.peer, instanceId);
      return wire.encodeHistoryResponse(await service.history(component, instanceId));
    }),
  ];
}

function changingMethods(service: WorkflowService): readonly Method[] {
  return [
    method('RaiseEvent', 'raiseEvent', wire.decodeRaiseEvent, async (request, call) => {
      await service.raiseEvent(componentOf(call.metadata), request);
      return wire.emptyMessage;
    }),
    method('SuspendInstance', 'suspend', wire.decodeSuspend, async (request, call) => {
      await service.suspend(componentOf(call.metadata), request);
      return wire.emptyMessage;
    }),
    method('ResumeInstance', 'resume', wire.decodeSuspend, async (request, call) => {
      await service.resume(componentOf(call.metadata), request);
      return wire.emptyMessage;
    }),
    method('TerminateInstance', 'terminate', wire.decodeTerminate, async (request, call) => {
      const component = componentOf(call.metadata);
      await service.terminate(component, request);
      await service.wait(component, { instanceId: request.instanceId, until: 'closed' }, call.signal);
      return wire.emptyMessage;
    }),
    method('PurgeInstances', 'purge', wire.decodePurgeInstances, async (purge, call) => {
      const component = componentOf(call.metadata);
      const purged =
        purge.kind === 'one'
          ? await service.purge(component, purge.request)
          : await service.purgeByFilter(component, purge.filter);
      return wire.encodePurgeInstancesResponse(purged);
    }),
  ];
}

function pathOf(name: string): string {
  return `/${wire.taskHubSchema.TaskHubSidecarService.typeName}/${name}`;
}

/** A management call: its request read, its errors in the form that TaskHub clients know. */
function method<Request>(
  name: string,
  operation: Operation,
  decode: (bytes: Uint8Array) => Request,
  handle: (request: Request, call: CallContext) => Promise<Uint8Array>,
): UnaryMethod {
  return {
    kind: 'unary',
    path: pathOf(name),
    handle: async (bytes, call) => {
      try {
        return await handle(decode(bytes), call);
      } catch (error) {
        throw taskHubFailure(operation, WorkflowError.from(error));
      }
    },
  };
}

async function unlessUnknown(reading: Promise<WorkflowInstance>): Promise<WorkflowInstance | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (WorkflowError.from(error).code === 'ERR_INSTANCE_NOT_FOUND') return undefined;
    throw error;
  }
}
