import type { HistoryEvent } from '../../core/orchestration/history-event.js';
import type { Reader } from '../wire/reader.js';
import { eventField } from './fields.js';
import { readLink, type Mutable } from './parts.js';
import {
  readExecutionCompleted,
  readExecutionStalled,
  readExecutionStarted,
  readExecutionTerminated,
  readReason,
  readWorkflowStarted,
} from './read-execution.js';
import {
  readChildCompleted,
  readChildCreated,
  readChildFailed,
  readEventRaised,
  readEventSent,
  readTaskCompleted,
  readTaskFailed,
  readTaskScheduled,
  readTimerCreated,
  readTimerFired,
} from './read-step.js';

/** What stands in the place of an event of a kind that is not known; `field` is 0 when there is no kind at all. */
export interface UnknownEvent {
  readonly kind: 'unknown';
  readonly field: number;
}

/** Reads a `HistoryEvent` message that ends at `end`. Fields that are not known are passed over. */
export function readEvent(reader: Reader, end: number): HistoryEvent | UnknownEvent {
  let event: Mutable<HistoryEvent> | undefined;
  let eventId = 0;
  let timestampMs = 0;
  let unknownField = 0;
  while (reader.next(end)) {
    if (reader.field === 1) eventId = reader.int32();
    else if (reader.field === 2) timestampMs = reader.timestamp();
    else {
      const body = readBody(reader);
      if (body) event = body;
      else {
        unknownField ||= reader.field;
        reader.skip();
      }
    }
  }
  if (!event) return { kind: 'unknown', field: unknownField };
  event.eventId = eventId;
  event.timestampMs = timestampMs;
  return event;
}

/** Reads a nested `HistoryEvent`. */
export function readNestedEvent(reader: Reader): HistoryEvent | UnknownEvent {
  return readEvent(reader, reader.enter());
}

/** Undefined when the present field is no kind of event. */
function readBody(reader: Reader): Mutable<HistoryEvent> | undefined {
  switch (reader.field) {
    case eventField.executionStarted:
      return readExecutionStarted(reader);
    case eventField.executionCompleted:
      return readExecutionCompleted(reader);
    case eventField.executionTerminated:
      return readExecutionTerminated(reader);
    case eventField.taskScheduled:
      return readTaskScheduled(reader);
    case eventField.taskCompleted:
      return readTaskCompleted(reader);
    case eventField.taskFailed:
      return readTaskFailed(reader);
    case eventField.childWorkflowCreated:
      return readChildCreated(reader);
    case eventField.childWorkflowCompleted:
      return readChildCompleted(reader);
    case eventField.childWorkflowFailed:
      return readChildFailed(reader);
    case eventField.timerCreated:
      return readTimerCreated(reader);
    case eventField.timerFired:
      return readTimerFired(reader);
    case eventField.workflowStarted:
      return readWorkflowStarted(reader);
    case eventField.eventSent:
      return readEventSent(reader);
    case eventField.eventRaised:
      return readEventRaised(reader);
    case eventField.executionSuspended:
      return readReason(reader, 'executionSuspended');
    case eventField.executionResumed:
      return readReason(reader, 'executionResumed');
    case eventField.executionStalled:
      return readExecutionStalled(reader);
    case eventField.detachedWorkflowCreated:
      return { kind: 'detachedWorkflowCreated', eventId: 0, timestampMs: 0, instanceId: readLink(reader) };
    default:
      return undefined;
  }
}
