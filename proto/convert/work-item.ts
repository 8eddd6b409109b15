import type { HistoryEvent } from '../../core/orchestration/history-event.js';
import type { ActivityItem } from '../../core/worker-port.js';
import type { Dialect } from '../dialect.js';
import { writeInstanceRef, writeTrace } from '../history/parts.js';
import { writeEvent } from '../history/write-event.js';
import { encodeWith, type Writer } from '../wire/writer.js';

/** Field numbers of `WorkflowRequest` for `encodeEventRegion`. */
export const pastEventsField = 3;
export const newEventsField = 4;

/** A turn as a worker is given it. */
export interface WorkflowItem {
  readonly instanceId: string;
  readonly executionId: string;
  /** Past events in their encoded form, made by `encodeEventRegion` with the same dialect: they come before `past`. */
  readonly pastRegion?: Uint8Array;
  readonly past: readonly HistoryEvent[];
  /** How many events (counted as `workerSees` does) are left out at the beginning, because the worker has them. */
  readonly cachedCount?: number;
  readonly newEvents: readonly HistoryEvent[];
  readonly completionToken: string;
  readonly dialect: Dialect;
}

/**
 * Whether workers are sent this event. A stall says nothing to them, and SDKs older than it would trip over its kind;
 * other kinds that old SDKs do not know are in a history only when the worker itself has asked for them.
 */
export function workerSees(event: HistoryEvent): boolean {
  return event.kind !== 'executionStalled';
}

/** The whole `WorkItem` message of a turn. */
export function encodeWorkflowItem(item: WorkflowItem): Uint8Array {
  return encodeWith(writeWorkflowItem, item);
}

/** The whole `WorkItem` message of an activity; the lease token is its completion token. */
export function encodeActivityItem(item: ActivityItem, dialect: Dialect): Uint8Array {
  return encodeWith(writeActivityItem, { item, dialect });
}

/** Events as a repeated field, ready to be spliced into a message. Leaves out what workers do not see. */
export function encodeEventRegion(events: readonly HistoryEvent[], field: number, dialect: Dialect): Uint8Array {
  return encodeWith(writeEventRegion, { events, field, dialect });
}

interface EventRegion {
  readonly events: readonly HistoryEvent[];
  readonly field: number;
  readonly dialect: Dialect;
}

function writeEventRegion(writer: Writer, { events, field, dialect }: EventRegion): void {
  for (const event of events) {
    if (!workerSees(event)) continue;
    const start = writer.open(field);
    writeEvent(writer, event, dialect);
    writer.close(start);
  }
}

function writeWorkflowItem(writer: Writer, item: WorkflowItem): void {
  const { dialect } = item;
  const request = writer.open(1);
  writer.optString(1, item.instanceId);
  writer.optStringValue(2, item.executionId);
  if (item.pastRegion) writer.raw(item.pastRegion);
  writeEventRegion(writer, { events: item.past, field: pastEventsField, dialect });
  writeEventRegion(writer, { events: item.newEvents, field: newEventsField, dialect });
  if (item.cachedCount !== undefined) {
    const cached = writer.open(9);
    writer.optInt32(1, item.cachedCount);
    writer.close(cached);
  }
  writer.close(request);
  writer.optString(10, item.completionToken);
}

function writeActivityItem(writer: Writer, { item, dialect }: { item: ActivityItem; dialect: Dialect }): void {
  const request = writer.open(2);
  writer.optString(1, item.name);
  writer.optStringValue(2, item.version);
  writer.optStringValue(3, item.input);
  writeInstanceRef(writer, 4, item.instanceId, item.executionId);
  writer.optInt32(5, item.taskId);
  writeTrace(writer, 6, item.trace);
  if (dialect === 'dapr') writer.optString(7, item.taskExecutionId);
  writer.optString(1000, item.workflowName);
  writer.optInt32(1001, item.generation);
  writer.close(request);
  writer.optString(10, item.leaseToken);
}
