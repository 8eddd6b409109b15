import type { RuntimeStatus } from '../../core/index.js';
import { DoorRefusal, type InstanceView, type ManagementDoor } from '../door.js';
import { daprWire, type Message, type WireOptions } from '../wire/client.js';
import { defined, message, text } from '../wire/values.js';
import { viewOfDapr } from './http.js';

/** Dapr's gRPC calls (`dapr.proto.runtime.v1.Dapr`), in their newest naming. */
export function grpcDoor(options: WireOptions): ManagementDoor {
  const wire = daprWire(options);
  const workflowComponent = options.component ?? 'dapr';
  const on = (instanceId: string): Message => ({ instanceId, workflowComponent });
  const lacking = async (): Promise<never> => {
    throw new DoorRefusal('UNIMPLEMENTED', "Dapr's gRPC API has no such call");
  };
  return {
    name: 'grpc',
    operations: new Set(['start', 'get', 'raise', 'suspend', 'resume', 'terminate', 'purge', 'startAt']),
    start: async ({ workflow, instanceId, input, startAtMs }) => {
      const options_ = startAtMs === undefined ? undefined : { [startTimeOption]: new Date(startAtMs).toISOString() };
      const request = { instanceId, workflowComponent, workflowName: workflow, input: bytes(input), options: options_ };
      return text((await wire.call('StartWorkflowBeta1', defined(request)))['instanceId']);
    },
    get: async (instanceId) => viewOf(await wire.call('GetWorkflowBeta1', on(instanceId))),
    raise: async (instanceId, eventName, data) => {
      await wire.call('RaiseEventWorkflowBeta1', defined({ ...on(instanceId), eventName, eventData: bytes(data) }));
    },
    suspend: async (instanceId) => void (await wire.call('PauseWorkflowBeta1', on(instanceId))),
    resume: async (instanceId) => void (await wire.call('ResumeWorkflowBeta1', on(instanceId))),
    terminate: async (instanceId) => void (await wire.call('TerminateWorkflowBeta1', on(instanceId))),
    purge: async (instanceId) => void (await wire.call('PurgeWorkflowBeta1', on(instanceId))),
    purgeByFilter: lacking,
    list: lacking,
    history: lacking,
    rerun: lacking,
    waitForEnd: lacking,
    close: async () => wire.close(),
  };
}

const startTimeOption = 'dapr.workflow.start_time';

const bytes = (payload: string | undefined): Uint8Array | undefined =>
  payload === undefined ? undefined : new TextEncoder().encode(payload);

/** An unknown id is answered with the id alone. */
function viewOf(answer: Message): InstanceView | undefined {
  const status = text(answer['runtimeStatus']);
  if (status === '') return undefined;
  const workflowName = text(answer['workflowName']);
  return viewOfDapr({
    instanceID: text(answer['instanceId']),
    runtimeStatus: status as RuntimeStatus,
    properties: message(answer['properties']) as Record<string, string>,
    ...(workflowName === '' ? {} : { workflowName }),
  });
}
