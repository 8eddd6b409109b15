import type { RunActivity } from './orchestration/effect.js';
import type { ActivityResult } from './orchestration/inbox-event.js';
import type { State } from './orchestration/state.js';
import { strikesToQuarantine } from './driver.js';
import type { ActivityItem, WorkerPort } from './worker-port.js';

/** An activity on its way: everything of the item but the lease, which every offer gets anew. */
export type ActivityOrder = Omit<ActivityItem, 'leaseToken'>;

/** The execution that decided an activity. */
export type ExecutionIdentity = Pick<State, 'instanceId' | 'generation' | 'started'>;

export interface ActivityDispatcherOptions {
  readonly component: string;
  readonly workers: WorkerPort;
  newToken(): string;
  /** The result, once per order. */
  settled(order: ActivityOrder, result: ActivityResult): void;
  /** Its workers went away `strikesToQuarantine` times in a row: the order is given up, the instance should stall. */
  poisoned(order: ActivityOrder, reason: string): void;
}

interface Pending {
  readonly order: ActivityOrder;
  strikes: number;
}

/**
 * Offers activities to workers until each is settled: parks what nobody takes (by name, first come first served, no
 * polling), offers again what a lost worker held. Engines call it with committed work only.
 */
export class ActivityDispatcher {
  readonly #options: ActivityDispatcherOptions;
  readonly #parked = new Map<string, Set<Pending>>();
  /** By instance: what is parked or running, so that a purge can drop it. */
  readonly #pending = new Map<string, Set<Pending>>();
  readonly #unsubscribe: () => void;
  #closed = false;

  constructor(options: ActivityDispatcherOptions) {
    this.#options = options;
    this.#unsubscribe = options.workers.onCapacity(() => this.#offerParked());
  }

  get counts(): { readonly parked: number; readonly instances: number } {
    let parked = 0;
    for (const waiting of this.#parked.values()) parked += waiting.size;
    return { parked, instances: this.#pending.size };
  }

  /** Takes a committed `runActivity` effect. `from`: the execution that decided it; `history`: its committed events. */
  dispatch(from: ExecutionIdentity, effect: RunActivity, history: ActivityItem['history']): void {
    const { instanceId, generation, started } = from;
    const order: { -readonly [K in keyof ActivityOrder]: ActivityOrder[K] } = {
      component: this.#options.component,
      instanceId,
      executionId: started?.executionId ?? '',
      generation,
      workflowName: started?.name ?? '',
      taskId: effect.taskId,
      name: effect.name,
      history,
    };
    if (effect.version !== undefined) order.version = effect.version;
    if (effect.input !== undefined) order.input = effect.input;
    if (effect.taskExecutionId !== undefined) order.taskExecutionId = effect.taskExecutionId;
    if (effect.trace !== undefined) order.trace = effect.trace;
    this.#add(order);
  }

  /** Tasks of an execution that are parked or running: an engine that recovers does not hand them out a second time. */
  pendingTasks(instanceId: string, executionId: string): ReadonlySet<number> {
    const tasks = new Set<number>();
    for (const { order } of this.#pending.get(instanceId) ?? []) {
      if (order.executionId === executionId) tasks.add(order.taskId);
    }
    return tasks;
  }

  #add(order: ActivityOrder): void {
    const pending: Pending = { order, strikes: 0 };
    const all = this.#pending.get(order.instanceId);
    if (all) all.add(pending);
    else this.#pending.set(order.instanceId, new Set([pending]));
    this.#offer(pending);
  }

  /** Drops what is parked or running for an instance that is gone. A result that still comes is not told. */
  forget(instanceId: string): void {
    for (const pending of this.#pending.get(instanceId) ?? []) this.#unpark(pending);
    this.#pending.delete(instanceId);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#parked.clear();
    this.#pending.clear();
  }

  #offer(pending: Pending): void {
    if (this.#taken(pending)) return;
    const { name } = pending.order;
    const waiting = this.#parked.get(name);
    if (waiting) waiting.add(pending);
    else this.#parked.set(name, new Set([pending]));
  }

  /** Whether a worker took it. */
  #taken(pending: Pending): boolean {
    const running = this.#options.workers.activity({ ...pending.order, leaseToken: this.#options.newToken() });
    if (!running) return false;
    void running.then((outcome) => {
      if (this.#closed || !this.#pending.get(pending.order.instanceId)?.has(pending)) return;
      if (outcome.kind !== 'gone') return this.#finish(pending, outcome);
      pending.strikes += 1;
      if (pending.strikes < strikesToQuarantine) this.#offer(pending);
      else this.#giveUp(pending, outcome.reason);
    });
    return true;
  }

  #finish(pending: Pending, result: ActivityResult): void {
    this.#remove(pending);
    this.#options.settled(pending.order, result);
  }

  #giveUp(pending: Pending, reason: string): void {
    this.#remove(pending);
    this.#options.poisoned(pending.order, reason);
  }

  #remove(pending: Pending): void {
    const { instanceId } = pending.order;
    const all = this.#pending.get(instanceId);
    if (all?.delete(pending) && all.size === 0) this.#pending.delete(instanceId);
  }

  #unpark(pending: Pending): void {
    const { name } = pending.order;
    const waiting = this.#parked.get(name);
    if (waiting?.delete(pending) && waiting.size === 0) this.#parked.delete(name);
  }

  /** Per name until one is refused again, so that a name nobody serves does not hold up the others. */
  #offerParked(): void {
    for (const waiting of [...this.#parked.values()]) {
      for (const pending of [...waiting]) {
        if (!this.#taken(pending)) break;
        this.#unpark(pending);
      }
    }
  }
}
