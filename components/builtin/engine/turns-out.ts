import type {
  ActivityItem,
  ActivityOutcome,
  CapacityEvent,
  TurnItem,
  TurnOutcome,
  WorkerPort,
} from '../../../core/index.js';

/** The workers, with a note of which instances have a turn out: those stay in memory, or the answer would be for nothing. */
export class TurnsOut implements WorkerPort {
  readonly #workers: WorkerPort;
  readonly #out = new Map<string, number>();

  constructor(workers: WorkerPort) {
    this.#workers = workers;
  }

  has(instanceId: string): boolean {
    return this.#out.has(instanceId);
  }

  turn(item: TurnItem): Promise<TurnOutcome> | undefined {
    const answer = this.#workers.turn(item);
    if (!answer) return undefined;
    const { instanceId } = item;
    // A fenced turn may still be out while the next one is.
    this.#out.set(instanceId, (this.#out.get(instanceId) ?? 0) + 1);
    void answer.then(() => this.#back(instanceId));
    return answer;
  }

  #back(instanceId: string): void {
    const left = (this.#out.get(instanceId) ?? 1) - 1;
    if (left === 0) this.#out.delete(instanceId);
    else this.#out.set(instanceId, left);
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> | undefined {
    return this.#workers.activity(item);
  }

  onCapacity(listener: (event: CapacityEvent) => void): () => void {
    return this.#workers.onCapacity(listener);
  }

  forget(instanceId: string, executionId: string): void {
    this.#workers.forget(instanceId, executionId);
  }
}
