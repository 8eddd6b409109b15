import { assertNever } from '../../core/assert.js';
import type {
  Action,
  CompleteWorkflow,
  ContinueAsNew,
  CreateChildWorkflow,
  CreateDetachedWorkflow,
  ScheduleTask,
} from '../../core/orchestration/action.js';
import { closedStatusNumber, continuedAsNewNumber } from '../history/fields.js';
import { writeFailure, writeFireTime, writeInstanceRef, writeLink, writeOrigin, writeTrace } from '../history/parts.js';
import { writeEvent } from '../history/write-event.js';
import type { Writer } from '../wire/writer.js';
import { actionField } from './action-field.js';

/** Writes a nested `WorkflowAction`, as our own workers send it. */
export function writeAction(writer: Writer, field: number, action: Action): void {
  const start = writer.open(field);
  writer.optInt32(1, action.id);
  const body = writer.open(actionField[action.kind]);
  writeBody(writer, action);
  writer.close(body);
  writer.close(start);
}

function writeBody(writer: Writer, action: Action): void {
  switch (action.kind) {
    case 'scheduleTask':
      return writeScheduleTask(writer, action);
    case 'createChildWorkflow':
      return writeCreateChild(writer, action);
    case 'createTimer':
      writeFireTime(writer, 1, action.fireAt);
      if (action.name !== undefined) writer.string(2, action.name);
      return writeOrigin(writer, 3, action.origin);
    case 'sendEvent':
      writeInstanceRef(writer, 1, action.instanceId);
      writer.optString(2, action.name);
      return writer.optStringValue(3, action.data);
    case 'completeWorkflow':
      return writeComplete(writer, action);
    case 'continueAsNew':
      return writeContinueAsNew(writer, action);
    case 'terminateWorkflow':
      writer.optString(1, action.instanceId);
      writer.optStringValue(2, action.reason);
      return writer.optBool(3, action.recurse);
    case 'createDetachedWorkflow':
      return writeCreateDetached(writer, action);
    case 'versionNotAvailable':
      return undefined;
    default:
      return assertNever(action);
  }
}

function writeScheduleTask(writer: Writer, action: ScheduleTask): void {
  writer.optString(1, action.name);
  writer.optStringValue(2, action.version);
  writer.optStringValue(3, action.input);
  writer.optString(5, action.taskExecutionId);
  writer.optBool(1000, action.inline);
}

function writeCreateChild(writer: Writer, action: CreateChildWorkflow): void {
  writer.optString(1, action.instanceId);
  writer.optString(2, action.name);
  writer.optStringValue(3, action.version);
  writer.optStringValue(4, action.input);
  writeLink(writer, 7, action.retryOf);
}

function writeComplete(writer: Writer, action: CompleteWorkflow): void {
  writer.int32(1, closedStatusNumber[action.status]);
  writer.optStringValue(2, action.result);
  writeFailure(writer, 6, action.failure);
}

function writeContinueAsNew(writer: Writer, action: ContinueAsNew): void {
  writer.int32(1, continuedAsNewNumber);
  writer.optStringValue(2, action.input);
  writer.optStringValue(4, action.newVersion);
  for (const event of action.carryover) {
    const start = writer.open(5);
    writeEvent(writer, event, 'dapr');
    writer.close(start);
  }
}

function writeCreateDetached(writer: Writer, action: CreateDetachedWorkflow): void {
  writer.optString(1, action.instanceId);
  writer.optString(2, action.name);
  writer.optStringValue(3, action.version);
  writer.optStringValue(4, action.input);
  writer.optTimestamp(5, action.scheduledStartMs);
  writer.optStringMap(7, action.tags);
  writeTrace(writer, 8, action.trace);
}
