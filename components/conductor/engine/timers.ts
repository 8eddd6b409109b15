import type { ComponentContext } from '../../../core/index.js';
import { timerFired } from '../../../core/orchestration/index.js';
import { readBranchRef } from '../record/branches.js';
import type { Names } from '../record/names.js';
import { packedIn } from '../record/pack.js';
import type { Server } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';
import type { Engine } from './engine.js';
import type { Queues } from './queues.js';

/** A timer that is due later than this is given back to the queue, ms. */
const shortWaitMs = 2_000;

export interface TimersOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly names: Names;
  readonly queues: Queues;
  readonly engine: () => Engine;
  readonly failed: (task: ServerTask, error: unknown) => void;
}

interface Due {
  readonly task: ServerTask;
  readonly dueMs: number;
}

/** The server's queue delivers timers by the second: the host that gets one waits the rest. */
export class Timers {
  readonly #options: TimersOptions;
  readonly #waits = new Set<() => void>();
  /** By instance: what is due and not told yet. */
  readonly #due = new Map<string, Due[]>();

  constructor(options: TimersOptions) {
    this.#options = options;
  }

  async delivered(task: ServerTask): Promise<void> {
    const { context, queues, names, server } = this.#options;
    const { clock } = context;
    const { dueMs } = packedIn(task.inputData) as { dueMs: number };
    const leftMs = dueMs - clock.now();
    if (leftMs <= 0) return this.#isDue({ task, dueMs });
    if (leftMs > shortWaitMs) {
      queues.kickAt(names.timer, dueMs - shortWaitMs / 2);
      const { workflowInstanceId, taskId } = task;
      const callbackAfterSeconds = Math.floor(leftMs / 1_000);
      return server.update({ workflowInstanceId, taskId, status: 'IN_PROGRESS', callbackAfterSeconds });
    }
    const cancel = clock.at(dueMs, () => {
      this.#waits.delete(cancel);
      this.#isDue({ task, dueMs });
    });
    this.#waits.add(cancel);
  }

  close(): void {
    for (const cancel of this.#waits) cancel();
  }

  #isDue(due: Due): void {
    const instanceId = due.task.correlationId ?? '';
    const others = this.#due.get(instanceId);
    if (others) {
      others.push(due);
      return;
    }
    const all = [due];
    this.#due.set(instanceId, all);
    void this.#tell(instanceId, all);
  }

  /** One after the other, by their time: those that come late keep their order. */
  async #tell(instanceId: string, all: Due[]): Promise<void> {
    await Promise.resolve();
    while (all.length > 0) {
      all.sort((a, b) => a.dueMs - b.dueMs);
      const next = all.shift();
      if (next) await this.#fire(instanceId, next).catch((error: unknown) => this.#options.failed(next.task, error));
    }
    this.#due.delete(instanceId);
  }

  async #fire(instanceId: string, { task, dueMs }: Due): Promise<void> {
    const { context, server, engine } = this.#options;
    const { workflowInstanceId, taskId, referenceTaskName } = task;
    await server.update({ workflowInstanceId, taskId, status: 'COMPLETED', outputData: {} });
    const id = readBranchRef(referenceTaskName)?.id ?? -1;
    const held = engine().find(instanceId);
    const open = held?.workflowId === workflowInstanceId ? held.state.open.get(id) : undefined;
    if (open?.kind !== 'timer' || !held) return engine().wake(instanceId);
    const atMs = Math.max(context.clock.now(), dueMs);
    const event = timerFired(id, open.fireAt, atMs);
    engine().resultCame(instanceId, held.executionId, { event, generation: held.state.generation, stamp: 0, atMs });
  }
}
