import { ActivityDispatcher, WorkflowError, type ActivityOrder, type ComponentContext } from '../../../core/index.js';
import {
  activityResult,
  createState,
  type ActivityResult,
  type ExecutionStarted,
  executionStarted,
} from '../../../core/orchestration/index.js';
import { activityMarker, branchDefinition } from '../record/definitions.js';
import { activityTask, type Names } from '../record/names.js';
import { maxPayloadBytes } from '../limits.js';
import { pack, packedIn } from '../record/pack.js';
import type { Server, TaskUpdate } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';
import type { Engine } from './engine.js';
import type { Queues } from './queues.js';
import type { Reader } from './reader.js';
import type { ActivityInput } from './route.js';

export interface ActivitiesOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly names: Names;
  readonly queues: Queues;
  readonly leaseMs: number;
  readonly engine: () => Engine;
}

/** The task on the server that waits for a result. */
interface Carrier {
  readonly workflowId: string;
  readonly taskId: string;
  /** It is the execution's step: its completion carries the next record. */
  readonly isStep: boolean;
}

/**
 * Runs activities for the server's tasks of their names. One that is under way already (its step was displaced by a
 * record, or its lease was lost) is not run a second time by this host: the result goes to the newest of its tasks.
 */
export class Activities {
  readonly #options: ActivitiesOptions;
  readonly #dispatcher: ActivityDispatcher;
  readonly #carriers = new Map<string, Carrier>();
  readonly #served = new Map<string, Promise<void>>();
  readonly #beats = new Map<string, () => void>();
  #closed = false;

