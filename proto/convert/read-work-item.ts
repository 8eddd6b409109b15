import { WorkflowError } from '../../core/errors.js';
import type { HistoryEvent, TraceContext } from '../../core/orchestration/history-event.js';
import { readInstanceRef, readTrace, type Mutable } from '../history/parts.js';
import { readNestedEvent } from '../history/read-event.js';
import { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-types.js';

/** A work item as a remote worker of our own SDK receives it. */
export type ReceivedItem = ReceivedTurn | ReceivedActivity | { readonly kind: 'other' };

export interface ReceivedTurn {
  readonly kind: 'turn';
  readonly instanceId: string;
  readonly executionId: string;
  readonly completionToken: string;
  /** Without the first `cachedCount` events, which the worker was sent before. */
  readonly past: readonly HistoryEvent[];
  readonly cachedCount?: number;
  readonly newEvents: readonly HistoryEvent[];
}

export interface ReceivedActivity {
  readonly kind: 'activity';
  readonly instanceId: string;
  readonly executionId: string;
  readonly completionToken: string;
  readonly taskId: number;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly trace?: TraceContext;
  readonly taskExecutionId?: string;
  /** Empty from a server that is not this host. */
  readonly workflowName: string;
  readonly generation: number;
}

/** Reads a `WorkItem`; `other` is a kind this worker has no use for (a ping). Throws `ERR_REQUEST_MALFORMED`. */
export function decodeWorkItem(bytes: Uint8Array): ReceivedItem {
  try {
    return readWorkItem(new Reader(bytes));
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_REQUEST_MALFORMED');
  }
}

function readWorkItem(reader: Reader): ReceivedItem {
  let item: Mutable<ReceivedTurn> | Mutable<ReceivedActivity> | undefined;
  let completionToken = '';
  while (reader.next(reader.end)) {
    if (reader.field === 1) item = readTurn(reader);
    else if (reader.field === 2) item = readActivity(reader);
    else if (reader.field === 10) completionToken = reader.string();
    else reader.skip();
  }
  if (!item) return { kind: 'other' };
  item.completionToken = completionToken;
  return item;
}

function readTurn(reader: Reader): Mutable<ReceivedTurn> {
  const past: HistoryEvent[] = [];
  const newEvents: HistoryEvent[] = [];
  const turn: Mutable<ReceivedTurn> = {
    kind: 'turn',
    instanceId: '',
    executionId: '',
    completionToken: '',
    past,
    newEvents,
  };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) turn.instanceId = reader.string();
    else if (reader.field === 2) turn.executionId = reader.stringValue();
    else if (reader.field === 3) past.push(readKnownEvent(reader));
    else if (reader.field === 4) newEvents.push(readKnownEvent(reader));
    else if (reader.field === 9) turn.cachedCount = readCachedCount(reader);
    else reader.skip();
  }
  return turn;
}

/** A replay that passes over something it does not understand would go wrong later and elsewhere. */
function readKnownEvent(reader: Reader): HistoryEvent {
  const event = readNestedEvent(reader);
  if (event.kind === 'unknown') throw new WireError(`history holds an event of the unknown kind ${event.field}`);
  return event;
}

function readCachedCount(reader: Reader): number {
  let count = 0;
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) count = reader.int32();
    else reader.skip();
  }
  return count;
}

function readActivity(reader: Reader): Mutable<ReceivedActivity> {
  const activity: Mutable<ReceivedActivity> = {
    kind: 'activity',
    instanceId: '',
    executionId: '',
    completionToken: '',
    taskId: 0,
    name: '',
    workflowName: '',
    generation: 0,
  };
  const end = reader.enter();
  while (reader.next(end)) {
    if (reader.field === 1) activity.name = reader.string();
    else if (reader.field === 2) activity.version = reader.stringValue();
    else if (reader.field === 3) activity.input = reader.stringValue();
    else if (reader.field === 4) Object.assign(activity, readInstanceRef(reader));
    else if (reader.field === 5) activity.taskId = reader.int32();
    else if (reader.field === 6) activity.trace = readTrace(reader);
    else if (reader.field === 7) activity.taskExecutionId = reader.string();
    else if (reader.field === 1000) activity.workflowName = reader.string();
    else if (reader.field === 1001) activity.generation = reader.int32();
    else reader.skip();
  }
  return activity;
}
