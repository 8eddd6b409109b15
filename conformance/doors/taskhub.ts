import type { RuntimeStatus } from '../../core/index.js';
import type { DoorOperation, InstanceView, ManagementDoor } from '../door.js';
import { taskHubWire, type Message, type WireOptions } from '../wire/client.js';
import { eventFrom } from '../wire/history.js';
import {
  defined,
  failureFrom,
  message,
  messages,
  number,
  text,
  timestamp,
  unwrapped,
  wrapped,
} from '../wire/values.js';

const operations: readonly DoorOperation[] = [
  'start',
  'get',
  'raise',
  'suspend',
  'resume',
  'terminate',
  'purge',
  'purgeByFilter',
  'list',
  'history',
  'rerun',
  'wait',
  'startAt',
  'anyId',
  'uniqueId',
  'absentPayload',
  'terminateOutput',
  'chooseRecursion',
  'forcePurge',
  'purgeCount',
];

/** The TaskHub calls that every current Dapr workflow SDK manages with. */
export function taskHubDoor(options: WireOptions): ManagementDoor {
  const wire = taskHubWire(options);
  const call = (method: string, request: Readonly<Record<string, unknown>>): Promise<Message> =>
    wire.call(method, defined(request));
  return {
    name: 'taskhub',
    operations: new Set(operations),
    start: async ({ workflow, instanceId, input, startAtMs, uniqueId }) => {
      const scheduledStartTimestamp = startAtMs === undefined ? undefined : timestamp({ ms: startAtMs });
      const request = { instanceId, name: workflow, input: wrapped(input), scheduledStartTimestamp };
      const answer = await call('StartInstance', { ...request, enforceUniqueInstanceId: uniqueId });
      return text(answer['instanceId']);
    },
    get: async (instanceId) => viewOf(await call('GetInstance', { instanceId, getInputsAndOutputs: true })),
    raise: async (instanceId, name, data) =>
      void (await call('RaiseEvent', { instanceId, name, input: wrapped(data) })),
    suspend: async (instanceId, reason) =>
      void (await call('SuspendInstance', { instanceId, reason: wrapped(reason) })),
    resume: async (instanceId, reason) => void (await call('ResumeInstance', { instanceId, reason: wrapped(reason) })),
    terminate: async (instanceId, { output, recursive = true } = {}) =>
      void (await call('TerminateInstance', { instanceId, output: wrapped(output), recursive })),
    purge: async (instanceId, { recursive = true, force } = {}) =>
      number((await call('PurgeInstances', { instanceId, recursive, force }))['deletedInstanceCount']),
    purgeByFilter: async (statuses) => {
      const runtimeStatus = statuses.map((status) => `ORCHESTRATION_STATUS_${status}`);
      await call('PurgeInstances', { purgeInstanceFilter: { runtimeStatus }, recursive: true });
    },
    list: async ({ pageSize, token }) => {
      const answer = await call('ListInstanceIDs', { pageSize, continuationToken: token });
      const next = text(answer['continuationToken']);
      return {
        instanceIds: (answer['instanceIds'] as string[] | undefined) ?? [],
        ...(next === '' ? {} : { token: next }),
      };
    },
    history: async (instanceId) =>
      messages((await call('GetInstanceHistory', { instanceId }))['events']).map(eventFrom),
    rerun: async ({ source, eventId, newInstanceId, input, overwriteInput }) => {
      const request = { sourceInstanceID: source, eventID: eventId, newInstanceID: newInstanceId };
      const answer = await call('RerunWorkflowFromEvent', { ...request, input: wrapped(input), overwriteInput });
      return text(answer['newInstanceID']);
    },
    waitForEnd: async (instanceId, signal) => {
      const request = { instanceId, getInputsAndOutputs: true };
      const view = viewOf(await wire.call('WaitForInstanceCompletion', request, { signal }));
      if (!view) throw new Error(`a wait for "${instanceId}" was answered with nothing`);
      return view;
    },
    close: async () => wire.close(),
  };
}

function viewOf(answer: Message): InstanceView | undefined {
  if (answer['exists'] !== true) return undefined;
  const state = message(answer['workflowState']);
  const name = text(state['name']);
  const failure = failureFrom(state['failureDetails']);
  const fields = {
    input: unwrapped(state['input']),
    output: unwrapped(state['output']),
    customStatus: unwrapped(state['customStatus']),
  };
  // RUNNING is the first value of the enum, and so its absence.
  const status = (text(state['workflowStatus']).replace('ORCHESTRATION_STATUS_', '') || 'RUNNING') as RuntimeStatus;
  return {
    instanceId: text(state['instanceId']),
    status,
    ...(name === '' ? {} : { workflowName: name }),
    ...defined(fields),
    ...(failure ? { failure: { errorType: failure.errorType, errorMessage: failure.errorMessage } } : {}),
  };
}
