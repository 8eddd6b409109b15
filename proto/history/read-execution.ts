import {
  stalledReasons,
  type ExecutionCompleted,
  type ExecutionResumed,
  type ExecutionStalled,
  type ExecutionStarted,
  type ExecutionSuspended,
  type ExecutionTerminated,
  type ParentLink,
  type StalledReason,
  type WorkflowStarted,
} from '../../core/orchestration/history-event.js';
import type { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-types.js';
import { closedStatusOf, stalledReasonNumber } from './fields.js';
import { mapOf, readFailure, readInstanceRef, readTrace, readVersion, type Mutable } from './parts.js';

/** Events about the execution itself. Each reads the present field; `eventId` and time are the caller's to fill in. */

/** Rules version of executions that say none. */
const firstRulesVersion = 1;

export function readExecutionStarted(reader: Reader): Mutable<ExecutionStarted> {
  const event: Mutable<ExecutionStarted> = {
    kind: 'executionStarted',
    eventId: 0,
    timestampMs: 0,
    name: '',
    instanceId: '',
    executionId: '',
    generation: 0,
    rulesVersion: firstRulesVersion,
  };
  const tags: [string, string][] = [];
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.name = reader.string();
    else if (reader.field === 2) event.version = reader.stringValue();
    else if (reader.field === 3) event.input = reader.stringValue();
    else if (reader.field === 4) {
      const ref = readInstanceRef(reader);
      event.instanceId = ref.instanceId;
      event.executionId = ref.executionId ?? '';
    } else if (reader.field === 5) event.parent = readParent(reader);
    else if (reader.field === 6) event.scheduledStartMs = reader.timestamp();
    else if (reader.field === 7) event.trace = readTrace(reader);
    else if (reader.field === 9) tags.push(reader.mapEntry());
    else if (reader.field === 1000) event.generation = reader.int32();
    else if (reader.field === 1001) event.rulesVersion = reader.int32();
    else reader.skip();
  }
  if (tags.length > 0) event.tags = mapOf(tags);
  return event;
}

function readParent(reader: Reader): ParentLink {
  const parent: Mutable<ParentLink> = { instanceId: '', name: '', taskId: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) parent.taskId = reader.int32();
    else if (reader.field === 2) parent.name = reader.stringValue();
    else if (reader.field === 3) parent.version = reader.stringValue();
    else if (reader.field === 4) Object.assign(parent, readInstanceRef(reader));
    else reader.skip();
  }
  return parent;
}

export function readExecutionCompleted(reader: Reader): Mutable<ExecutionCompleted> {
  const event: Mutable<ExecutionCompleted> = {
    kind: 'executionCompleted',
    eventId: 0,
    timestampMs: 0,
    status: 'COMPLETED',
  };
  let status = 0;
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) status = reader.int32();
    else if (reader.field === 2) event.result = reader.stringValue();
    else if (reader.field === 3) event.failure = readFailure(reader);
    else reader.skip();
  }
  const closed = closedStatusOf(status);
  if (!closed) throw new WireError(`an execution cannot end with status ${status}`);
  event.status = closed;
  return event;
}

export function readExecutionTerminated(reader: Reader): Mutable<ExecutionTerminated> {
  const event: Mutable<ExecutionTerminated> = {
    kind: 'executionTerminated',
    eventId: 0,
    timestampMs: 0,
    recurse: false,
  };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.output = reader.stringValue();
    else if (reader.field === 2) event.recurse = reader.bool();
    else reader.skip();
  }
  return event;
}

export function readReason(
  reader: Reader,
  kind: 'executionSuspended' | 'executionResumed',
): Mutable<ExecutionSuspended | ExecutionResumed> {
  const event: Mutable<ExecutionSuspended | ExecutionResumed> = { kind, eventId: 0, timestampMs: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.reason = reader.stringValue();
    else reader.skip();
  }
  return event;
}

export function readExecutionStalled(reader: Reader): Mutable<ExecutionStalled> {
  const event: Mutable<ExecutionStalled> = {
    kind: 'executionStalled',
    eventId: 0,
    timestampMs: 0,
    reason: 'PATCH_MISMATCH',
  };
  let number = 0;
  let ownReason = '';
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) number = reader.int32();
    else if (reader.field === 2) event.description = reader.string();
    else if (reader.field === 1000) ownReason = reader.string();
    else reader.skip();
  }
  event.reason = stalledReasonOf(number, ownReason);
  return event;
}

/** A reason that a newer release made up reads as PATCH_MISMATCH; the description still says what it was. */
function stalledReasonOf(number: number, ownReason: string): StalledReason {
  const own = stalledReasons.find((reason) => reason === ownReason);
  return own ?? stalledReasons.find((reason) => stalledReasonNumber[reason] === number) ?? 'PATCH_MISMATCH';
}

export function readWorkflowStarted(reader: Reader): Mutable<WorkflowStarted> {
  const event: Mutable<WorkflowStarted> = { kind: 'workflowStarted', eventId: 0, timestampMs: 0 };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) event.version = readVersion(reader);
    else reader.skip();
  }
  return event;
}
