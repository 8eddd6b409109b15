import { stepPrefix } from '../../core/worker-port.js';
import type { Logger } from '../../core/index.js';
import { childId, type ParentLink } from '../../core/orchestration/index.js';
import {
  taskExecutionId,
  type ReplayContext,
  type RetryPolicy,
  type Task,
} from '../../core/orchestration/replay/index.js';
import type {
  ActivityContext,
  ChildOptions,
  ContinueOptions,
  DetachedOptions,
  InputArgs,
  PayloadArgs,
  WorkflowContext,
} from './context.js';
import type { ActivityRef, EventRef, WorkflowRef } from './definitions.js';
import { durationMs, instantMs, type Duration, type Instant } from './duration.js';
import { TimedOut } from './errors.js';
import { encode } from './json.js';
import { planOf, retryPolicy, type CallOptions, type CallPlan } from './options.js';
import { activityName, readActivity, readChild, readEvent } from './readings.js';
import { retried } from './retried.js';
import { Scope } from './scope.js';

/** One activity call, whatever its kind. */
interface Call {
  readonly name: string;
  readonly input: string | undefined;
  readonly closure?: (context: ActivityContext) => unknown;
}

/** The context of a workflow, or of a scope within it. */
export class WorkflowRun implements WorkflowContext {
  readonly id: string;
  readonly executionId: string;
  readonly name: string;
  declare readonly version?: string;
  readonly generation: number;
  declare readonly parent?: ParentLink;
  readonly log: Logger;
  readonly #run: ReplayContext;
  readonly #scope: Scope;
  readonly #isRoot: boolean;

  constructor(run: ReplayContext, log: Logger, scope: Scope, isRoot: boolean) {
    this.#run = run;
    this.#scope = scope;
    this.#isRoot = isRoot;
    this.log = log;
    this.id = run.instanceId;
    this.executionId = run.executionId;
    this.name = run.workflowName;
    this.generation = run.generation;
    if (run.version !== undefined) this.version = run.version;
    if (run.parent) this.parent = run.parent;
  }

  get isReplaying(): boolean {
    return this.#run.isReplaying;
  }

  call<Input, Output>(activity: ActivityRef<Input, Output>, ...args: InputArgs<Input, CallOptions>): Promise<Output> {
    const [input, options] = args;
    const plan = options ? { ...activity.plan, ...planOf(options) } : activity.plan;
    return this.#call<Output>({ name: activity.name, input: encode(input) }, plan);
  }

  step<Output>(
    name: string,
    closure: (context: ActivityContext) => Output | Promise<Output>,
    options: CallOptions = {},
  ): Promise<Output> {
    return this.#call<Output>({ name: `${stepPrefix}${name}`, input: undefined, closure }, planOf(options));
  }

