import { WorkflowError } from '../../../core/index.js';
import type { HistoryCodec } from '../../../core/orchestration/index.js';
import type { InstanceRow, Store } from '../store/store.js';
import { weightOf, type Instance } from './instance.js';
import { isDamage, readSaved } from './read-back.js';

/** Instances looked at per sweep: enough to keep up with the fastest starts, and about a millisecond. */
const sweepSteps = 4_096;
/** A read brings one instance in, so that a few steps find one that can leave; the flush does the rest. */
const sweepStepsPerRead = 8;

export interface InstancesOptions {
  readonly store: Store;
  readonly codec: HistoryCodec;
  /** How much memory instances may take, bytes; approximate. */
  readonly budgetBytes: number;
  /** May take an instance out of memory, or prepares it for that and answers false, or refuses. */
  readonly leave: (instance: Instance) => boolean;
  /** The store did not answer. */
  readonly fault: (error: WorkflowError) => void;
}

/**
 * The instances in memory, over those in the store. Whatever is not here is complete in its row, so that the store
 * alone answers for it. Room is made by a clock sweep: who was used since the last time gets a second chance.
 */
export class Instances {
  readonly #options: InstancesOptions;
  readonly #byId = new Map<string, Instance>();
  readonly #byNo = new Map<number, Instance>();
  #weight = 0;
  /** Where the sweep goes on. */
  #hand: IterableIterator<Instance> = this.#byId.values();
  /** The last id that was looked for and not there: a start asks three times. */
  #absentId: string | undefined;
  /** Instances whose bytes in the log are damaged: their rows are out of date. */
  readonly #damaged = new Set<number>();
  /** Removed, and the store does not know it yet: its rows must not bring them back. */
  readonly #leaving = new Set<number>();
  /** Set while what the store says cannot be trusted to be complete. */
  #blocked: WorkflowError | undefined;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  get all(): Iterable<Instance> {
    return this.#byId.values();
  }

  /** While a reason is set, instances outside memory cannot be had. */
  block(reason: WorkflowError | undefined): void {
    this.#blocked = reason;
    this.#absentId = undefined;
  }

  /** In memory only. */
  hot(instanceId: string): Instance | undefined {
    return this.#byId.get(instanceId);
  }

  /** From memory or the store. Throws `ERR_STORE_UNAVAILABLE`, `ERR_HISTORY_CORRUPT`. */
  get(instanceId: string): Instance | undefined {
    const hot = this.#byId.get(instanceId);
    if (hot) {
      hot.used = true;
      return hot;
    }
    const row = this.row(instanceId);
    return row && this.#read(row);
  }

  /** By creation number. Same errors. */
  at(no: number): Instance | undefined {
    const hot = this.#byNo.get(no);
    if (hot) return hot;
    const row = this.rowAt(no);
    return row && this.#read(row);
  }

  rowAt(no: number): InstanceRow | undefined {
    return this.#leaving.has(no) ? undefined : this.#asked(() => this.#options.store.rowAt(no));
  }

  /** Who it is and when it expires; its row may not be written yet. */
  expiryOf(no: number): Pick<InstanceRow, 'instanceId' | 'expiresAtMs'> | undefined {
    return this.#byNo.get(no) ?? this.rowAt(no);
  }

  /** The row of an instance that is not in memory: all that is needed when its history is not. */
  row(instanceId: string): InstanceRow | undefined {
    if (instanceId === this.#absentId) return undefined;
    const found = this.#asked(() => this.#options.store.rowOf(instanceId));
    const row = found && this.#leaving.has(found.no) ? undefined : found;
    if (!row) this.#absentId = instanceId;
    return row;
  }

  #asked<T>(ask: () => T): T {
    if (this.#blocked) throw this.#blocked;
    try {
      return ask();
    } catch (error) {
      if (isDamage(error)) throw WorkflowError.from(error, 'ERR_HISTORY_CORRUPT');
      const fault = WorkflowError.from(error, 'ERR_STORE_UNAVAILABLE');
      this.#options.fault(fault);
      throw fault;
    }
  }

  /** The instance cannot be read, although its row can. */
  quarantine(no: number): void {
    this.#damaged.add(no);
  }

  #read(row: InstanceRow): Instance {
    const { store, codec } = this.#options;
    if (this.#damaged.has(row.no)) throw new WorkflowError('ERR_HISTORY_CORRUPT', { reason: 'its log is damaged' });
    const instance = this.#asked(() => readSaved(store, codec, row));
    this.add(instance);
    this.weigh(instance);
    this.sweep(sweepStepsPerRead);
    return instance;
  }

  add(instance: Instance): void {
    this.#absentId = undefined;
    this.#byId.set(instance.instanceId, instance);
    this.#byNo.set(instance.no, instance);
  }

  drop(instance: Instance): void {
    if (this.#byNo.get(instance.no) !== instance) return;
    this.#byNo.delete(instance.no);
    if (this.#byId.get(instance.instanceId) === instance) this.#byId.delete(instance.instanceId);
    this.#weight -= instance.weight;
    instance.weight = 0;
  }

  /** It is gone, whatever the store says until the group of the removal is over. */
  remove(instance: Instance): void {
    this.drop(instance);
    this.#leaving.add(instance.no);
  }

  /** The group that removed these is over, one way or the other: the store knows best. */
  removalsEnded(removed: Iterable<number>): void {
    for (const no of removed) this.#leaving.delete(no);
    this.#absentId = undefined;
  }

  /** Its size has changed. */
  weigh(instance: Instance): void {
    if (this.#byNo.get(instance.no) !== instance) return;
    const weight = weightOf(instance);
    this.#weight += weight - instance.weight;
    instance.weight = weight;
  }

  /**
   * Makes room when there is too little: goes round the instances, and those not used since the last round leave until
   * the rest fits.
   */
  sweep(steps = sweepSteps): void {
    const { budgetBytes, leave } = this.#options;
    for (let step = 0; step < steps && this.#weight > budgetBytes; step += 1) {
      const { value: next, done } = this.#hand.next();
      if (done) this.#hand = this.#byId.values();
      else if (!next.used && leave(next)) this.drop(next);
      else next.used = false;
    }
  }
}
