import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { FailureDetails, HistoryEvent } from '../../core/orchestration/history-event.js';
import type {
  HistoryResponse,
  ListResponse,
  PurgeResponse,
  RerunResponse,
  StartResponse,
  WorkflowInstance,
} from '../../core/requests.js';
import {
  CreateInstanceResponseSchema,
  GetInstanceResponseSchema,
  ListInstanceIDsResponseSchema,
  PurgeInstancesResponseSchema,
  RerunWorkflowFromEventResponseSchema,
  TaskFailureDetailsSchema,
  WorkflowStateSchema,
  type TaskFailureDetails,
  type WorkflowState,
} from '../gen/taskhub_pb.js';
import { writeEvent } from '../history/write-event.js';
import { encodeWith, type Writer } from '../wire/writer.js';
import { daprZeroTimeMs, isUnseen } from './dapr-state.js';
import { wireStatus } from './status.js';
import { toTimestamp } from './time.js';

/** TaskHub's management responses from the core's. */

/** The message without fields: what the calls that only acknowledge answer. */
export const emptyMessage: Uint8Array = new Uint8Array(0);

export function encodeCreateInstanceResponse({ instanceId }: StartResponse): Uint8Array {
  return toBinary(CreateInstanceResponseSchema, create(CreateInstanceResponseSchema, { instanceId }));
}

/** `undefined`: there is no such instance, and that is an answer. Payloads and failure only when they are asked for. */
export function encodeGetInstanceResponse(instance: WorkflowInstance | undefined, payloads: boolean): Uint8Array {
  const response = create(GetInstanceResponseSchema, {
    exists: instance !== undefined,
    ...(instance ? { workflowState: stateOf(instance, payloads) } : {}),
  });
  return toBinary(GetInstanceResponseSchema, response);
}

function stateOf(instance: WorkflowInstance, payloads: boolean): WorkflowState {
  const { instanceId, status } = instance;
  if (isUnseen(instance)) {
    const never = toTimestamp(daprZeroTimeMs);
    return create(WorkflowStateSchema, {
      instanceId,
      workflowStatus: wireStatus(status),
      createdTimestamp: never,
      lastUpdatedTimestamp: never,
    });
  }
  const { version, startedAtMs, parentInstanceId, tags } = instance;
  return create(WorkflowStateSchema, {
    instanceId,
    name: instance.workflowName,
    workflowStatus: wireStatus(status),
    createdTimestamp: toTimestamp(instance.createdAtMs),
    lastUpdatedTimestamp: toTimestamp(instance.lastUpdatedAtMs),
    ...(version === undefined ? {} : { version }),
    ...(startedAtMs === undefined ? {} : { startedAt: toTimestamp(startedAtMs) }),
    ...(parentInstanceId === undefined ? {} : { parentInstanceId }),
    ...(tags ? { tags: { ...tags } } : {}),
    ...(payloads ? payloadsOf(instance) : {}),
  });
}

function payloadsOf({
  input,
  output,
  customStatus,
  failure,
}: WorkflowInstance): MessageInitShape<typeof WorkflowStateSchema> {
  return {
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    // As Dapr: an empty custom status is none.
    ...(customStatus ? { customStatus } : {}),
    ...(failure ? { failureDetails: failureOf(failure) } : {}),
  };
}

function failureOf(failure: FailureDetails): TaskFailureDetails {
  const { errorType, errorMessage, stackTrace, inner, nonRetriable } = failure;
  return create(TaskFailureDetailsSchema, {
    errorType,
    errorMessage,
    isNonRetriable: nonRetriable ?? false,
    ...(stackTrace === undefined ? {} : { stackTrace }),
    ...(inner ? { innerFailure: failureOf(inner) } : {}),
  });
}

export function encodePurgeInstancesResponse({ deletedCount }: PurgeResponse): Uint8Array {
  const response = create(PurgeInstancesResponseSchema, { deletedInstanceCount: deletedCount });
  return toBinary(PurgeInstancesResponseSchema, response);
}

export function encodeRerunResponse({ newInstanceId }: RerunResponse): Uint8Array {
  const response = create(RerunWorkflowFromEventResponseSchema, { newInstanceID: newInstanceId });
  return toBinary(RerunWorkflowFromEventResponseSchema, response);
}

export function encodeListInstanceIdsResponse({ instances, continuationToken }: ListResponse): Uint8Array {
  const response = create(ListInstanceIDsResponseSchema, {
    instanceIds: instances.map((instance) => instance.instanceId),
    ...(continuationToken === undefined ? {} : { continuationToken }),
  });
  return toBinary(ListInstanceIDsResponseSchema, response);
}

/** All events, those that workers are not sent too. */
export function encodeHistoryResponse({ events }: HistoryResponse): Uint8Array {
  return encodeWith(writeHistory, events);
}

function writeHistory(writer: Writer, events: readonly HistoryEvent[]): void {
  for (const event of events) {
    const start = writer.open(1);
    writeEvent(writer, event, 'dapr');
    writer.close(start);
  }
}
