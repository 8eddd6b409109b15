import { setMaxListeners } from 'node:events';
import type { Clock, Logger } from '../../../core/index.js';
import { textOf } from '../server/errors.js';

export interface PollerOptions<T> {
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is polled for, for the log. */
  readonly what: string;
  readonly count: number;
  /** Whether there is room for one more task. */
  readonly hasRoom: () => boolean;
  readonly poll: (signal: AbortSignal) => Promise<T | undefined>;
  readonly take: (task: T) => void;
  /** The server answers, or says this. */
  readonly health: (reason: string | undefined) => void;
}

/** How soon a poller without room, or whose server failed, asks again, ms. */
const pause = { room: 20, leastMs: 100, mostMs: 5_000 };

/** Asks the server for tasks, several polls at a time, until it is closed. */
export class Pollers<T> {
  readonly #options: PollerOptions<T>;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[] = [];

  constructor(options: PollerOptions<T>) {
    this.#options = options;
    // Every open poll listens.
    setMaxListeners(0, this.#stop.signal);
  }

  open(): void {
    for (let index = 0; index < this.#options.count; index += 1) this.#loops.push(this.#loop());
  }

  async #loop(): Promise<void> {
    const { poll, take, hasRoom, health, logger, what } = this.#options;
    const { signal } = this.#stop;
    let pauseMs = pause.leastMs;
    while (!signal.aborted) {
      if (!hasRoom()) {
        await this.#sleep(pause.room);
        continue;
      }
      try {
        const task = await poll(signal);
        health(undefined);
        pauseMs = pause.leastMs;
        if (task) take(task);
      } catch (error) {
        if (signal.aborted) return;
        health(textOf(error));
        logger.warn({ reason: textOf(error), pauseMs }, `polling for ${what} failed`);
        await this.#sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, pause.mostMs);
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const done = (): void => {
        cancel();
        this.#stop.signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, done);
      this.#stop.signal.addEventListener('abort', done, { once: true });
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
  }
}
