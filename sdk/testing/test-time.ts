import { isClosed, WorkflowError, type WaitRequest, type WorkflowInstance } from '../../core/index.js';
import type { ManagementPort } from '../client/management-port.js';
import type { TestClock } from './test-clock.js';
import type { WatchedWorker } from './watched-worker.js';

/** Rounds of the event loop without any sign of life, after which nothing more will happen by itself. */
const quietRounds = 10;
/** Alarms in a row that wake no workflow and no activity: the engine's own upkeep needs far fewer. */
const idleAlarms = 1_000;

/** Moves the clock, and only when nothing else goes on. */
export class TestTime {
  readonly #clock: TestClock;
  readonly #worker: WatchedWorker;

  constructor(clock: TestClock, worker: WatchedWorker) {
    this.#clock = clock;
    this.#worker = worker;
  }

  async settle(): Promise<void> {
    let seen = this.#signs;
    for (let quiet = 0; quiet < quietRounds; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#worker.busy > 0 || this.#signs !== seen) quiet = -1;
      seen = this.#signs;
    }
  }

  async advance(byMs: number): Promise<void> {
    const until = this.#clock.now() + byMs;
    await this.settle();
    for (let next = this.#clock.nextMs; next !== undefined && next <= until; next = this.#clock.nextMs) {
      this.#clock.moveTo(next);
      await this.settle();
    }
    this.#clock.moveTo(until);
    await this.settle();
  }

  /** Until the instance is there, time jumps from one alarm to the next. Rejects when nothing will ever get it there. */
  async waitFor(
    port: Pick<ManagementPort, 'get'>,
    { instanceId, until }: WaitRequest,
    signal: AbortSignal,
  ): Promise<WorkflowInstance> {
    let taken = this.#worker.taken;
    for (let idle = 0; ; idle += 1) {
      await this.settle();
      if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
      const instance = await port.get(instanceId);
      if (until === 'closed' ? isClosed(instance.status) : instance.status !== 'PENDING') return instance;
      if (this.#worker.taken !== taken) idle = 0;
      taken = this.#worker.taken;
      const next = this.#clock.nextMs;
      if (next === undefined || idle > idleAlarms || instance.stalled) throw this.#stuck(instance);
      this.#clock.moveTo(next);
    }
  }

  get #signs(): number {
    return this.#worker.taken + this.#clock.alarmsSet;
  }

  #stuck({ instanceId, status, stalled }: WorkflowInstance): Error {
    const awaited = this.#worker.awaitedBy(instanceId);
    const why = stalled ? `: ${stalled.reason}: ${stalled.description ?? ''}` : awaited && `; it waits for ${awaited}`;
    return new Error(`instance "${instanceId}" is ${status} and nothing will wake it${why}`);
  }
}
