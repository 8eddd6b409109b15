import { ActivityDispatcher, type ActivityOrder, type ComponentContext } from '../../../core/index.js';
import type { ActivityResult, HistoryEvent } from '../../../core/orchestration/index.js';
import { maxPayloadBytes } from '../manifest.js';
import { isNotFound, textOf as reasonOf } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { toFailure } from '../translate/failure.js';
import { readHeader, type ActivityNote } from '../translate/note.js';
import { payloadsOf, textOf } from '../translate/payload.js';
import { durationOf, type ActivityTask } from '../vendor.js';

export interface ActivityTasksOptions {
  readonly server: Server;
  readonly context: ComponentContext;
  readonly heartbeatMs: number;
  /** Committed events of the run's current execution. */
  history(instanceId: string, runId: string): Promise<readonly HistoryEvent[]>;
  /** Its workers went away too often: the instance should stall. */
  poisoned(instanceId: string, runId: string, description: string): void;
}

interface Held {
  readonly task: ActivityTask;
  cancelBeat: () => void;
}

const tooLarge = {
  errorType: 'PayloadTooLarge',
  errorMessage: `the result of the activity is over the limit of ${maxPayloadBytes} bytes`,
};

/** After its workers went away too often, an activity is tried again no sooner than this, ms. */
const poisonedPauseMs = 60_000;

/** Activity tasks in this host's hands: offered to workers, kept alive by heart-beats, answered once. */
export class ActivityTasks {
  readonly #options: ActivityTasksOptions;
  readonly #dispatcher: ActivityDispatcher;
  readonly #held = new Map<string, Held>();
  readonly #answering = new Set<Promise<void>>();

  constructor(options: ActivityTasksOptions) {
    this.#options = options;
    const { context } = options;
    this.#dispatcher = new ActivityDispatcher({
      component: context.name,
      workers: context.workers,
      newToken: () => context.ids.token(),
      settled: (order, result) => this.#settled(order, result),
      poisoned: (order, reason) => this.#poisoned(order, reason),
    });
  }

  get inHand(): number {
    return this.#held.size;
  }

  take(task: ActivityTask): void {
    const instanceId = task.workflowExecution?.workflowId ?? '';
    const runId = task.workflowExecution?.runId ?? '';
    const note = (readHeader(task.header) as ActivityNote | undefined) ?? foreign(task, runId);
    const key = keyOf({ instanceId, ...note });
    this.#release(key);
    const held: Held = { task, cancelBeat: () => undefined };
    this.#held.set(key, held);
    this.#beatLater(key, held);
    const { executionId, generation, taskId, version, taskExecutionId, trace } = note;
    const started = {
      kind: 'executionStarted',
      eventId: -1,
      timestampMs: 0,
      instanceId,
      executionId,
      generation,
    } as const;
    const input = textOf(task.input);
    this.#dispatcher.dispatch(
      { instanceId, generation, started: { ...started, name: task.workflowType?.name ?? '', rulesVersion: 1 } },
      {
        kind: 'runActivity',
        taskId,
        name: task.activityType?.name ?? '',
        ...(version === undefined ? {} : { version }),
        ...(input === undefined ? {} : { input }),
        ...(taskExecutionId === undefined ? {} : { taskExecutionId }),
        ...(trace ? { trace } : {}),
      },
      () => this.#options.history(instanceId, runId),
    );
  }

  #settled(order: ActivityOrder, result: ActivityResult): void {
    const task = this.#release(keyOf(order));
    if (!task) return;
    const { server } = this.#options;
    const common = { namespace: server.namespace, identity: server.identity, taskToken: task.taskToken ?? null };
    const call = this.#isTooLarge(result)
      ? server.api.respondActivityTaskFailed({ ...common, failure: toFailure(tooLarge) })
      : result.kind === 'completed'
        ? server.api.respondActivityTaskCompleted({ ...common, result: payloadsOf(result.result) })
        : server.api.respondActivityTaskFailed({ ...common, failure: toFailure(result.failure) });
    this.#answer(order, call);
  }

  /** The server would fail the activity in its own words. */
  #isTooLarge(result: ActivityResult): boolean {
    if (result.kind === 'failed' || (result.result?.length ?? 0) * 3 <= maxPayloadBytes) return false;
    return Buffer.byteLength(result.result ?? '') > maxPayloadBytes;
  }

  #poisoned(order: ActivityOrder, reason: string): void {
    const task = this.#release(keyOf(order));
    if (!task) return;
    const { server } = this.#options;
    const { namespace, identity } = server;
    this.#options.poisoned(order.instanceId, task.workflowExecution?.runId ?? '', `activity ${order.name}: ${reason}`);
    const failure = {
      source: 'wfhost',
      message: reason,
      applicationFailureInfo: { type: 'WorkerGone', nextRetryDelay: durationOf(poisonedPauseMs) },
    };
    const taskToken = task.taskToken ?? null;
    this.#answer(order, server.api.respondActivityTaskFailed({ namespace, identity, taskToken, failure }));
  }

  #answer(order: ActivityOrder, call: Promise<unknown>): void {
    const answering = this.#answered(order, call);
    this.#answering.add(answering);
    void answering.finally(() => this.#answering.delete(answering));
  }

  /** A run that has ended, or an activity given to another host, takes no answer; else the server runs it again. */
  async #answered({ instanceId, name: activity }: ActivityOrder, call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (isNotFound(error)) return;
      this.#options.context.logger.warn({ instanceId, activity, reason: reasonOf(error) }, 'a result was not recorded');
    }
  }

  #beatLater(key: string, held: Held): void {
    const { clock } = this.#options.context;
    held.cancelBeat = clock.at(clock.now() + this.#options.heartbeatMs / 3, () => void this.#beat(key, held));
  }

  async #beat(key: string, held: Held): Promise<void> {
    const { server } = this.#options;
    const { namespace, identity } = server;
    try {
      await server.api.recordActivityTaskHeartbeat({ namespace, identity, taskToken: held.task.taskToken ?? null });
    } catch (error) {
      if (isNotFound(error) && this.#held.get(key) === held) this.#release(key);
    }
    if (this.#held.get(key) === held) this.#beatLater(key, held);
  }

  #release(key: string): ActivityTask | undefined {
    const held = this.#held.get(key);
    held?.cancelBeat();
    this.#held.delete(key);
    return held?.task;
  }

  forget(instanceId: string): void {
    this.#dispatcher.forget(instanceId);
  }

  /** Waits for answers on their way; what still runs is run again by another host. */
  async close(): Promise<void> {
    this.#dispatcher.close();
    for (const key of [...this.#held.keys()]) this.#release(key);
    await Promise.all(this.#answering);
  }
}

function keyOf({
  instanceId,
  executionId,
  taskId,
}: Pick<ActivityOrder, 'instanceId' | 'executionId' | 'taskId'>): string {
  return JSON.stringify([instanceId, executionId, taskId]);
}

/** An activity that a native workflow scheduled. */
function foreign({ activityId }: ActivityTask, runId: string): ActivityNote {
  const digits = /^\d{1,9}$/.test(activityId ?? '') ? Number(activityId) : 0;
  return { executionId: runId.replaceAll('-', ''), generation: 0, taskId: digits };
}
