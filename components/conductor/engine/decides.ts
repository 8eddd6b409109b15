import type { Clock } from '../../../core/index.js';
import type { ServerTask } from '../server/shapes.js';

/**
 * Tasks that let this host record something, handed to whoever waits for the one of its execution. One that nobody
 * waits for is of an execution that another host has left, and goes to `orphan`.
 */
export class Decides {
  readonly #clock: Clock;
  readonly #orphan: (task: ServerTask) => void;
  #closed = false;
  readonly #waiting = new Map<string, (task: ServerTask | undefined) => void>();

  constructor(clock: Clock, orphan: (task: ServerTask) => void) {
    this.#clock = clock;
    this.#orphan = orphan;
  }

  arrived(task: ServerTask): void {
    if (!this.take(task)) this.#orphan(task);
  }

  /** Whether somebody waited for it, and has it now. */
  take(task: ServerTask): boolean {
    const take = this.#waiting.get(task.workflowInstanceId);
    take?.(task);
    return take !== undefined;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** The task of that execution; undefined when it has not come in time. */
  next(workflowId: string, withinMs: number): Promise<ServerTask | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const settle = (task: ServerTask | undefined): void => {
        cancel();
        this.#waiting.delete(workflowId);
        resolve(task);
      };
      const cancel = this.#clock.at(this.#clock.now() + withinMs, () => settle(undefined));
      this.#waiting.set(workflowId, settle);
    });
  }

  close(): void {
    this.#closed = true;
    for (const settle of [...this.#waiting.values()]) settle(undefined);
  }
}
