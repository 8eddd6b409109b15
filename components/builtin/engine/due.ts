import type { ComponentContext } from '../../../core/index.js';
import { timerFired, type InboxEvent } from '../../../core/orchestration/index.js';
import type { TimerKey } from '../store/store.js';
import { executionIdOf, timerKey, type Instance } from './instance.js';
import type { Instances } from './instances.js';
import type { Writer } from './writer.js';

/** Where what is due goes. */
export interface DueTarget {
  wake(instanceId: string): void;
  postResult(
    instance: Instance,
    event: InboxEvent,
    from: { readonly generation: number; readonly executionId: string },
  ): void;
  remove(instanceIds: readonly string[]): number;
}

export interface DueOptions {
  readonly engine: DueTarget;
  readonly context: ComponentContext;
  readonly instances: Instances;
  readonly writer: Writer;
  /** Takes back a timer that could not fire. */
  again(key: TimerKey): void;
}

/** What happens when a timer is due. A timer whose reason is gone goes quietly. */
export class Due {
  readonly #options: DueOptions;

  constructor(options: DueOptions) {
    this.#options = options;
  }

  fire(keys: readonly TimerKey[]): void {
    for (const key of keys) {
      try {
        this.#fireOne(key);
      } catch (error) {
        const { context, writer } = this.#options;
        context.logger.error({ no: key.no, kind: key.kind, err: error }, 'a timer could not fire');
        if (writer.failure) this.#options.again(key);
      }
    }
  }

  #fireOne(key: TimerKey): void {
    if (key.kind === 'retention') return this.#expire(key);
    const instance = this.#options.instances.at(key.no);
    if (!instance || instance.timersStored) this.#options.writer.removeTimer(key);
    if (!instance) return;
    if (key.kind === 'start') this.#options.engine.wake(instance.instanceId);
    else this.#fireTimer(instance, key);
  }

  #fireTimer(instance: Instance, key: TimerKey): void {
    const { state } = instance;
    const task = state.open.get(key.seq);
    if (task?.kind !== 'timer' || timerKey(key.no, key.seq, task.fireAt).fireAtMs !== key.fireAtMs) return;
    const event = timerFired(key.seq, task.fireAt, this.#options.context.clock.now());
    const { generation } = state;
    this.#options.engine.postResult(instance, event, { generation, executionId: executionIdOf(instance) ?? '' });
  }

  /** The creation number says which run is meant: a later one under the same id has its own. */
  #expire(key: TimerKey): void {
    const ended = this.#options.instances.expiryOf(key.no);
    if (ended?.expiresAtMs === key.fireAtMs) this.#options.engine.remove([ended.instanceId]);
    else this.#options.writer.removeTimer(key);
  }
}
