import type { ActivityItem, ActivityOutcome, Logger } from '../../core/index.js';
import { failureOf } from '../../core/orchestration/replay/index.js';
import type { ActivityContext } from '../authoring/context.js';
import { decode, encode } from '../authoring/json.js';
import { activityName } from '../authoring/readings.js';
import { parse } from '../authoring/schema.js';
import type { RegisteredActivity } from './registry.js';

/** Tells running activities that the worker stops. Costs nothing for those that do not ask. */
export class StopSignals {
  readonly #controllers = new Set<AbortController>();
  #stopped = false;

  open(): AbortController {
    const controller = new AbortController();
    if (this.#stopped) controller.abort();
    else this.#controllers.add(controller);
    return controller;
  }

  release(controller: AbortController): void {
    this.#controllers.delete(controller);
  }

  stop(): void {
    this.#stopped = true;
    for (const controller of this.#controllers) controller.abort();
    this.#controllers.clear();
  }
}

/** One run of an activity, as its code sees it. */
export class ActivityRun implements ActivityContext {
  readonly attempt: number;
  readonly log: Logger;
  readonly #item: ActivityItem;
  readonly #stops: StopSignals;
  #controller: AbortController | undefined;

  constructor(item: ActivityItem, attempt: number, stops: StopSignals, log: Logger) {
    this.#item = item;
    this.attempt = attempt;
    this.#stops = stops;
    this.log = log;
  }

  get name(): string {
    return activityName(this.#item.name);
  }

  get instanceId(): string {
    return this.#item.instanceId;
  }

  get executionId(): string {
    return this.#item.executionId;
  }

  get workflowName(): string {
    return this.#item.workflowName;
  }

  /** A workflow of an SDK that gives no key has one by its place in history all the same. */
  get idempotencyKey(): string {
    return this.#item.taskExecutionId ?? `${this.#item.instanceId}-${this.#item.executionId}-${this.#item.taskId}`;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#stops.open();
    return this.#controller.signal;
  }

  /** Runs the activity's code with the item's input. Never rejects. */
  perform(activity: RegisteredActivity): Promise<ActivityOutcome> {
    return this.settle(() => {
      const input = parse(activity.name, activity.schema, decode(this.#item.input));
      // The caller's types say what the input is, and a schema has just checked it.
      return activity.run(input as never, this);
    });
  }

  /** Never rejects: what the code throws, at once or later, is the outcome. */
  async settle(code: () => unknown): Promise<ActivityOutcome> {
    try {
      const result = encode(await code());
      return { kind: 'completed', ...(result === undefined ? {} : { result }) };
    } catch (error) {
      return { kind: 'failed', failure: failureOf(error) };
    } finally {
      if (this.#controller) this.#stops.release(this.#controller);
    }
  }
}
