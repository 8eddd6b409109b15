import type { TraceContext } from '../../core/orchestration/history-event.js';
import type {
  GetRequest,
  HistoryRequest,
  ListRequest,
  PurgeFilter,
  PurgeRequest,
  RaiseEventRequest,
  RerunRequest,
  StartRequest,
  SuspendRequest,
  TerminateRequest,
} from '../../core/requests.js';
import {
  CreateInstanceRequestSchema,
  GetInstanceHistoryRequestSchema,
  GetInstanceRequestSchema,
  ListInstanceIDsRequestSchema,
  PurgeInstancesRequestSchema,
  RaiseEventRequestSchema,
  RerunWorkflowFromEventRequestSchema,
  SuspendRequestSchema,
  TerminateRequestSchema,
  type PurgeInstanceFilter,
  type TraceContext as WireTrace,
} from '../gen/taskhub_pb.js';
import { readMessage } from './message.js';
import { statusesOf } from './status.js';
import { msOf } from './time.js';

/** TaskHub's management requests as the core's. All throw `ERR_REQUEST_MALFORMED` for bytes that are none. */

/** A start whose id may be missing. */
export type DecodedStart = Omit<StartRequest, 'instanceId'> & { readonly instanceId?: string };

/** Pages of a list that does not say how long they shall be, and the longest there are. */
const maxPageSize = 1024;

export function decodeCreateInstance(bytes: Uint8Array): DecodedStart {
  const message = readMessage(CreateInstanceRequestSchema, bytes);
  const scheduledStartMs = msOf(message.scheduledStartTimestamp);
  const trace = message.parentTraceContext;
  return {
    workflowName: message.name,
    ...(message.instanceId === '' ? {} : { instanceId: message.instanceId }),
    ...(message.version === undefined ? {} : { version: message.version }),
    ...(message.input === undefined ? {} : { input: message.input }),
    // Some clients send the epoch when they mean no time.
    ...(scheduledStartMs === undefined || scheduledStartMs === 0 ? {} : { scheduledStartMs }),
    ...(message.enforceUniqueInstanceId ? { enforceUniqueId: true } : {}),
    ...(trace && trace.traceParent !== '' ? { trace: traceOf(trace) } : {}),
    ...(Object.keys(message.tags).length === 0 ? {} : { tags: { ...message.tags } }),
  };
}

function traceOf({ traceParent, traceState }: WireTrace): TraceContext {
  return { traceParent, ...(traceState === undefined ? {} : { traceState }) };
}

/** `payloads`: whether input, output, custom status and failure are wanted. Also of both wait calls. */
export function decodeGetInstance(bytes: Uint8Array): GetRequest & { readonly payloads: boolean } {
  const { instanceId, getInputsAndOutputs: payloads } = readMessage(GetInstanceRequestSchema, bytes);
  return { instanceId, payloads };
}

export function decodeRaiseEvent(bytes: Uint8Array): RaiseEventRequest {
  const { instanceId, name: eventName, input } = readMessage(RaiseEventRequestSchema, bytes);
  return { instanceId, eventName, ...(input === undefined ? {} : { data: input }) };
}

export function decodeTerminate(bytes: Uint8Array): TerminateRequest {
  const { instanceId, output, recursive } = readMessage(TerminateRequestSchema, bytes);
  return { instanceId, recursive, ...(output === undefined ? {} : { output }) };
}

/** A suspend or a resume: their messages are the same. */
export function decodeSuspend(bytes: Uint8Array): SuspendRequest {
  const { instanceId, reason } = readMessage(SuspendRequestSchema, bytes);
  return { instanceId, ...(reason === undefined ? {} : { reason }) };
}

/** One instance, or all that a filter finds. Naming neither is one instance without an id. */
export type DecodedPurge =
  { readonly kind: 'one'; readonly request: PurgeRequest } | { readonly kind: 'filter'; readonly filter: PurgeFilter };

export function decodePurgeInstances(bytes: Uint8Array): DecodedPurge {
  const { request, recursive, force } = readMessage(PurgeInstancesRequestSchema, bytes);
  if (request.case === 'purgeInstanceFilter') return { kind: 'filter', filter: filterOf(request.value, recursive) };
  return { kind: 'one', request: { instanceId: request.value ?? '', recursive, force: force ?? false } };
}

function filterOf(filter: PurgeInstanceFilter, recursive: boolean): PurgeFilter {
  const createdFromMs = msOf(filter.createdTimeFrom);
  const createdToMs = msOf(filter.createdTimeTo);
  const statuses = statusesOf(filter.runtimeStatus);
  return {
    recursive,
    ...(createdFromMs === undefined ? {} : { createdFromMs }),
    ...(createdToMs === undefined ? {} : { createdToMs }),
    ...(statuses ? { statuses } : {}),
  };
}

export function decodeRerun(bytes: Uint8Array): RerunRequest {
  const message = readMessage(RerunWorkflowFromEventRequestSchema, bytes);
  return {
    sourceInstanceId: message.sourceInstanceID,
    eventId: message.eventID,
    overwriteInput: message.overwriteInput,
    ...(message.newInstanceID ? { newInstanceId: message.newInstanceID } : {}),
    ...(message.input === undefined ? {} : { input: message.input }),
    ...(message.newChildWorkflowInstanceID ? { newChildInstanceId: message.newChildWorkflowInstanceID } : {}),
  };
}

export function decodeListInstanceIds(bytes: Uint8Array): ListRequest {
  const { continuationToken, pageSize } = readMessage(ListInstanceIDsRequestSchema, bytes);
  return {
    pageSize: pageSize ? Math.min(pageSize, maxPageSize) : maxPageSize,
    ...(continuationToken ? { continuationToken } : {}),
  };
}

export function decodeGetInstanceHistory(bytes: Uint8Array): HistoryRequest {
  const { instanceId } = readMessage(GetInstanceHistoryRequestSchema, bytes);
  return { instanceId };
}
