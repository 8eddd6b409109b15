import type { ActivityItem, ActivityOutcome, TurnItem, TurnOutcome, Worker } from '../../core/index.js';
import type { TurnResponse } from '../../core/orchestration/index.js';
import type { ActivityFunction } from '../worker/registry.js';

/**
 * Stands for an activity that does not answer: time may pass while it runs. Anything else that takes long is waited for,
 * for time stands still until then.
 *
 * @example
 * const t = await testHost({ workflows: [order], activities: { charge: hangs } });
 */
export const hangs: ActivityFunction = (_input, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('the test is over')), { once: true });
  });

/** A worker that tells whether it is at work, and what its workflows wait for. */
export class WatchedWorker implements Worker {
  readonly label = 'test';
  readonly #worker: Worker;
  readonly #hanging: ReadonlySet<string>;
  readonly #answers = new Map<string, TurnResponse>();
  /** Items that are not back yet, those that hang apart. */
  busy = 0;
  /** Items ever taken: shows that something happens. */
  taken = 0;

  /** `hanging`: names of activities that are `hangs`. */
  constructor(worker: Worker, hanging: ReadonlySet<string>) {
    this.#worker = worker;
    this.#hanging = hanging;
  }

  suitsTurn(item: TurnItem): 'named' | 'any' | 'no' {
    return this.#worker.suitsTurn(item);
  }

  suitsActivity(item: ActivityItem): 'named' | 'any' | 'no' {
    return this.#worker.suitsActivity(item);
  }

  hasRoom(kind: 'turn' | 'activity'): boolean {
    return this.#worker.hasRoom(kind);
  }

  async turn(item: TurnItem): Promise<TurnOutcome> {
    const outcome = await this.#count(this.#worker.turn(item));
    if (outcome.kind === 'answered') this.#answers.set(item.instanceId, outcome.response);
    return outcome;
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> {
    const work = this.#worker.activity(item);
    this.taken += 1;
    return this.#hanging.has(item.name) ? work : this.#count(work);
  }

  forget(instanceId: string, executionId: string): void {
    this.#worker.forget(instanceId, executionId);
  }

  /** What an instance waits for, in words; empty when it has not been seen. */
  awaitedBy(instanceId: string): string {
    return (this.#answers.get(instanceId)?.awaiting ?? []).join(', ');
  }

  async #count<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
    this.busy += 1;
    this.taken += 1;
    try {
      return await work;
    } finally {
      this.busy -= 1;
    }
  }
}
