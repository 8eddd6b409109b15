import type { TimerKey } from '../store/store.js';
import type { Instance } from './instance.js';

/** Runs once the group is durable, in the order in which it was asked for; `failed` runs instead when it is not. */
export interface Afterwards {
  readonly durable: () => void;
  readonly failed?: (reason: Error) => void;
}

/** Everything that becomes durable together. Whatever happens between two flushes joins the same group. */
export class Group {
  /** Instances with decisions or facts that the store does not have. */
  readonly changed = new Set<Instance>();
  /** Instances whose row is to be written. */
  readonly saves = new Set<Instance>();
  /** Creation numbers of instances that go. */
  readonly removed = new Set<number>();
  readonly timersAdded: TimerKey[] = [];
  readonly timersRemoved: TimerKey[] = [];
  readonly afterwards: Afterwards[] = [];
  readonly durable: Promise<void>;
  #resolve: () => void = () => undefined;
  #reject: (reason: Error) => void = () => undefined;

  constructor() {
    this.durable = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Not every group has somebody who asks for its outcome.
    this.durable.catch(() => undefined);
  }

  get isEmpty(): boolean {
    return (
      this.changed.size === 0 &&
      this.saves.size === 0 &&
      this.removed.size === 0 &&
      this.timersAdded.length === 0 &&
      this.timersRemoved.length === 0
    );
  }

  remove(instance: Instance): void {
    this.changed.delete(instance);
    this.saves.delete(instance);
    this.removed.add(instance.no);
  }

  succeed(): void {
    this.#resolve();
  }

  fail(reason: Error): void {
    this.#reject(reason);
    for (const { failed } of this.afterwards) failed?.(reason);
  }
}
