import type { InstanceSummary, RuntimeStatus } from '../../../core/index.js';

/** The path that keeps everything in memory. */
export const memoryPath = ':memory:';

/**
 * Where the engine keeps what must survive. Three places, written by one transaction per group of decisions:
 *
 * - the **log**: one row per group, holding a frame for every instance the group changed. Cheap to append, and the only
 *   thing a running instance is written to.
 * - **rows and chunks**: an instance as a whole, written when it ends, leaves memory or has been in the log for long. A
 *   row says up to which log row (`lsn`) it is complete; only younger frames still count for it.
 * - **timers**: what is due later than memory looks ahead.
 *
 * All calls are synchronous and belong to one owner. What throws has changed nothing, or the owner must assume that it
 * has: it reads back before it goes on.
 */
export interface Store {
  /** Made up with the file: tells tokens of one store from those of another. */
  readonly storeId: string;

  /** Number of the newest log row; 0 in an empty store. */
  lastLsn(): number;
  /** Highest creation number any row has; 0 without rows. */
  lastNo(): number;

  /** One transaction, durable when it returns. */
  commit(group: StoreGroup): void;

  rowOf(instanceId: string): InstanceRow | undefined;
  rowAt(no: number): InstanceRow | undefined;
  /** Chunks of the current generation, oldest first. */
  chunks(no: number): Uint8Array[];
  /** Log rows, oldest first. */
  log(): Iterable<LogRow>;
  /** Creation numbers above `afterNo` of instances that had something to do when they were written, ascending. */
  busy(afterNo: number, limit: number): number[];
  list(query: RowQuery): InstanceRow[];
  /** Timers after the key and due by `toMs`, in order of their keys. */
  timers(after: TimerKey, toMs: number, limit: number): TimerKey[];
  /** When the first timer after the key is due. */
  nextTimerMs(after: TimerKey): number | undefined;

  /** Upkeep that no promise depends on: moves what was appended to its place in the file. Throws nothing. */
  checkpoint(): void;
  close(): void;
}

/** One transaction's worth. */
export interface StoreGroup {
  readonly lsn: number;
  /** Frames of the group; may be empty. */
  readonly batch: Uint8Array;
  readonly rows: readonly RowWrite[];
  /** Creation numbers whose row and chunks go. Carried out before `rows`, so that an id is free again. */
  readonly removed: readonly number[];
  readonly timersAdded: readonly TimerKey[];
  /** Carried out after `timersAdded`: a timer of the same group may be over already. */
  readonly timersRemoved: readonly TimerKey[];
  /** Log rows below this number are not needed any more, at the latest from this group on. */
  readonly trimBelow: number;
}

/** A row, and the history that is not in chunks yet. */
export interface RowWrite {
  readonly row: InstanceRow;
  /** Number of `events` within the generation, from 0; absent when there is nothing new. */
  readonly chunk?: { readonly index: number; readonly events: Uint8Array };
  /** Chunks of an older generation go. */
  readonly dropChunks: boolean;
}

export interface InstanceRow extends InstanceSummary {
  readonly no: number;
  readonly generation: number;
  /** How many chunks this generation has. */
  readonly chunkCount: number;
  /** The row holds everything up to this log row. */
  readonly lsn: number;
  readonly status: RuntimeStatus;
  readonly phase: Phase;
  readonly customStatus?: string;
  /** Facts not taken yet, packed. Empty: none. */
  readonly inbox: Uint8Array;
  /** When retention removes it; absent: never. */
  readonly expiresAtMs?: number;
}

/** `busy`: a restart must look at it; `idle`: live, waiting for something that finds it; `closed`. */
export const phases = ['closed', 'idle', 'busy'] as const;
export type Phase = (typeof phases)[number];

export interface LogRow {
  readonly lsn: number;
  readonly batch: Uint8Array;
}

export interface RowQuery {
  readonly afterNo: number;
  readonly limit: number;
  readonly statuses?: readonly RuntimeStatus[];
  readonly workflowName?: string;
  readonly instanceIdPrefix?: string;
  /** Inclusive, as is `createdToMs`. */
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  /** Exclusive. */
  readonly completedBeforeMs?: number;
}

/** What a timer is for: a workflow's timer (`seq` is its id), a start not before a time, the end of retention. */
export const timerKinds = ['timer', 'start', 'retention'] as const;
export type TimerKind = (typeof timerKinds)[number];

export interface TimerKey {
  readonly fireAtMs: number;
  readonly no: number;
  readonly kind: TimerKind;
  readonly seq: number;
}

/** Before every timer. */
export const firstTimerKey: TimerKey = { fireAtMs: Number.MIN_SAFE_INTEGER, no: 0, kind: 'timer', seq: 0 };
