import type {
  ChildWorkflowCompleted,
  ChildWorkflowCreated,
  ChildWorkflowFailed,
  EventRaised,
  EventSent,
  TaskCompleted,
  TaskFailed,
  TaskScheduled,
  TimerCreated,
  TimerFired,
} from '../../core/orchestration/history-event.js';
import type { Reader } from '../wire/reader.js';
import { readFailure, readFireTime, readLink, readOrigin, readTrace, type Mutable } from './parts.js';

/** Events about activities, children, timers and messages. Each reads the present field; `eventId` and time are the caller's to fill in. */

export function readTaskScheduled(reader: Reader): Mutable<TaskScheduled> {
  const event: Mutable<TaskScheduled> = { kind: 'taskScheduled', eventId: 0, timestampMs: 0, name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.name = reader.string();
    else if (reader.field === 2) event.version = reader.stringValue();
    else if (reader.field === 3) event.input = reader.stringValue();
    else if (reader.field === 4) event.trace = readTrace(reader);
    else if (reader.field === 5) event.taskExecutionId = reader.string();
    else if (reader.field === 6) event.rerunOf = readLink(reader);
    else if (reader.field === 1000) {
      if (reader.bool()) event.inline = true;
    } else reader.skip();
  }
  return event;
}

export function readTaskCompleted(reader: Reader): Mutable<TaskCompleted> {
  const event: Mutable<TaskCompleted> = { kind: 'taskCompleted', eventId: 0, timestampMs: 0, taskId: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.taskId = reader.int32();
    else if (reader.field === 2) event.result = reader.stringValue();
    else if (reader.field === 3) event.taskExecutionId = reader.string();
    else reader.skip();
  }
  return event;
}

export function readTaskFailed(reader: Reader): Mutable<TaskFailed> {
  const event: Mutable<TaskFailed> = { kind: 'taskFailed', eventId: 0, timestampMs: 0, taskId: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.taskId = reader.int32();
    else if (reader.field === 2) event.failure = readFailure(reader);
    else if (reader.field === 3) event.taskExecutionId = reader.string();
    else reader.skip();
  }
  return event;
}

export function readChildCreated(reader: Reader): Mutable<ChildWorkflowCreated> {
  const event: Mutable<ChildWorkflowCreated> = {
    kind: 'childWorkflowCreated',
    eventId: 0,
    timestampMs: 0,
    instanceId: '',
    name: '',
  };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.instanceId = reader.string();
    else if (reader.field === 2) event.name = reader.string();
    else if (reader.field === 3) event.version = reader.stringValue();
    else if (reader.field === 4) event.input = reader.stringValue();
    else if (reader.field === 5) event.trace = readTrace(reader);
    else if (reader.field === 6) event.rerunOf = readLink(reader);
    else if (reader.field === 8) event.retryOf = readLink(reader);
    else reader.skip();
  }
  return event;
}

export function readChildCompleted(reader: Reader): Mutable<ChildWorkflowCompleted> {
  const event: Mutable<ChildWorkflowCompleted> = {
    kind: 'childWorkflowCompleted',
    eventId: 0,
    timestampMs: 0,
    taskId: 0,
  };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.taskId = reader.int32();
    else if (reader.field === 2) event.result = reader.stringValue();
    else reader.skip();
  }
  return event;
}

export function readChildFailed(reader: Reader): Mutable<ChildWorkflowFailed> {
  const event: Mutable<ChildWorkflowFailed> = { kind: 'childWorkflowFailed', eventId: 0, timestampMs: 0, taskId: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.taskId = reader.int32();
    else if (reader.field === 2) event.failure = readFailure(reader);
    else reader.skip();
  }
  return event;
}

export function readTimerCreated(reader: Reader): Mutable<TimerCreated> {
  const event: Mutable<TimerCreated> = { kind: 'timerCreated', eventId: 0, timestampMs: 0, fireAt: { ms: 0 } };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.fireAt = readFireTime(reader);
    else if (reader.field === 2) event.name = reader.string();
    else if (reader.field === 3) event.rerunOf = readLink(reader);
    else {
      const origin = readOrigin(reader, reader.field - 4);
      if (origin) event.origin = origin;
      else reader.skip();
    }
  }
  return event;
}

export function readTimerFired(reader: Reader): Mutable<TimerFired> {
  const event: Mutable<TimerFired> = { kind: 'timerFired', eventId: 0, timestampMs: 0, timerId: 0, fireAt: { ms: 0 } };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.fireAt = readFireTime(reader);
    else if (reader.field === 2) event.timerId = reader.int32();
    else reader.skip();
  }
  return event;
}

export function readEventSent(reader: Reader): Mutable<EventSent> {
  const event: Mutable<EventSent> = { kind: 'eventSent', eventId: 0, timestampMs: 0, instanceId: '', name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.instanceId = reader.string();
    else if (reader.field === 2) event.name = reader.string();
    else if (reader.field === 3) event.data = reader.stringValue();
    else reader.skip();
  }
  return event;
}

export function readEventRaised(reader: Reader): Mutable<EventRaised> {
  const event: Mutable<EventRaised> = { kind: 'eventRaised', eventId: 0, timestampMs: 0, name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.name = reader.string();
    else if (reader.field === 2) event.data = reader.stringValue();
    else reader.skip();
  }
  return event;
}
