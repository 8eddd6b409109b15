import { WorkflowError } from '../../../core/index.js';
import { createState, fold, type Fact, type HistoryCodec } from '../../../core/orchestration/index.js';
import { unpackRuns } from '../store/bytes.js';
import { readFrames, type Frame } from '../store/frame.js';
import type { InstanceRow, Store } from '../store/store.js';
import { decodeFact } from './fact-codec.js';
import { createInstance, type Instance } from './instance.js';

/** An instance as its row and chunks have it. Every event is decoded once. Throws `ERR_HISTORY_CORRUPT`. */
export function readSaved(store: Store, codec: HistoryCodec, row: InstanceRow): Instance {
  const state = createState(row.instanceId, row.generation, row.customStatus);
  const instance = createInstance(row.no, row.instanceId, state);
  instance.chunkCount = row.chunkCount;
  instance.timersStored = true;
  if (row.expiresAtMs !== undefined) instance.expiresAtMs = row.expiresAtMs;
  for (const chunk of store.chunks(row.no)) {
    for (const bytes of unpackRuns(chunk)) addEvent(instance, codec, bytes);
  }
  for (const bytes of row.inbox.length === 0 ? [] : unpackRuns(row.inbox)) addFact(instance, decodeFact(codec, bytes));
  return instance;
}

function addEvent(instance: Instance, codec: HistoryCodec, bytes: Uint8Array): void {
  const event = codec.decode(bytes);
  instance.history.push(event);
  instance.historyBytes += bytes.length;
  fold(instance.state, event);
}

function addFact(instance: Instance, fact: Fact): void {
  instance.inbox.push(fact);
  instance.recordedFacts = instance.inbox.length;
  instance.nextStamp = Math.max(instance.nextStamp, fact.stamp + 1);
  if (fact.event.kind !== 'eventRaised') return;
  instance.raisedCount += 1;
  instance.raisedBytes += raisedSize(fact);
}

/** What a raised event counts towards the bound on inboxes; other facts are bounded by what the workflow asked for. */
export function raisedSize({ event }: Fact): number {
  return event.kind === 'eventRaised' ? event.name.length + (event.data?.length ?? 0) : 0;
}

/** Whether reading failed because of the bytes. Anything else that is thrown comes from the store, and may pass. */
export function isDamage(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof WorkflowError && error.code === 'ERR_HISTORY_CORRUPT');
}

/** Everything the log adds to the rows, by creation number. */
export interface LogTail {
  /** Instances that are not complete in their row, with the frames applied. */
  readonly instances: readonly Instance[];
  /** Instances that could not be read, with the reason. They are left alone. */
  readonly damaged: readonly { readonly no: number; readonly cause: unknown }[];
  /** The highest creation number in the log. */
  readonly lastNo: number;
}

/** Reads the log once. `only`: leaves out all other instances. Throws what the store throws. */
export function readLog(store: Store, codec: HistoryCodec, only?: ReadonlySet<number>): LogTail {
  const frames = new Map<number, { lsn: number; frame: Frame }[]>();
  let lastNo = 0;
  for (const { lsn, batch } of store.log()) {
    for (const frame of readFrames(batch)) {
      lastNo = Math.max(lastNo, frame.no);
      if (only && !only.has(frame.no)) continue;
      const earlier = frames.get(frame.no);
      if (frame.removed) frames.delete(frame.no);
      else if (earlier) earlier.push({ lsn, frame });
      else frames.set(frame.no, [{ lsn, frame }]);
    }
  }
  const instances: Instance[] = [];
  const damaged: { no: number; cause: unknown }[] = [];
  for (const [no, own] of frames) {
    try {
      const instance = readLogged(store, codec, no, own);
      if (instance) instances.push(instance);
    } catch (cause) {
      if (!isDamage(cause)) throw cause;
      damaged.push({ no, cause });
    }
  }
  return { instances, damaged, lastNo };
}

function readLogged(
  store: Store,
  codec: HistoryCodec,
  no: number,
  frames: readonly { readonly lsn: number; readonly frame: Frame }[],
): Instance | undefined {
  const row = store.rowAt(no);
  const younger = row ? frames.filter(({ lsn }) => lsn > row.lsn) : frames;
  const [first] = younger;
  if (!first) return undefined;
  const instance = row ? readSaved(store, codec, row) : createInstance(no, first.frame.createdId ?? '');
  for (const { frame } of younger) applyFrame(instance, codec, frame);
  instance.firstLsn = first.lsn;
  // Whatever it waits for may have been far away when it was armed.
  instance.timersStored = true;
  return instance;
}

function applyFrame(instance: Instance, codec: HistoryCodec, frame: Frame): void {
  for (const fact of instance.inbox.splice(0, frame.takenFacts)) {
    if (fact.event.kind === 'eventRaised') {
      instance.raisedCount -= 1;
      instance.raisedBytes -= raisedSize(fact);
    }
  }
  if (frame.resetTo !== undefined) {
    instance.state = createState(instance.instanceId, frame.resetTo, instance.state.customStatus);
    instance.history = [];
    instance.historyBytes = 0;
    instance.staleChunks ||= instance.chunkCount > 0;
    instance.chunkCount = 0;
    instance.unsaved = [];
  }
  for (const bytes of frame.events) {
    // The log's memory must not be kept alive by a few events of it.
    instance.unsaved.push(Uint8Array.from(bytes));
    addEvent(instance, codec, bytes);
  }
  if (frame.customStatus) {
    if (frame.customStatus.value === undefined) delete instance.state.customStatus;
    else instance.state.customStatus = frame.customStatus.value;
  }
  for (const bytes of frame.facts) addFact(instance, decodeFact(codec, bytes));
  instance.recordedFacts = instance.inbox.length;
}