  constructor(options: ActivitiesOptions) {
    this.#options = options;
    const { context } = options;
    this.#dispatcher = new ActivityDispatcher({
      component: context.name,
      workers: context.workers,
      newToken: () => context.ids.token(),
      settled: (order, result) => void this.#settled(order, result),
      poisoned: (order, reason) => void this.#poisoned(order, reason),
    });
  }

  /** Serves the queues that hosts before this one have made. */
  async serveKnown(): Promise<void> {
    const { server, queues } = this.#options;
    for (const { name, description } of await server.taskDefinitions()) {
      if (description === activityMarker) queues.serve(name, (task) => this.#polled(task));
    }
  }

  /** Once the queue of that activity is there and served. */
  serve(activity: string): Promise<void> {
    const type = activityTask(activity, this.#options.names.domain);
    const serving = this.#served.get(type) ?? this.#define(type);
    this.#served.set(type, serving);
    return serving;
  }

  async #define(type: string): Promise<void> {
    const { server, queues, leaseMs } = this.#options;
    try {
      const definition = { ...branchDefinition(type, Math.ceil(leaseMs / 1_000)), description: activityMarker };
      // Somebody else's definition of that name stays as it is.
      if (!(await server.hasTaskDefinition(type))) await server.defineTasks([definition]);
      queues.serve(type, (task) => this.#polled(task));
    } catch (error) {
      this.#served.delete(type);
      throw error;
    }
  }

  forget(instanceId: string): void {
    this.#dispatcher.forget(instanceId);
  }

  close(): void {
    this.#closed = true;
    this.#dispatcher.close();
    for (const stop of this.#beats.values()) stop();
    this.#beats.clear();
  }

  #polled(task: ServerTask): void {
    const input = packedIn(task.inputData) as ActivityInput;
    const instanceId = task.correlationId ?? '';
    const { executionId, generation, workflow, activity } = input;
    const { workflowInstanceId: workflowId, taskId, referenceTaskName } = task;
    const key = keyOf(executionId, activity.taskId);
    this.#carriers.set(key, { workflowId, taskId, isStep: referenceTaskName.startsWith('cur__') });
    this.#beat(key, workflowId, taskId);
    if (this.#dispatcher.pendingTasks(instanceId, executionId).has(activity.taskId)) return;
    const started = startedOf(instanceId, executionId, generation, workflow);
    const { reader } = this.#options;
    this.#dispatcher.dispatch({ ...createState(instanceId, generation), started }, activity, async () => [
      ...((await reader.one(instanceId))?.history ?? []),
    ]);
  }

  /** Renews the lease until the result is there. */
  #beat(key: string, workflowInstanceId: string, taskId: string): void {
    const { context, server, leaseMs } = this.#options;
    this.#beats.get(key)?.();
    const cancel = context.clock.at(context.clock.now() + leaseMs / 3, () => {
      void server
        .update({ workflowInstanceId, taskId, status: 'IN_PROGRESS', extendLease: true })
        .catch(() => undefined);
      this.#beat(key, workflowInstanceId, taskId);
    });
    this.#beats.set(key, cancel);
  }

  #endBeat(key: string): void {
    this.#beats.get(key)?.();
    this.#beats.delete(key);
  }

  async #settled(order: ActivityOrder, outcome: ActivityResult): Promise<void> {
    const result = withinBounds(order.name, outcome);
    const { instanceId, executionId, taskId, generation } = order;
    const key = keyOf(executionId, taskId);
    const carrier = this.#carriers.get(key);
    this.#carriers.delete(key);
    this.#endBeat(key);
    const engine = this.#options.engine();
    const nowMs = this.#options.context.clock.now();
    const letter = { event: activityResult(order, result, nowMs), generation, stamp: 0, atMs: nowMs };
    // The record of the turn that takes a step's result goes out with its completion.
    if (!carrier || (carrier.isStep && engine.find(instanceId)?.workflowId === carrier.workflowId)) {
      if (engine.resultCame(instanceId, executionId, letter)) return;
    }
    if (!carrier) return;
    if (!(await this.#report(carrier, result))) return;
    if (carrier.isStep) this.#options.queues.kick(this.#options.names.decide);
    else if (!engine.resultCame(instanceId, executionId, letter)) engine.wake(instanceId);
  }

  /** A result that does not get there is lost, and the activity runs again when its lease has ended. */
  async #report({ workflowId, taskId }: Carrier, result: ActivityResult): Promise<boolean> {
    const { server, context } = this.#options;
    const failed = result.kind === 'failed';
    const update: TaskUpdate = {
      workflowInstanceId: workflowId,
      taskId,
      status: failed ? 'FAILED_WITH_TERMINAL_ERROR' : 'COMPLETED',
      outputData: { out: pack(result) },
      ...(failed
        ? { reasonForIncompletion: `${result.failure.errorType}: ${result.failure.errorMessage}`.slice(0, 500) }
        : {}),
    };
    try {
      await server.update(update);
      return true;
    } catch (error) {
      if (!this.#closed)
        context.logger.warn({ taskId, code: WorkflowError.from(error).code }, 'a result could not be reported');
      return false;
    }
  }

  async #poisoned(order: ActivityOrder, reason: string): Promise<void> {
    const failure = {
      errorType: 'ActivityPoisoned',
      errorMessage: `activity "${order.name}" lost its worker again and again, last: ${reason}`,
    };
    await this.#settled(order, { kind: 'failed', failure });
  }
}

/** What the server could not keep is a failure of the activity, for good. */
function withinBounds(activity: string, outcome: ActivityResult): ActivityResult {
  const bytes = outcome.kind === 'completed' ? Buffer.byteLength(outcome.result ?? '') : 0;
  if (bytes <= maxPayloadBytes) return outcome;
  const errorMessage = `the result of activity "${activity}" is ${bytes} bytes, the limit is ${maxPayloadBytes}`;
  return { kind: 'failed', failure: { errorType: 'PayloadTooLarge', errorMessage, nonRetriable: true } };
}

function keyOf(executionId: string, taskId: number): string {
  return `${executionId}\n${taskId}`;
}

/** As much of the start as an activity is told. */
function startedOf(instanceId: string, executionId: string, generation: number, name: string): ExecutionStarted {
  return executionStarted({ timestampMs: 0, name, instanceId, executionId, generation });
}
