import type { Clock, Logger } from '../../../core/index.js';
import { firstTimerKey, type Store, type TimerKey } from '../store/store.js';
import { TimerHeap } from './timer-heap.js';

/** How far memory looks ahead. Later timers are in the store only, so that a million sleepers cost no memory. */
const windowMs = 60_000;
/** Rows read at once; also about how many stored timers are in memory at once, whatever is due. */
const pageSize = 10_000;
/** Timers fired in one turn of the event loop: the rest lets others pass first. */
const batchSize = 500;
const retryMs = 1_000;

export interface TimersOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Due timers, in order. Does not throw. */
  fire(keys: readonly TimerKey[]): void;
  /** False: nothing can be recorded now; `kick` says when to go on. */
  ready(): boolean;
}

/**
 * Fires timers in groups, with one alarm of the clock for the soonest. Memory holds a window of the near future; what
 * is due later is the caller's to store, and is read when its time comes.
 */
export class Timers {
  readonly #options: TimersOptions;
  readonly #heap = new TimerHeap();
  /** Every stored timer up to this key is in the heap, or was. */
  #readUpTo: TimerKey = firstTimerKey;
  #nextStoredMs: number | undefined;
  /** Handed back to be stored, and not in the store yet: reading on must not pass them by. */
  #handedBack: TimerKey[] = [];
  #alarm: { readonly atMs: number; readonly cancel: () => void } | undefined;
  #turnPlanned = false;
  #closed = false;

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  /** Reads what is due soon. Overdue timers fire in the next turn of the event loop. */
  open(): void {
    this.#read();
    this.#setAlarm();
  }

  /** Takes a timer. False: it is due beyond the window, and the caller must store it with its current group. */
  arm(key: TimerKey): boolean {
    const now = this.#options.clock.now();
    // Looks further ahead before the window has passed, else every timer would go through the store.
    if (this.#readUpTo.fireAtMs < now + windowMs / 2 && this.#heap.size < pageSize) this.#read();
    const near = key.fireAtMs <= this.#readUpTo.fireAtMs;
    if (near) this.#heap.add(key);
    else this.#handBack(key);
    this.#setAlarm();
    return near;
  }

  #handBack(key: TimerKey): void {
    this.#handedBack.push(key);
    this.#nextStoredMs = Math.min(key.fireAtMs, this.#nextStoredMs ?? Infinity);
  }

  /** The group that was to store what `arm` handed back is over. */
  groupEnded(): void {
    if (this.#handedBack.length > 0) this.#handedBack = [];
  }

  cancel(key: TimerKey): void {
    this.#heap.cancel(key);
  }

  /** Looks again: the store is back, or what is stored was changed from outside. */
  kick(): void {
    this.#planTurn();
  }

  close(): void {
    this.#closed = true;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#heap.clear();
  }

  /** Looks further ahead. When the store does not answer, it is asked again a little later. */
  #read(): void {
    try {
      this.#readPage();
    } catch (error) {
      const { clock, logger } = this.#options;
      logger.warn({ err: error }, 'timers could not be read');
      this.#nextStoredMs = clock.now() + retryMs;
    }
  }

  #readPage(): void {
    const { store, clock } = this.#options;
    const toMs = clock.now() + windowMs;
    const keys = store.timers(this.#readUpTo, toMs, pageSize);
    const last = keys.at(-1);
    const full = keys.length === pageSize && last !== undefined;
    const upTo: TimerKey = full ? last : { fireAtMs: toMs, no: Number.MAX_SAFE_INTEGER, kind: 'retention', seq: 0 };
    this.#nextStoredMs = store.nextTimerMs(upTo);
    this.#readUpTo = upTo;
    for (const key of keys) this.#heap.add(key);
    for (const key of this.#handedBack.splice(0)) {
      if (key.fireAtMs <= upTo.fireAtMs) this.#heap.add(key);
      else this.#handBack(key);
    }
  }

  #setAlarm(): void {
    if (this.#closed || this.#turnPlanned) return;
    const atMs = Math.min(this.#heap.peek()?.fireAtMs ?? Infinity, this.#nextStoredMs ?? Infinity);
    if (this.#alarm && this.#alarm.atMs === atMs) return;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    if (atMs === Infinity) return;
    const ring = (): void => {
      this.#alarm = undefined;
      this.#turn();
    };
    this.#alarm = { atMs, cancel: this.#options.clock.at(atMs, ring) };
  }

  #planTurn(): void {
    if (this.#closed || this.#turnPlanned) return;
    this.#turnPlanned = true;
    setImmediate(() => {
      this.#turnPlanned = false;
      this.#turn();
    });
  }

  #turn(): void {
    if (this.#closed || !this.#options.ready()) return;
    const now = this.#options.clock.now();
    if ((this.#nextStoredMs ?? Infinity) <= now && this.#heap.size < pageSize) this.#read();
    const due: TimerKey[] = [];
    while (due.length < batchSize && (this.#heap.peek()?.fireAtMs ?? Infinity) <= now) {
      const key = this.#heap.pop();
      if (key) due.push(key);
    }
    if (due.length > 0) this.#options.fire(due);
    if (due.length === batchSize || (this.#nextStoredMs ?? Infinity) <= now) this.#planTurn();
    else this.#setAlarm();
  }
}
