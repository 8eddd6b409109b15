import type { ActivityDispatcher, ComponentContext, ExecutionIdentity } from '../../../core/index.js';
import { effectsOfOpen } from '../../../core/orchestration/index.js';
import type { Store } from '../store/store.js';
import type { RunActivity } from './effects.js';
import type { Group } from './group.js';
import { executionIdOf, timerKeysOf, type Instance } from './instance.js';
import type { Instances } from './instances.js';
import type { Ledger } from './ledger.js';
import { isDamage, readLog, type LogTail } from './read-back.js';
import type { Timers } from './timers.js';
import type { Writer } from './writer.js';

/** Rows looked at per turn of the event loop when a restart looks for work. */
const resumePage = 200;

/** Sets going what was brought back. */
export interface RecoveryTarget {
  dispatch(from: ExecutionIdentity, effect: RunActivity): void;
  wake(instanceId: string): void;
}

export interface RecoveryOptions {
  readonly engine: RecoveryTarget;
  readonly store: Store;
  readonly context: ComponentContext;
  readonly instances: Instances;
  readonly writer: Writer;
  readonly timers: Timers;
  readonly ledger: Ledger;
  readonly activities: ActivityDispatcher;
}

/**
 * Brings instances back: all that the log holds when a store is opened, and what a failed flush made worthless in
 * memory. Both read the same way, so that a failed flush is a small crash.
 */
export class Recovery {
  readonly #options: RecoveryOptions;
  /** Creation numbers of what has to be read back. */
  readonly #lost = new Set<number>();
  /** Ids that something happened to while nothing could be recorded. */
  readonly #unserved = new Set<string>();

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  open(): void {
    const { store, context, ledger, timers } = this.#options;
    const tail = readLog(store, context.codec);
    ledger.continueFrom(Math.max(store.lastNo(), tail.lastNo));
    timers.open();
    this.#adopt(tail);
    this.#resumeBusy(0);
  }

  /** Goes on with what was in the middle of something, a page per turn of the event loop. */
  #resumeBusy(afterNo: number): void {
    const { store, context, writer } = this.#options;
    if (writer.isClosed) return;
    try {
      const page = store.busy(afterNo, resumePage);
      for (const no of page) this.#resumeSaved(no);
      const last = page.at(-1);
      if (last !== undefined) setImmediate(() => this.#resumeBusy(last));
    } catch (error) {
      context.logger.warn({ err: error }, 'the store could not be read; trying again');
      context.clock.at(context.clock.now() + 1_000, () => this.#resumeBusy(afterNo));
    }
  }

  #resumeSaved(no: number): void {
    try {
      const instance = this.#options.instances.at(no);
      if (instance) this.resume(instance);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#options.context.logger.error({ no, err: error }, 'an instance cannot be read and is left alone');
    }
  }

  /** A flush failed: memory forgets what the group touched, and the store is not asked until it can answer. */
  lose(group: Group): void {
    const { instances, writer, context, timers } = this.#options;
    for (const instance of [...group.changed, ...group.saves]) {
      this.#lost.add(instance.no);
      instances.drop(instance);
      context.workers.forget(instance.instanceId, executionIdOf(instance) ?? '');
    }
    for (const no of group.removed) this.#lost.add(no);
    instances.removalsEnded(group.removed);
    timers.groupEnded();
    instances.block(writer.failure);
  }

  /** The instance will be looked at when the store is back. */
  serveLater(instanceId: string): void {
    this.#unserved.add(instanceId);
  }

  /** Reads what was lost. When it throws, it can be called again: what is back already is left alone then. */
  readBack(): void {
    const { instances, store, context, timers, writer } = this.#options;
    instances.block(undefined);
    try {
      this.#adopt(readLog(store, context.codec, this.#lost));
      for (const no of this.#lost) {
        this.#resumeSaved(no);
        this.#lost.delete(no);
      }
      for (const instanceId of this.#unserved) {
        const instance = instances.get(instanceId);
        if (instance) this.resume(instance);
        this.#unserved.delete(instanceId);
      }
    } catch (error) {
      instances.block(writer.failure);
      throw error;
    }
    timers.kick();
  }

  #adopt(tail: LogTail): void {
    const { instances, writer, context } = this.#options;
    for (const { no, cause } of tail.damaged) {
      context.logger.error({ no, err: cause }, 'an instance cannot be read from the log and is left alone');
      instances.quarantine(no);
    }
    for (const instance of tail.instances) {
      instances.add(instance);
      instances.weigh(instance);
      writer.adopt(instance);
      this.#lost.delete(instance.no);
      this.resume(instance);
    }
  }

  /** Arms, dispatches and wakes all that an instance waits for. What is under way already is left alone. */
  resume(instance: Instance): void {
    const { timers, activities, engine } = this.#options;
    const { state, history, inbox, instanceId } = instance;
    // Those of the far future are stored since they were armed.
    for (const key of timerKeysOf(instance)) timers.arm(key);
    if (state.closed) return;
    const underWay = activities.pendingTasks(instanceId, executionIdOf(instance) ?? '');
    for (const effect of effectsOfOpen(state, history)) {
      if (effect.kind === 'runActivity' && !underWay.has(effect.taskId)) engine.dispatch(state, effect);
    }
    if (inbox.length > 0) engine.wake(instanceId);
  }
}
