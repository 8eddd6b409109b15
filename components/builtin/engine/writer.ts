import { WorkflowError, type ComponentContext } from '../../../core/index.js';
import type { Store, TimerKey } from '../store/store.js';
import { Group, type Afterwards } from './group.js';
import type { Instance } from './instance.js';
import { Recorder } from './recorder.js';

/** A group grows for so long while messages keep arriving, or for as long as the last flush took: the lesser. */
const gatherAtMostMs = 1;
/** Facts nobody waits for (results: they can be had again) do not cause a flush of their own before this time is over. */
const idleFactsMs = 10;
/** Log rows that no instance needs are deleted once there are this many. */
const trimAfterRows = 64;
/** Rows written by one group when there are many to write. */
const savesPerGroup = 1_000;
const firstRetryMs = 50;
const longestRetryMs = 5_000;

export interface WriterOptions {
  readonly store: Store;
  readonly context: ComponentContext;
  /** A group is durable; called before its effects leave. */
  recorded(group: Group): void;
  /** A group is not durable, or nobody knows: what memory holds of these instances is worthless. */
  lost(group: Group): void;
  /** The store takes writes again: read back what was lost. May throw: then it is tried again later. */
  recovered(): void;
}

/**
 * The one writer: everything that happens between two flushes is one transaction, and effects and answers wait for it.
 * The flush is synchronous. It comes at the end of the turn of the event loop, or a little later while messages from
 * remote workers keep arriving, because those come one a turn and would make groups of one.
 *
 * When a flush fails nothing of its group has happened: nobody is answered, nothing leaves. The writer refuses work
 * until the store takes a write again.
 */
