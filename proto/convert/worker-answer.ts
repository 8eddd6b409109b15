import { WorkflowError } from '../../core/errors.js';
import type { Action, TurnResponse } from '../../core/orchestration/action.js';
import type { FailureDetails } from '../../core/orchestration/history-event.js';
import type { ActivityOutcome } from '../../core/worker-port.js';
import type { Dialect } from '../dialect.js';
import { readFailure, readVersion, writeFailure, writeVersion, type Mutable } from '../history/parts.js';
import { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-types.js';
import { encodeWith, type Writer } from '../wire/writer.js';
import { readAction } from './read-action.js';
import { writeAction } from './write-action.js';

/** A worker's answer to a turn. The token is empty when the SDK echoes none. */
export interface WorkflowAnswer {
  readonly instanceId: string;
  readonly completionToken: string;
  readonly response: TurnResponse;
}

/** A worker's answer to an activity. */
export interface ActivityAnswer {
  readonly instanceId: string;
  readonly taskId: number;
  readonly completionToken: string;
  readonly outcome: Exclude<ActivityOutcome, { kind: 'gone' }>;
}

/**
 * Reads a `WorkflowResponse`. Routers and what this host does not model are passed over; throws `ERR_REQUEST_MALFORMED`
 * for bytes that are none, an action of an unknown kind, a completion without a proper status, or a part of an answer.
 */
export function decodeWorkflowResponse(bytes: Uint8Array, dialect: Dialect = 'neutral'): WorkflowAnswer {
  try {
    return readWorkflowResponse(new Reader(bytes), dialect);
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_REQUEST_MALFORMED');
  }
}

/** Reads an `ActivityResponse`; throws `ERR_REQUEST_MALFORMED`. */
export function decodeActivityResponse(bytes: Uint8Array): ActivityAnswer {
  try {
    return readActivityResponse(new Reader(bytes));
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_REQUEST_MALFORMED');
  }
}

/** The `WorkflowResponse` of our own workers. */
export function encodeWorkflowResponse(answer: WorkflowAnswer): Uint8Array {
  return encodeWith(writeWorkflowResponse, answer);
}

/** The `ActivityResponse` of our own workers. */
export function encodeActivityResponse(answer: ActivityAnswer): Uint8Array {
  return encodeWith(writeActivityResponse, answer);
}

/** Where Microsoft's workers say that more of a large answer follows. */
const partField = 8;
const nonDeterminismField = 1000;
const awaitingField = 1001;

function readWorkflowResponse(reader: Reader, dialect: Dialect): WorkflowAnswer {
  let instanceId = '';
  let completionToken = '';
  const actions: Action[] = [];
  const response: Mutable<TurnResponse> = { actions };
  const awaiting: string[] = [];
  while (reader.next(reader.end)) {
    if (reader.field === 1) instanceId = reader.string();
    else if (reader.field === 2) actions.push(readAction(reader, dialect));
    else if (reader.field === 3) response.customStatus = reader.stringValue();
    else if (reader.field === 4) completionToken = reader.string();
    // Microsoft's workers have a trace context here.
    else if (reader.field === 6 && dialect !== 'ms') response.version = readVersion(reader, dialect === 'neutral');
    else if (reader.field === partField && dialect !== 'dapr') refusePart(reader);
    else if (reader.field === nonDeterminismField) response.nonDeterminism = readNonDeterminism(reader);
    else if (reader.field === awaitingField) awaiting.push(reader.string());
    else reader.skip();
  }
  if (awaiting.length > 0) response.awaiting = awaiting;
  return { instanceId, completionToken, response };
}

/** A part taken for the whole would lose the rest of the turn without a word. */
function refusePart(reader: Reader): void {
  if (reader.bool()) throw new WireError('answers in parts are not supported');
}

function writeWorkflowResponse(writer: Writer, { instanceId, completionToken, response }: WorkflowAnswer): void {
  writer.optString(1, instanceId);
  for (const action of response.actions) writeAction(writer, 2, action);
  writer.optStringValue(3, response.customStatus);
  writer.optString(4, completionToken);
  writeVersion(writer, 6, response.version);
  if (response.nonDeterminism) {
    const start = writer.open(nonDeterminismField);
    writer.optString(1, response.nonDeterminism.expected);
    writer.optString(2, response.nonDeterminism.got);
    writer.optString(3, response.nonDeterminism.description);
    writer.close(start);
  }
  for (const what of response.awaiting ?? []) writer.string(awaitingField, what);
}

function readNonDeterminism(reader: Reader): NonNullable<TurnResponse['nonDeterminism']> {
  const found = { expected: '', got: '', description: '' };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) found.expected = reader.string();
    else if (reader.field === 2) found.got = reader.string();
    else if (reader.field === 3) found.description = reader.string();
    else reader.skip();
  }
  return found;
}

function readActivityResponse(reader: Reader): ActivityAnswer {
  let instanceId = '';
  let taskId = 0;
  let completionToken = '';
  let result: string | undefined;
  let failure: FailureDetails | undefined;
  while (reader.next(reader.end)) {
    if (reader.field === 1) instanceId = reader.string();
    else if (reader.field === 2) taskId = reader.int32();
    else if (reader.field === 3) result = reader.stringValue();
    else if (reader.field === 4) failure = readFailure(reader);
    else if (reader.field === 5) completionToken = reader.string();
    else reader.skip();
  }
  const outcome = failure
    ? ({ kind: 'failed', failure } as const)
    : ({ kind: 'completed', ...(result === undefined ? {} : { result }) } as const);
  return { instanceId, taskId, completionToken, outcome };
}

function writeActivityResponse(writer: Writer, answer: ActivityAnswer): void {
  const { outcome } = answer;
  writer.optString(1, answer.instanceId);
  writer.optInt32(2, answer.taskId);
  if (outcome.kind === 'completed') writer.optStringValue(3, outcome.result);
  else writeFailure(writer, 4, outcome.failure);
  writer.optString(5, answer.completionToken);
}
