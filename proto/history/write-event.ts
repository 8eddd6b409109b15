import { assertNever } from '../../core/assert.js';
import type {
  ChildWorkflowCreated,
  ExecutionStalled,
  ExecutionStarted,
  HistoryEvent,
  ParentLink,
  TaskScheduled,
  TimerCreated,
} from '../../core/orchestration/history-event.js';
import type { Dialect } from '../dialect.js';
import type { Writer } from '../wire/writer.js';
import { closedStatusNumber, eventField, isOwnReason, stalledReasonNumber } from './fields.js';
import {
  writeFailure,
  writeFireTime,
  writeInstanceRef,
  writeLink,
  writeOrigin,
  writeTrace,
  writeVersion,
} from './parts.js';

/** Writes the fields of a `HistoryEvent` message. */
export function writeEvent(writer: Writer, event: HistoryEvent, dialect: Dialect): void {
  writer.optInt32(1, event.eventId);
  writer.timestamp(2, event.timestampMs);
  const start = writer.open(eventField[event.kind]);
  writeBody(writer, event, dialect);
  writer.close(start);
}

function writeBody(writer: Writer, event: HistoryEvent, dialect: Dialect): void {
  switch (event.kind) {
    case 'workflowStarted':
      return writeVersion(writer, 1, event.version);
    case 'executionStarted':
      return writeExecutionStarted(writer, event);
    case 'executionCompleted':
      writer.int32(1, closedStatusNumber[event.status]);
      writer.optStringValue(2, event.result);
      return writeFailure(writer, 3, event.failure);
    case 'executionTerminated':
      writer.optStringValue(1, event.output);
      return writer.optBool(2, event.recurse);
    case 'executionSuspended':
    case 'executionResumed':
      return writer.optStringValue(1, event.reason);
    case 'executionStalled':
      return writeExecutionStalled(writer, event);
    case 'taskScheduled':
      return writeTaskScheduled(writer, event, dialect);
    case 'taskCompleted':
      writer.optInt32(1, event.taskId);
      writer.optStringValue(2, event.result);
      return writer.optString(3, event.taskExecutionId);
    case 'taskFailed':
      writer.optInt32(1, event.taskId);
      writeFailure(writer, 2, event.failure);
      return writer.optString(3, event.taskExecutionId);
    case 'childWorkflowCreated':
      return writeChildCreated(writer, event, dialect);
    case 'childWorkflowCompleted':
      writer.optInt32(1, event.taskId);
      return writer.optStringValue(2, event.result);
    case 'childWorkflowFailed':
      writer.optInt32(1, event.taskId);
      return writeFailure(writer, 2, event.failure);
    case 'timerCreated':
      return writeTimerCreated(writer, event);
    case 'timerFired':
      writeFireTime(writer, 1, event.fireAt);
      return writer.optInt32(2, event.timerId);
    case 'eventRaised':
      writer.optString(1, event.name);
      return writer.optStringValue(2, event.data);
    case 'eventSent':
      writer.optString(1, event.instanceId);
      writer.optString(2, event.name);
      return writer.optStringValue(3, event.data);
    case 'detachedWorkflowCreated':
      return writer.optString(1, event.instanceId);
    default:
      return assertNever(event);
  }
}

function writeExecutionStarted(writer: Writer, event: ExecutionStarted): void {
  writer.optString(1, event.name);
  writer.optStringValue(2, event.version);
  writer.optStringValue(3, event.input);
  writeInstanceRef(writer, 4, event.instanceId, event.executionId);
  writeParent(writer, 5, event.parent);
  writer.optTimestamp(6, event.scheduledStartMs);
  writeTrace(writer, 7, event.trace);
  writer.optStringMap(9, event.tags);
  writer.optInt32(1000, event.generation);
  writer.int32(1001, event.rulesVersion);
}

function writeParent(writer: Writer, field: number, parent: ParentLink | undefined): void {
  if (!parent) return;
  const start = writer.open(field);
  writer.optInt32(1, parent.taskId);
  writer.optStringValue(2, parent.name);
  writer.optStringValue(3, parent.version);
  writeInstanceRef(writer, 4, parent.instanceId, parent.executionId);
  writer.close(start);
}

function writeExecutionStalled(writer: Writer, event: ExecutionStalled): void {
  writer.optInt32(1, stalledReasonNumber[event.reason]);
  if (event.description !== undefined) writer.string(2, event.description);
  if (isOwnReason(event.reason)) writer.string(1000, event.reason);
}

function writeTaskScheduled(writer: Writer, event: TaskScheduled, dialect: Dialect): void {
  writer.optString(1, event.name);
  writer.optStringValue(2, event.version);
  writer.optStringValue(3, event.input);
  writeTrace(writer, 4, event.trace);
  if (dialect === 'dapr') writer.optString(5, event.taskExecutionId);
  writeLink(writer, 6, event.rerunOf);
  writer.optBool(1000, event.inline);
}

function writeChildCreated(writer: Writer, event: ChildWorkflowCreated, dialect: Dialect): void {
  writer.optString(1, event.instanceId);
  writer.optString(2, event.name);
  writer.optStringValue(3, event.version);
  writer.optStringValue(4, event.input);
  writeTrace(writer, 5, event.trace);
  if (dialect === 'dapr') writeLink(writer, 6, event.rerunOf);
  writeLink(writer, 8, event.retryOf);
}

function writeTimerCreated(writer: Writer, event: TimerCreated): void {
  writeFireTime(writer, 1, event.fireAt);
  if (event.name !== undefined) writer.string(2, event.name);
  writeLink(writer, 3, event.rerunOf);
  writeOrigin(writer, 4, event.origin);
}
