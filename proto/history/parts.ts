import type {
  FailureDetails,
  FireTime,
  TimerOrigin,
  TraceContext,
  WorkflowVersion,
} from '../../core/orchestration/history-event.js';
import { assertNever } from '../../core/assert.js';
import type { Reader } from '../wire/reader.js';
import type { Writer } from '../wire/writer.js';

/** Messages that occur inside several others, both ways. */

/** A value under construction. */
export type Mutable<T> = T extends unknown ? { -readonly [K in keyof T]: T[K] } : never;

/**
 * Causes below this depth are left out, when written and when read: other readers give up at 100 nested messages, and
 * a chain without end must not take the event that carries it with it.
 */
const maxCauses = 50;

export function writeFailure(writer: Writer, field: number, failure: FailureDetails | undefined, depth = 0): void {
  if (!failure || depth > maxCauses) return;
  const start = writer.open(field);
  writer.optString(1, failure.errorType);
  writer.optString(2, failure.errorMessage);
  writer.optStringValue(3, failure.stackTrace);
  writeFailure(writer, 4, failure.inner, depth + 1);
  writer.optBool(5, failure.nonRetriable);
  writer.close(start);
}

export function readFailure(reader: Reader, depth = 0): FailureDetails {
  const failure: Mutable<FailureDetails> = { errorType: '', errorMessage: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) failure.errorType = reader.string();
    else if (reader.field === 2) failure.errorMessage = reader.string();
    else if (reader.field === 3) failure.stackTrace = reader.stringValue();
    else if (reader.field === 4 && depth < maxCauses) failure.inner = readFailure(reader, depth + 1);
    else if (reader.field === 5) {
      if (reader.bool()) failure.nonRetriable = true;
    } else reader.skip();
  }
  return failure;
}

export function writeTrace(writer: Writer, field: number, trace: TraceContext | undefined): void {
  if (!trace) return;
  const start = writer.open(field);
  writer.optString(1, trace.traceParent);
  writer.optStringValue(3, trace.traceState);
  writer.close(start);
}

export function readTrace(reader: Reader): TraceContext {
  const trace: Mutable<TraceContext> = { traceParent: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) trace.traceParent = reader.string();
    else if (reader.field === 3) trace.traceState = reader.stringValue();
    else reader.skip();
  }
  return trace;
}

export function writeVersion(writer: Writer, field: number, version: WorkflowVersion | undefined): void {
  if (!version) return;
  const start = writer.open(field);
  for (const patch of version.patches ?? []) writer.string(1, patch);
  if (version.name !== undefined) writer.string(2, version.name);
  writer.close(start);
}

/** `doubtful`: the message may be another family's trace context, whose members are messages and are passed over. */
export function readVersion(reader: Reader, doubtful = false): WorkflowVersion {
  const version: { name?: string; patches?: string[] } = {};
  const end = reader.enter();
  while (reader.next(end)) {
    if (doubtful && !reader.looksLikeText()) reader.skip();
    else if (reader.field === 1) (version.patches ??= []).push(reader.string());
    else if (reader.field === 2) version.name = reader.string();
    else reader.skip();
  }
  return version;
}

/** The message `WorkflowInstance`. */
export function writeInstanceRef(writer: Writer, field: number, instanceId: string, executionId?: string): void {
  const start = writer.open(field);
  writer.optString(1, instanceId);
  writer.optStringValue(2, executionId);
  writer.close(start);
}

export function readInstanceRef(reader: Reader): { instanceId: string; executionId?: string } {
  const ref: { instanceId: string; executionId?: string } = { instanceId: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) ref.instanceId = reader.string();
    else if (reader.field === 2) ref.executionId = reader.stringValue();
    else reader.skip();
  }
  return ref;
}

/** A message that only holds an id or a name in field 1: links to reruns and retries, timer origins. */
export function writeLink(writer: Writer, field: number, id: string | undefined): void {
  if (id === undefined) return;
  const start = writer.open(field);
  writer.optString(1, id);
  writer.close(start);
}

export function readLink(reader: Reader): string {
  let id = '';
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) id = reader.string();
    else reader.skip();
  }
  return id;
}

/** `firstField`: the number of `createTimer` in the oneof; the other origins follow it. */
export function writeOrigin(writer: Writer, firstField: number, origin: TimerOrigin | undefined): void {
  if (!origin) return;
  switch (origin.kind) {
    case 'createTimer':
      writeLink(writer, firstField, '');
      return;
    case 'externalEvent':
      writeLink(writer, firstField + 1, origin.name);
      return;
    case 'activityRetry':
      writeLink(writer, firstField + 2, origin.taskExecutionId);
      return;
    case 'childWorkflowRetry':
      writeLink(writer, firstField + 3, origin.instanceId);
      return;
    default:
      assertNever(origin);
  }
}

/** `ordinal`: the place of the present field in the oneof; undefined when it is none of it. */
export function readOrigin(reader: Reader, ordinal: number): TimerOrigin | undefined {
  switch (ordinal) {
    case 0:
      readLink(reader);
      return { kind: 'createTimer' };
    case 1:
      return { kind: 'externalEvent', name: readLink(reader) };
    case 2:
      return { kind: 'activityRetry', taskExecutionId: readLink(reader) };
    case 3:
      return { kind: 'childWorkflowRetry', instanceId: readLink(reader) };
    default:
      return undefined;
  }
}

export function writeFireTime(writer: Writer, field: number, fireAt: FireTime): void {
  writer.timestamp(field, fireAt.ms, fireAt.subNanos);
}

export function readFireTime(reader: Reader): FireTime {
  const ms = reader.timestamp();
  return reader.subNanos === 0 ? { ms } : { ms, subNanos: reader.subNanos };
}

/** A map from its entries. `fromEntries` makes own members of all keys, `__proto__` too. */
export function mapOf(entries: Iterable<readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(entries);
}