export class Writer {
  readonly #options: WriterOptions;
  readonly #recorder: Recorder;
  /** Logged instances in order of their `firstLsn`: the first one says from where the log is needed. */
  readonly #logged = new Set<Instance>();
  #group = new Group();
  #lsn: number;
  #trimmedBelow: number;
  #planned = false;
  #grew = false;
  #openedAtMs = 0;
  #lastFlushMs = 0;
  #flushedAtMs = -Infinity;
  #cancelIdle: (() => void) | undefined;
  #failure: WorkflowError | undefined;
  #retryMs = firstRetryMs;
  #cancelRetry: (() => void) | undefined;
  #closed = false;
  #flushes = 0;
  #loggedBytes = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#recorder = new Recorder(options.context.codec);
    this.#lsn = options.store.lastLsn();
    this.#trimmedBelow = this.#lsn;
  }

  /** Why nothing can be recorded now; absent: all is well. */
  get failure(): WorkflowError | undefined {
    return this.#failure;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Logged instances, the longest logged first. */
  get logged(): ReadonlySet<Instance> {
    return this.#logged;
  }

  get flushes(): number {
    return this.#flushes;
  }

  /** Bytes written to the log since it was opened. */
  get loggedBytes(): number {
    return this.#loggedBytes;
  }

  /** Number of the log row the pending group will be. */
  get nextLsn(): number {
    return this.#lsn + 1;
  }

  /** Throws `ERR_STORE_UNAVAILABLE` while nothing can be recorded. */
  assertReady(): void {
    if (this.#failure) throw this.#failure;
  }

  /** The instance was read from the log: as if this writer had recorded it. */
  adopt(instance: Instance): void {
    if (instance.firstLsn !== undefined) this.#logged.add(instance);
  }

  /** Decisions, or facts a caller waits for, join the group. */
  change(instance: Instance): void {
    instance.pending = true;
    this.#group.changed.add(instance);
    this.#plan();
  }

  /** Facts nobody waits for join the group; most are taken by a decision of the same group. */
  changeIdly(instance: Instance): void {
    this.#group.changed.add(instance);
    this.#grew = true;
    if (this.#planned || this.#cancelIdle) return;
    const { clock } = this.#options.context;
    this.#cancelIdle = clock.at(clock.now() + idleFactsMs, () => {
      this.#cancelIdle = undefined;
      this.#plan();
    });
  }

  /** Every row is written now, so that the store alone can answer. Throws `ERR_STORE_UNAVAILABLE`. */
  saveAll(): void {
    this.assertReady();
    this.#saveLogged();
    this.assertReady();
  }

  /** Several groups when there are many: one would have to be in memory as a whole. */
  #saveLogged(): void {
    for (const instance of this.#group.changed) this.#group.saves.add(instance);
    for (const instance of this.#logged) {
      if (this.#group.saves.size >= savesPerGroup) this.flush();
      if (this.#failure) return;
      this.#group.saves.add(instance);
    }
    this.flush();
  }

  /** The instance's row is written with the group. */
  save(instance: Instance): void {
    this.#group.saves.add(instance);
    this.#plan();
  }

  remove(instance: Instance): void {
    this.#logged.delete(instance);
    this.#group.remove(instance);
    this.#plan();
  }

  addTimer(key: TimerKey): void {
    this.#group.timersAdded.push(key);
    this.#plan();
  }

  removeTimer(key: TimerKey): void {
    this.#group.timersRemoved.push(key);
    this.#plan();
  }

  /** Called in order, once the group is durable. */
  afterwards(then: Afterwards): void {
    this.#group.afterwards.push(then);
  }

  /** Settles with the group: at once when there is nothing to record. Rejects with `ERR_STORE_UNAVAILABLE`. */
  durable(): Promise<void> {
    return this.#group.isEmpty ? Promise.resolve() : this.#group.durable;
  }

  #plan(): void {
    this.#grew = true;
    if (this.#planned || this.#failure || this.#closed) return;
    this.#planned = true;
    this.#openedAtMs = this.#options.context.clock.monotonic();
    setImmediate(() => this.#tick());
  }

  #tick(): void {
    if (this.#closed) return;
    const now = this.#options.context.clock.monotonic();
    const onHeels = this.#openedAtMs - this.#flushedAtMs < this.#lastFlushMs;
    const enough = now - this.#openedAtMs >= Math.min(gatherAtMostMs, this.#lastFlushMs);
    if (this.#grew && onHeels && !enough) {
      this.#grew = false;
      setImmediate(() => this.#tick());
      return;
    }
    this.#planned = false;
    this.flush();
  }

  /** Makes the group durable now. Does nothing when there is none, or while nothing can be recorded. */
  flush(): void {
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    const group = this.#group;
    if (this.#failure || group.isEmpty) return;
    this.#group = new Group();
    const lsn = this.#lsn + 1;
    try {
      this.#commit(group, lsn);
    } catch (error) {
      this.#fail(group, error);
      return;
    }
    this.#lsn = lsn;
    this.#note(group, lsn);
    this.#run(() => this.#options.recorded(group));
    group.succeed();
    for (const { durable } of group.afterwards) this.#run(durable);
  }

  #commit(group: Group, lsn: number): void {
    const { store, context } = this.#options;
    const begunAtMs = context.clock.monotonic();
    const trimBelow = this.#trimBelow(lsn);
    const worded = this.#recorder.word(group, { lsn, trimBelow, nowMs: context.clock.now() });
    store.commit(worded);
    this.#loggedBytes += worded.batch.length;
    this.#flushedAtMs = context.clock.monotonic();
    this.#lastFlushMs = this.#flushedAtMs - begunAtMs;
    this.#flushes += 1;
    if (trimBelow > 0) this.#trimmedBelow = trimBelow;
    context.metrics.observe('wfhost_store_flush_latency', this.#lastFlushMs);
  }

  /** Up to where the log can go; 0: not worth it yet. */
  #trimBelow(lsn: number): number {
    const [oldest] = this.#logged;
    const needed = oldest?.firstLsn ?? lsn;
    return needed - this.#trimmedBelow >= trimAfterRows ? needed : 0;
  }

  #note(group: Group, lsn: number): void {
    this.#recorder.settle(group, lsn);
    for (const instance of group.changed) this.#logged.add(instance);
    for (const instance of group.saves) this.#logged.delete(instance);
  }

  #fail(group: Group, cause: unknown): void {
    this.#options.context.logger.error({ err: cause }, 'a group was not recorded: nothing of it happened');
    for (const instance of group.changed) this.#logged.delete(instance);
    for (const instance of group.saves) this.#logged.delete(instance);
    const failure = this.suspect(cause);
    this.#options.lost(group);
    group.fail(failure);
  }

  /** The pending group cannot become whole, so nothing of it may happen: as if its flush had failed. */
  abandon(cause: unknown): WorkflowError {
    const group = this.#group;
    this.#group = new Group();
    this.#fail(group, cause);
    return this.suspect(cause);
  }

  /** The store did not do what it should: nothing is recorded until it takes a write again. */
  suspect(cause: unknown): WorkflowError {
    if (this.#failure) return this.#failure;
    const known = WorkflowError.from(cause, 'ERR_STORE_UNAVAILABLE');
    const isFault = known.code === 'ERR_STORE_UNAVAILABLE';
    this.#failure = isFault ? known : new WorkflowError('ERR_STORE_UNAVAILABLE', { reason: known.message }, { cause });
    this.#retryLater();
    return this.#failure;
  }

  #retryLater(): void {
    const { clock } = this.#options.context;
    const delayMs = this.#retryMs;
    this.#retryMs = Math.min(2 * delayMs, longestRetryMs);
    this.#cancelRetry = clock.at(clock.now() + delayMs, () => this.#recover());
  }

  /** An empty group shows whether the store takes writes; then what was lost is read back. */
  #recover(): void {
    if (this.#closed) return;
    const { store, context } = this.#options;
    try {
      this.#lsn = store.lastLsn() + 1;
      const nothing = this.#recorder.word(new Group(), { lsn: this.#lsn, trimBelow: 0, nowMs: context.clock.now() });
      store.commit(nothing);
      this.#options.recovered();
    } catch (error) {
      context.logger.warn({ err: error }, 'the store still takes no writes');
      this.#retryLater();
      return;
    }
    this.#failure = undefined;
    this.#retryMs = firstRetryMs;
    context.logger.info({}, 'the store takes writes again');
    if (!this.#group.isEmpty) this.#plan();
  }

  #run(then: () => void): void {
    try {
      then();
    } catch (error) {
      this.#options.context.logger.error({ err: error }, 'something that waited for a flush failed');
    }
  }

  /** Records what is there, so that the next one has nothing to read back, and takes no more. */
  close(): void {
    this.#saveLogged();
    this.#closed = true;
    this.#cancelIdle?.();
    this.#cancelRetry?.();
    if (!this.#failure && this.#logged.size === 0) this.#dropLog();
  }

  /** Nothing of the log counts any more. */
  #dropLog(): void {
    try {
      const lsn = this.#lsn + 1;
      const { store, context } = this.#options;
      store.commit(this.#recorder.word(new Group(), { lsn, trimBelow: lsn, nowMs: context.clock.now() }));
    } catch (error) {
      this.#options.context.logger.warn({ err: error }, 'the log could not be emptied; the next start reads it');
    }
  }
}
