import { create, toBinary } from '@bufbuild/protobuf';
import { WorkflowError } from '../../core/errors.js';
import type { RaiseEventRequest, StartResponse, WorkflowInstance } from '../../core/requests.js';
import {
  GetMetadataResponseSchema,
  GetWorkflowRequestSchema,
  GetWorkflowResponseSchema,
  RaiseEventWorkflowRequestSchema,
  StartWorkflowRequestSchema,
  StartWorkflowResponseSchema,
} from '../gen/dapr_pb.js';
import { daprProperties, daprZeroTimeMs, isUnseen } from './dapr-state.js';
import { readMessage } from './message.js';
import type { DecodedStart } from './taskhub-requests.js';
import { toTimestamp } from './time.js';

/** Messages of Dapr's own service, both ways. Decoders throw `ERR_REQUEST_MALFORMED`. */

/** What every request of the service says: which component (empty: the default one) and which instance. */
export interface DaprTarget {
  readonly component: string;
  readonly instanceId: string;
}

const startTimeOption = 'dapr.workflow.start_time';

export function decodeStartWorkflow(bytes: Uint8Array): { readonly component: string; readonly start: DecodedStart } {
  const message = readMessage(StartWorkflowRequestSchema, bytes);
  const { [startTimeOption]: startTime, ...options } = message.options;
  const start = {
    workflowName: message.workflowName,
    // On this path a start without input has an empty one.
    input: textOf(message.input, 'input'),
    ...(message.instanceId === '' ? {} : { instanceId: message.instanceId }),
    ...(startTime === undefined ? {} : { scheduledStartMs: parseTime(startTime) }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
  return { component: message.workflowComponent, start };
}

/** Get, purge, terminate, pause and resume: their messages are the same. */
export function decodeDaprTarget(bytes: Uint8Array): DaprTarget {
  const { workflowComponent: component, instanceId } = readMessage(GetWorkflowRequestSchema, bytes);
  return { component, instanceId };
}

/** Unset data raises an event without a payload; data that is set and empty raises an empty one. */
export function decodeRaiseEventWorkflow(bytes: Uint8Array): {
  readonly component: string;
  readonly request: RaiseEventRequest;
} {
  const { workflowComponent, instanceId, eventName, eventData } = readMessage(RaiseEventWorkflowRequestSchema, bytes);
  const data = eventData === undefined ? {} : { data: textOf(eventData, 'event data') };
  return { component: workflowComponent, request: { instanceId, eventName, ...data } };
}

export function encodeStartWorkflowResponse({ instanceId }: StartResponse): Uint8Array {
  return toBinary(StartWorkflowResponseSchema, create(StartWorkflowResponseSchema, { instanceId }));
}

export function encodeGetWorkflowResponse(instance: WorkflowInstance): Uint8Array {
  const unseen = isUnseen(instance);
  const response = create(GetWorkflowResponseSchema, {
    instanceId: instance.instanceId,
    workflowName: unseen ? '' : instance.workflowName,
    createdAt: toTimestamp(unseen ? daprZeroTimeMs : instance.createdAtMs),
    lastUpdatedAt: toTimestamp(unseen ? daprZeroTimeMs : instance.lastUpdatedAtMs),
    runtimeStatus: instance.status,
    properties: daprProperties(instance),
  });
  return toBinary(GetWorkflowResponseSchema, response);
}

/** What `GetWorkflow` answers about an instance that does not exist: its id and nothing else. */
export function encodeUnknownWorkflow(instanceId: string): Uint8Array {
  return toBinary(GetWorkflowResponseSchema, create(GetWorkflowResponseSchema, { instanceId }));
}

/** What the process says about itself, as far as Dapr's message has room for it. */
export interface MetadataFields {
  readonly appId: string;
  readonly version: string;
  readonly connectedWorkers: number;
  readonly components: readonly { readonly name: string; readonly type: string; readonly version: string }[];
  readonly extended: Readonly<Record<string, string>>;
}

export function encodeGetMetadataResponse(metadata: MetadataFields): Uint8Array {
  const response = create(GetMetadataResponseSchema, {
    id: metadata.appId,
    runtimeVersion: metadata.version,
    registeredComponents: metadata.components.map(({ name, type, version }) => ({ name, type, version })),
    extendedMetadata: { ...metadata.extended },
    workflows: { connectedWorkers: metadata.connectedWorkers },
  });
  return toBinary(GetMetadataResponseSchema, response);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, what: string): string {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason: `${what} is not UTF-8 text` }, { cause });
  }
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function parseTime(text: string): number {
  const day = rfc3339.exec(text)?.[1];
  if (day === undefined || !isDay(day) || Number.isNaN(Date.parse(text))) {
    const reason = `option ${startTimeOption} is "${text}", which is no RFC 3339 time`;
    throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason });
  }
  return Date.parse(text);
}

/** `Date` turns 30 February into 2 March instead of refusing it. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
