import type { Lease } from '../../../core/index.js';
import {
  createState,
  neverMs,
  startsAtMs,
  type Fact,
  type FireTime,
  type HistoryEvent,
  type State,
} from '../../../core/orchestration/index.js';
import type { Phase, TimerKey } from '../store/store.js';

/**
 * An instance in memory: the state, history and inbox of its current generation, and how much of them the store has.
 * It is in one of three conditions:
 *
 * - **changed**: the pending group holds something of it (`pending`, or facts beyond `recordedFacts`);
 * - **logged**: all is durable, some of it only as frames of the log (`firstLsn` is set);
 * - **saved**: its row and chunks hold everything, so that it may leave memory.
 */
export interface Instance {
  /** Creation number: names the instance in the store, never used twice. */
  readonly no: number;
  readonly instanceId: string;
  state: State;
  history: HistoryEvent[];
  inbox: Fact[];
  /** How many facts from the head of the inbox are durable. */
  recordedFacts: number;
  /** What decisions of the pending group did; absent: none was made. */
  change?: Change;
  /** Something callers can see is not durable yet. */
  pending: boolean;
  /** Encoded events of this generation that no chunk holds, oldest first. */
  unsaved: Uint8Array[];
  chunkCount: number;
  /** The store still has chunks of an older generation. */
  staleChunks: boolean;
  /** The oldest log row that counts for it; absent: its row holds everything that is durable. */
  firstLsn?: number;
  /** The newest lease; absent: none, or fenced. */
  lease?: Lease;
  nextStamp: number;
  /** Raised events that no turn has taken. */
  raisedCount: number;
  raisedBytes: number;
  /** Encoded size of history: the bound on histories is in bytes, too. */
  historyBytes: number;
  /** Timers of it may be in the timer table. */
  timersStored: boolean;
  /** When retention removes it; set once it has ended. */
  expiresAtMs?: number;
  /** History has reached its bound. */
  full: boolean;
  /** It was poisoned, and somebody asked to try again. */
  retrying: boolean;
  /** Used since the last sweep for room. */
  used: boolean;
  /** Bytes it is counted with while it is in memory. */
  weight: number;
}

/** Decisions of one group, added up. */
export interface Change {
  created: boolean;
  takenFacts: number;
  /** The generation that began, if one did. */
  resetTo?: number;
  customStatus?: { readonly value?: string };
  /** How many of the newest `unsaved` events are not durable. */
  eventCount: number;
}

export function createInstance(no: number, instanceId: string, state: State = createState(instanceId)): Instance {
  return {
    no,
    instanceId,
    state,
    history: [],
    inbox: [],
    recordedFacts: 0,
    pending: false,
    unsaved: [],
    chunkCount: 0,
    staleChunks: false,
    nextStamp: 0,
    raisedCount: 0,
    raisedBytes: 0,
    historyBytes: 0,
    timersStored: false,
    full: false,
    retrying: false,
    used: true,
    weight: 0,
  };
}

/** The execution that is running or waiting to begin. */
export function executionIdOf({ state, inbox }: Instance): string | undefined {
  if (state.started) return state.started.executionId;
  for (const { event } of inbox) if (event.kind === 'executionStarted') return event.executionId;
  return undefined;
}

/** Rough size in memory, bytes; measured with histories of 3 and 22 events (Node 20): objects weigh several times what they encode to. */
export function weightOf({ history, inbox, historyBytes, raisedBytes }: Instance): number {
  return 2_200 + 300 * (history.length + inbox.length) + 3 * historyBytes + 2 * raisedBytes;
}

export function phaseOf(instance: Instance, nowMs: number): Phase {
  const { state, inbox } = instance;
  if (state.closed) return 'closed';
  if (inbox.length > 0 && (startsAtMs(state, inbox) ?? 0) <= nowMs) return 'busy';
  for (const task of state.open.values()) if (task.kind === 'activity') return 'busy';
  return 'idle';
}

/** Milliseconds are rounded up: a timer may be late, never early. */
export function timerKey(no: number, timerId: number, fireAt: FireTime): TimerKey {
  return { fireAtMs: fireAt.subNanos ? fireAt.ms + 1 : fireAt.ms, no, kind: 'timer', seq: timerId };
}

/** Keys of everything the clock owes an instance. Waits without a limit are not among them. */
export function timerKeysOf({ no, state, inbox, expiresAtMs }: Instance): TimerKey[] {
  if (expiresAtMs !== undefined) return [{ fireAtMs: expiresAtMs, no, kind: 'retention', seq: 0 }];
  const keys: TimerKey[] = [];
  const startsAt = startsAtMs(state, inbox);
  if (startsAt !== undefined) keys.push({ fireAtMs: startsAt, no, kind: 'start', seq: 0 });
  for (const [timerId, task] of state.open) {
    if (task.kind === 'timer' && task.fireAt.ms < neverMs) keys.push(timerKey(no, timerId, task.fireAt));
  }
  return keys;
}
