import type {
  Action,
  CompleteWorkflow,
  ContinueAsNew,
  CreateChildWorkflow,
  CreateDetachedWorkflow,
  CreateTimer,
  ScheduleTask,
  SendEvent,
  TerminateWorkflow,
} from '../../core/orchestration/action.js';
import type { FailureDetails, HistoryEvent } from '../../core/orchestration/history-event.js';
import type { Dialect } from '../dialect.js';
import { closedStatusOf, continuedAsNewNumber } from '../history/fields.js';
import {
  mapOf,
  readFailure,
  readFireTime,
  readInstanceRef,
  readLink,
  readOrigin,
  readTrace,
  type Mutable,
} from '../history/parts.js';
import { readNestedEvent } from '../history/read-event.js';
import type { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-types.js';
import { actionField, actionRouterField } from './action-field.js';

/** Reads a nested `WorkflowAction`. An action of no known kind makes the whole answer unusable. */
export function readAction(reader: Reader, dialect: Dialect): Action {
  let action: Mutable<Action> | undefined;
  let id = 0;
  let unknownField = 0;
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) id = reader.int32();
    else if (reader.field === actionRouterField) reader.skip();
    else {
      const body = readBody(reader, dialect);
      if (body) action = body;
      else {
        unknownField ||= reader.field;
        reader.skip();
      }
    }
  }
  if (!action) {
    throw new WireError(`action ${id} is of ${unknownField === 0 ? 'no kind' : `the unknown kind ${unknownField}`}`);
  }
  action.id = id;
  return action;
}

/** Undefined when the present field is no kind of action. */
function readBody(reader: Reader, dialect: Dialect): Mutable<Action> | undefined {
  switch (reader.field) {
    case actionField.scheduleTask:
      return readScheduleTask(reader, dialect);
    case actionField.createChildWorkflow:
      return readCreateChild(reader);
    case actionField.createTimer:
      return readCreateTimer(reader);
    case actionField.sendEvent:
      return readSendEvent(reader);
    case actionField.completeWorkflow:
      return readCompletion(reader);
    case actionField.terminateWorkflow:
      return readTerminate(reader);
    case actionField.versionNotAvailable:
      reader.skip();
      return { kind: 'versionNotAvailable', id: 0 };
    case actionField.createDetachedWorkflow:
      return readCreateDetached(reader);
    default:
      return undefined;
  }
}

function readScheduleTask(reader: Reader, dialect: Dialect): Mutable<ScheduleTask> {
  const action: Mutable<ScheduleTask> = { kind: 'scheduleTask', id: 0, name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.name = reader.string();
    else if (reader.field === 2) action.version = reader.stringValue();
    else if (reader.field === 3) action.input = reader.stringValue();
    // Microsoft's workers have a trace context here.
    else if (reader.field === 5 && isText(reader, dialect)) action.taskExecutionId = reader.string();
    else if (reader.field === 1000) {
      if (reader.bool()) action.inline = true;
    } else reader.skip();
  }
  return action;
}

/** Whether an ambiguous field is text as Dapr means it: by dialect, for an unknown one by content. */
function isText(reader: Reader, dialect: Dialect): boolean {
  return dialect === 'dapr' || (dialect === 'neutral' && reader.looksLikeText());
}

function readCreateChild(reader: Reader): Mutable<CreateChildWorkflow> {
  const action: Mutable<CreateChildWorkflow> = { kind: 'createChildWorkflow', id: 0, name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.instanceId = reader.string();
    else if (reader.field === 2) action.name = reader.string();
    else if (reader.field === 3) action.version = reader.stringValue();
    else if (reader.field === 4) action.input = reader.stringValue();
    else if (reader.field === 7) action.retryOf = readLink(reader);
    else reader.skip();
  }
  return action;
}

function readCreateTimer(reader: Reader): Mutable<CreateTimer> {
  const action: Mutable<CreateTimer> = { kind: 'createTimer', id: 0, fireAt: { ms: 0 } };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.fireAt = readFireTime(reader);
    else if (reader.field === 2) action.name = reader.string();
    else {
      const origin = readOrigin(reader, reader.field - 3);
      if (origin) action.origin = origin;
      else reader.skip();
    }
  }
  return action;
}

function readSendEvent(reader: Reader): Mutable<SendEvent> {
  const action: Mutable<SendEvent> = { kind: 'sendEvent', id: 0, instanceId: '', name: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.instanceId = readInstanceRef(reader).instanceId;
    else if (reader.field === 2) action.name = reader.string();
    else if (reader.field === 3) action.data = reader.stringValue();
    else reader.skip();
  }
  return action;
}

function readCompletion(reader: Reader): Mutable<CompleteWorkflow> | Mutable<ContinueAsNew> {
  let status = 0;
  let result: string | undefined;
  let newVersion: string | undefined;
  let failure: FailureDetails | undefined;
  const carryover: HistoryEvent[] = [];
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) status = reader.int32();
    else if (reader.field === 2) result = reader.stringValue();
    else if (reader.field === 4) newVersion = reader.stringValue();
    else if (reader.field === 5) {
      // Kinds of other families (entities) have no meaning here; only raised events are carried.
      const event = readNestedEvent(reader);
      if (event.kind !== 'unknown') carryover.push(event);
    } else if (reader.field === 6) failure = readFailure(reader);
    else reader.skip();
  }
  if (status === continuedAsNewNumber) {
    return {
      kind: 'continueAsNew',
      id: 0,
      carryover,
      ...(result === undefined ? {} : { input: result }),
      ...(newVersion === undefined ? {} : { newVersion }),
    };
  }
  const closed = closedStatusOf(status);
  if (!closed) throw new WireError(`a workflow cannot complete with status ${status}`);
  return {
    kind: 'completeWorkflow',
    id: 0,
    status: closed,
    ...(result === undefined ? {} : { result }),
    ...(failure ? { failure } : {}),
  };
}

function readTerminate(reader: Reader): Mutable<TerminateWorkflow> {
  const action: Mutable<TerminateWorkflow> = { kind: 'terminateWorkflow', id: 0, instanceId: '', recurse: false };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.instanceId = reader.string();
    else if (reader.field === 2) action.reason = reader.stringValue();
    else if (reader.field === 3) action.recurse = reader.bool();
    else reader.skip();
  }
  return action;
}

function readCreateDetached(reader: Reader): Mutable<CreateDetachedWorkflow> {
  const action: Mutable<CreateDetachedWorkflow> = { kind: 'createDetachedWorkflow', id: 0, instanceId: '', name: '' };
  const tags: [string, string][] = [];
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) action.instanceId = reader.string();
    else if (reader.field === 2) action.name = reader.string();
    else if (reader.field === 3) action.version = reader.stringValue();
    else if (reader.field === 4) action.input = reader.stringValue();
    else if (reader.field === 5) action.scheduledStartMs = reader.timestamp();
    else if (reader.field === 7) tags.push(reader.mapEntry());
    else if (reader.field === 8) action.trace = readTrace(reader);
    else reader.skip();
  }
  if (tags.length > 0) action.tags = mapOf(tags);
  return action;
}