  async child<Input, Output>(
    workflow: WorkflowRef<Input, Output>,
    ...args: InputArgs<Input, ChildOptions>
  ): Promise<Output> {
    const [input, options = {}] = args;
    const version = options.version ?? workflow.version;
    const text = encode(input);
    let first: string | undefined;
    const attempt = (number: number): Promise<Output> => {
      const given = options.id !== undefined && number > 1 ? `${options.id}-${number}` : options.id;
      const task = this.#run.child(
        {
          name: workflow.name,
          ...(given === undefined ? {} : { instanceId: given }),
          ...(version === undefined ? {} : { version }),
          ...(text === undefined ? {} : { input: text }),
          ...(first === undefined ? {} : { retryOf: first }),
        },
        readChild<Output>(),
      );
      first ??= given ?? childId(this.id, task.id);
      return this.#own(task).promise;
    };
    if (!options.retry) return attempt(1);
    const delay = (ms: number): Promise<void> =>
      this.#timer(ms, { kind: 'childWorkflowRetry', instanceId: first ?? '' }).promise;
    return this.#retried(retryPolicy(options.retry), attempt, delay);
  }

  startDetached<Input, Output>(
    workflow: WorkflowRef<Input, Output>,
    ...args: InputArgs<Input, DetachedOptions>
  ): string {
    const [input, options = {}] = args;
    const instanceId = options.id ?? this.#run.uuid();
    const version = options.version ?? workflow.version;
    const text = encode(input);
    this.#run.startDetached({
      instanceId,
      name: workflow.name,
      ...(version === undefined ? {} : { version }),
      ...(text === undefined ? {} : { input: text }),
      ...(options.at === undefined ? {} : { scheduledStartMs: instantMs(options.at) }),
      ...(options.tags ? { tags: options.tags } : {}),
    });
    return instanceId;
  }

  sleep(duration: Duration): Promise<void> {
    return this.#timer(durationMs(duration), { kind: 'createTimer' }).promise;
  }

  sleepUntil(instant: Instant): Promise<void> {
    return this.#own(this.#run.timer(instantMs(instant), { kind: 'createTimer' })).promise;
  }

  waitFor<Input, Payload>(event: EventRef<Input, Payload>): Promise<Payload>;
  waitFor<Input, Payload>(
    event: EventRef<Input, Payload>,
    options: { readonly timeout: Duration },
  ): Promise<Payload | undefined>;
  waitFor<Input, Payload>(
    event: EventRef<Input, Payload>,
    options?: { readonly timeout: Duration },
  ): Promise<Payload | undefined> {
    const wait = this.#own(this.#run.event(event.name, readEvent<Payload>(event.name, event.schema)));
    if (!options || !wait.isOpen) return wait.promise;
    return this.#waitAtMost(wait, event.name, durationMs(options.timeout));
  }

  sendEvent<Input, Payload>(instanceId: string, event: EventRef<Input, Payload>, ...payload: PayloadArgs<Input>): void {
    this.#run.sendEvent(instanceId, event.name, encode(payload[0]));
  }

  all<const Values extends readonly unknown[]>(
    values: Values,
  ): Promise<{ -readonly [Key in keyof Values]: Awaited<Values[Key]> }> {
    return Promise.all(values);
  }

  allSettled<const Values extends readonly unknown[]>(
    values: Values,
  ): Promise<{ -readonly [Key in keyof Values]: PromiseSettledResult<Awaited<Values[Key]>> }> {
    return Promise.allSettled(values);
  }

  any<Value>(values: readonly (Value | PromiseLike<Value>)[]): Promise<Awaited<Value>> {
    return Promise.any(values);
  }

  race<Value>(values: readonly (Value | PromiseLike<Value>)[]): Promise<Awaited<Value>> {
    return Promise.race(values);
  }

  async scope<Output>(
    options: { readonly timeout?: Duration },
    body: (scoped: WorkflowContext) => Output | Promise<Output>,
  ): Promise<Output> {
    const scope = new Scope(this.#scope);
    const work = (async () => body(new WorkflowRun(this.#run, this.log, scope, false)))();
    try {
      const result = await (options.timeout === undefined
        ? work
        : this.#within(scope, durationMs(options.timeout), work));
      scope.handOver();
      return result;
    } catch (error) {
      throw await scope.undo(error);
    }
  }

  compensate(undo: () => unknown): void {
    this.#scope.compensate(undo);
  }

  continueAsNew(input?: unknown, options: ContinueOptions = {}): Promise<never> {
    this.#run.continueAsNew(encode(input), {
      keepEvents: options.keepEvents ?? true,
      ...(options.version === undefined ? {} : { version: options.version }),
    });
    return new Promise(() => undefined);
  }

  setStatus(status: unknown): void {
    this.#run.setStatus(encode(status));
  }

  now(): number {
    return this.#run.nowMs;
  }

  random(): number {
    return this.#run.random();
  }

  uuid(): string {
    return this.#run.uuid();
  }

  patched(name: string): boolean {
    return this.#run.patched(name);
  }

  #call<Output>(call: Call, plan: CallPlan): Promise<Output> {
    if (!plan.retry) return this.#attempt<Output>(call, plan, 1, undefined).promise;
    let key: string | undefined;
    const attempt = (number: number): Promise<Output> => {
      const begun = this.#attempt<Output>(call, plan, number, key);
      key ??= taskExecutionId(this.executionId, begun.id);
      return begun.promise;
    };
    const delay = (ms: number): Promise<void> =>
      this.#timer(ms, { kind: 'activityRetry', taskExecutionId: key ?? '' }).promise;
    return this.#retried(plan.retry, attempt, delay);
  }

  #attempt<Output>(
    call: Call,
    plan: CallPlan,
    attempt: number,
    key: string | undefined,
  ): { readonly id: number; readonly promise: Promise<Output> } {
    const task = this.#run.activity(
      {
        name: call.name,
        ...(call.input === undefined ? {} : { input: call.input }),
        ...(plan.inline ? { inline: true } : {}),
        ...(key === undefined ? {} : { taskExecutionId: key }),
      },
      readActivity<Output>(),
    );
    if (!this.#isRoot || attempt > 1 || call.closure)
      task.notes = { scope: this.#scope, attempt, closure: call.closure };
    if (plan.timeoutMs === undefined) return task;
    return { id: task.id, promise: this.#atMost(task, activityName(call.name), plan.timeoutMs) };
  }

  #retried<Output>(
    policy: RetryPolicy,
    begin: (attempt: number) => Promise<Output>,
    delay: (ms: number) => Promise<void>,
  ): Promise<Output> {
    return retried({
      policy,
      begin,
      delay,
      now: () => this.#run.nowMs,
      isFinal: (error) => this.#scope.isInterruption(error),
    });
  }

  async #atMost<Output>(task: Task<Output>, what: string, timeoutMs: number): Promise<Output> {
    const timer = this.#timer(timeoutMs, { kind: 'createTimer' });
    const late = timer.promise.then((): never => {
      throw new TimedOut(`activity "${what}"`, timeoutMs);
    });
    try {
      return await Promise.race([task.promise, late]);
    } finally {
      this.#run.abandon(timer);
      this.#run.abandon(task);
    }
  }

  async #waitAtMost<Payload>(wait: Task<Payload>, name: string, timeoutMs: number): Promise<Payload | undefined> {
    if (timeoutMs === 0) {
      this.#run.abandon(wait);
      return undefined;
    }
    const timer = this.#timer(timeoutMs, { kind: 'externalEvent', name });
    try {
      return await Promise.race([wait.promise, timer.promise.then(() => undefined)]);
    } finally {
      this.#run.abandon(timer);
      this.#run.abandon(wait);
    }
  }

  /** The result of the scope's work, unless its time is over before. */
  async #within<Output>(scope: Scope, timeoutMs: number, work: Promise<Output>): Promise<Output> {
    const timer = this.#timer(timeoutMs, { kind: 'createTimer' });
    const interrupted = timer.promise.then(() => {
      scope.expired = new TimedOut('scope', timeoutMs);
      if (!this.#interrupt(scope, scope.expired)) throw scope.expired;
      return work;
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      this.#run.abandon(timer);
    }
  }

  /** False: nothing was awaited through the scope. */
  #interrupt(scope: Scope, error: TimedOut): boolean {
    const inside = this.#run.openTasks().filter((task) => {
      const owner = task.notes?.scope;
      return owner instanceof Scope && owner.isWithin(scope);
    });
    for (const task of inside) this.#run.abandon(task, error);
    return inside.length > 0;
  }

  #timer(ms: number, origin: Parameters<ReplayContext['timer']>[1]): Task<void> {
    return this.#own(this.#run.timer(this.#run.nowMs + ms, origin));
  }

  /** Lets the scope interrupt the task. The outermost one never does, and spares the note. */
  #own<Output>(task: Task<Output>): Task<Output> {
    if (!this.#isRoot) task.notes = { scope: this.#scope };
    return task;
  }
}
