import type { ComponentContext } from '../../../core/index.js';
import type { Names } from '../record/names.js';
import type { Server } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';
import type { Decides } from './decides.js';
import type { Held } from './held.js';
import type { Queues } from './queues.js';

/** How long the task that an opened gate leads to may take to show up before the gate is looked at again, ms. */
const gatePatienceMs = 400;
const attempts = 25;

export interface CarrierOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly names: Names;
  readonly queues: Queues;
  readonly decides: Decides;
  readonly leaseMs: number;
}

/** Gets hold of the task that can carry the next record, and completes it. */
export class Carrier {
  readonly #options: CarrierOptions;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /**
   * True: the execution stands at a task that this host may complete, right behind the record it knows. A task that is
   * parked until the start is due is completed for an end alone.
   */
  async reach(held: Held, isEnd: boolean): Promise<boolean> {
    for (let attempt = 0; attempt < attempts && !this.#options.decides.closed; attempt += 1) {
      const { position } = held;
      const now = this.#options.context.clock.now();
      if (position.at === 'step' || (position.at === 'parked' && isEnd)) return true;
      if (position.at === 'held') {
        if (position.untilMs > now) return true;
        held.position = { at: 'queued' };
      }
      if (position.at === 'leaving' || position.at === 'ended') return false;
      const arriving = this.#options.decides.next(held.workflowId, gatePatienceMs);
      if (position.at === 'gate') await this.#options.server.completeByRef(held.workflowId, position.gate, {});
      this.#options.queues.kick(this.#options.names.decide);
      const task = await arriving;
      if (task) return this.hold(held, task, now + this.#options.leaseMs / 2);
    }
    held.stale = true;
    return false;
  }

  /** Takes a polled `decide` as the held one. False: it follows a record this host does not know. */
  hold(held: Held, task: ServerTask, untilMs: number): boolean {
    held.position = { at: 'held', untilMs, taskId: task.taskId };
    held.iteration = task.iteration ?? held.iteration;
    const follows = Number(task.inputData?.['n'] ?? 0);
    if (follows === held.no) return true;
    held.stale = true;
    return false;
  }

  /** Gives the held task back to its queue, for that long. */
  async putBack(held: Held, seconds: number): Promise<void> {
    const { position, workflowId } = held;
    if (position.at !== 'held') return;
    held.position = { at: 'parked' };
    const { taskId } = position;
    await this.#options.server.update({
      workflowInstanceId: workflowId,
      taskId,
      status: 'IN_PROGRESS',
      callbackAfterSeconds: seconds,
    });
  }

  /** False: the task had been completed by somebody else, and nothing was recorded. */
  complete(held: Held, output: Readonly<Record<string, unknown>>): Promise<boolean> {
    return this.#options.server.completeByRef(held.workflowId, `cur__${held.iteration}`, output);
  }
}
