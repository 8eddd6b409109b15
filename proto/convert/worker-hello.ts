import type { Dialect } from '../dialect.js';
import { GetWorkItemsRequestSchema, WorkerCapability } from '../gen/taskhub_pb.js';
import { readMessage } from './message.js';

/** What a worker says about itself when it opens its stream. */
export interface WorkerHello {
  /** It keeps history between turns. */
  readonly statefulHistory: boolean;
  /** The family its request gives away; absent when it says nothing either way. */
  readonly dialectHint?: Dialect;
  /** How much it wants at once. */
  readonly maxTurns?: number;
  readonly maxActivities?: number;
}

/** Capabilities of Microsoft's numbering that no other worker has. */
const microsoftCapabilities: ReadonlySet<number> = new Set([1, 3]);

/** Reads a `GetWorkItemsRequest`; throws `ERR_REQUEST_MALFORMED`. */
export function decodeGetWorkItems(bytes: Uint8Array): WorkerHello {
  const message = readMessage(GetWorkItemsRequestSchema, bytes);
  const isMicrosoft =
    message.maxConcurrentEntityWorkItems !== 0 ||
    message.workItemFilters.length > 0 ||
    message.workerInstanceId !== '' ||
    message.otherCapabilities.some((capability) => microsoftCapabilities.has(capability));
  const dialectHint = message.capabilities.length > 0 ? 'dapr' : isMicrosoft ? 'ms' : undefined;
  const maxTurns = message.maxConcurrentOrchestrationWorkItems;
  const maxActivities = message.maxConcurrentActivityWorkItems;
  return {
    statefulHistory: message.capabilities.includes(WorkerCapability.STATEFUL_HISTORY),
    ...(dialectHint ? { dialectHint } : {}),
    ...(maxTurns > 0 ? { maxTurns } : {}),
    ...(maxActivities > 0 ? { maxActivities } : {}),
  };
}
