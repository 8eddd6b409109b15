import { WorkflowError, type Clock, type Logger } from '../../../core/index.js';
import type { Server } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';

/** Tasks taken with one request. */
const batch = 50;

interface Queue {
  readonly type: string;
  readonly handle: (task: ServerTask) => void;
  polling: boolean;
  again: boolean;
}

export interface QueuesOptions {
  readonly server: Server;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How often a queue is looked at that nobody has kicked, ms. */
  readonly idlePollMs: number;
}

/**
 * Takes tasks from the server. What this host has put into a queue itself it takes at once (`kick`); for what others
 * left there, every queue is looked at in turn, slowly.
 */
export class Queues {
  readonly #options: QueuesOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(options: QueuesOptions) {
    this.#options = options;
  }

  /** Serves a queue from now on. A second time: no effect. */
  serve(type: string, handle: (task: ServerTask) => void): void {
    if (this.#closed || this.#queues.has(type)) return;
    this.#queues.set(type, { type, handle, polling: false, again: false });
    this.#later(this.#options.idlePollMs * Math.random(), () => this.#idle(type));
  }

  /** There is something in the queue now. */
  kick(type: string): void {
    const queue = this.#queues.get(type);
    if (!queue || this.#closed) return;
    if (queue.polling) queue.again = true;
    else void this.#drain(queue);
  }

  /** There will be something at that time. */
  kickAt(type: string, atMs: number): void {
    this.#later(atMs - this.#options.clock.now(), () => this.kick(type));
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }

  #idle(type: string): void {
    this.kick(type);
    this.#later(this.#options.idlePollMs, () => this.#idle(type));
  }

  #later(afterMs: number, callback: () => void): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const cancel = clock.at(clock.now() + Math.max(0, afterMs), () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
  }

  async #drain(queue: Queue): Promise<void> {
    queue.polling = true;
    try {
      do {
        queue.again = false;
        const tasks = await this.#options.server.poll(queue.type, batch);
        if (this.#closed) return;
        for (const task of tasks) queue.handle(task);
        if (tasks.length === batch) queue.again = true;
      } while (queue.again && !this.#closed);
    } catch (error) {
      if (!this.#closed)
        this.#options.logger.warn(
          { queue: queue.type, code: WorkflowError.from(error).code, err: error },
          'a queue could not be polled',
        );
    } finally {
      queue.polling = false;
    }
  }
}
