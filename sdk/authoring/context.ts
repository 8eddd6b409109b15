import type { Logger } from '../../core/index.js';
import type { ParentLink } from '../../core/orchestration/index.js';
import type { ActivityRef, EventRef, WorkflowRef } from './definitions.js';
import type { Duration, Instant } from './duration.js';
import type { CallOptions, RetryOptions } from './options.js';

/** Arguments after the reference: the input may be left out when it may be `undefined`. */
export type InputArgs<Input, Options> = undefined extends Input
  ? [input?: Input, options?: Options]
  : [input: Input, options?: Options];

/** The payload may be left out when it may be `undefined`. */
export type PayloadArgs<Input> = undefined extends Input ? [payload?: Input] : [payload: Input];

export interface ChildOptions {
  /** Default: `<parent>:<number>`. */
  readonly id?: string;
  readonly version?: string;
  /** Each attempt is an instance of its own. */
  readonly retry?: RetryOptions;
}

export interface DetachedOptions {
  /** Default: a UUID. */
  readonly id?: string;
  readonly version?: string;
  /** Not before this time. */
  readonly at?: Instant;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ContinueOptions {
  /** Whether events nobody has waited for yet are kept for the next run; default true. */
  readonly keepEvents?: boolean;
  /** Version of the next run; default: the newest. */
  readonly version?: string;
}

/**
 * What a workflow is given. All promises of a context settle in the order of the history, so that plain
 * `Promise.all`, `race` and loops give the same on every replay. Nothing else may be awaited: the instance would stall.
 */
export interface WorkflowContext {
  /** The instance id. */
  readonly id: string;
  /** Changes with `continueAsNew`. */
  readonly executionId: string;
  readonly name: string;
  readonly version?: string;
  /** 0 for the first run, +1 with every `continueAsNew`. */
  readonly generation: number;
  /** The workflow that called this one as a child. */
  readonly parent?: ParentLink;
  /** True while history is repeated. `log` heeds it already. */
  readonly isReplaying: boolean;
  /** Writes only what happens for the first time. */
  readonly log: Logger;

  /**
   * Runs an activity, on any worker. Throws `ActivityFailed`, or `TimedOut` when its `timeout` was over.
   *
   * @example
   * const receipt = await wf.call(charge, order, { timeout: '10s' });
   */
  call<Input, Output>(activity: ActivityRef<Input, Output>, ...args: InputArgs<Input, CallOptions>): Promise<Output>;

  /**
   * Runs a closure as an activity, in the workflow's own process. Its result is durable before the workflow goes on.
   * Throws `ActivityFailed`, `TimedOut`.
   *
   * @example
   * const id = await wf.step('reserve', () => stock.reserve(order));
   */
  step<Output>(
    name: string,
    closure: (context: ActivityContext) => Output | Promise<Output>,
    options?: CallOptions,
  ): Promise<Output>;

  /** Runs another workflow and waits for its result. Throws `ChildFailed`. */
  child<Input, Output>(workflow: WorkflowRef<Input, Output>, ...args: InputArgs<Input, ChildOptions>): Promise<Output>;

  /** Starts an instance that is independent of this one. Gives its id. */
  startDetached<Input, Output>(
    workflow: WorkflowRef<Input, Output>,
    ...args: InputArgs<Input, DetachedOptions>
  ): string;

  sleep(duration: Duration): Promise<void>;
  /** A time that is past: at once. */
  sleepUntil(instant: Instant): Promise<void>;

  /**
   * The next event of the name, first come first served; one that came before is at hand. With a `timeout`: `undefined`
   * when it is over first. Throws `InvalidInput` for a payload that does not meet the event's schema.
   */
  waitFor<Input, Payload>(event: EventRef<Input, Payload>): Promise<Payload>;
  waitFor<Input, Payload>(
    event: EventRef<Input, Payload>,
    options: { readonly timeout: Duration },
  ): Promise<Payload | undefined>;

  /** Sends an event to another instance. Dropped when there is no such instance. */
  sendEvent<Input, Payload>(instanceId: string, event: EventRef<Input, Payload>, ...payload: PayloadArgs<Input>): void;

  /** As the functions of `Promise`. */
  all<const Values extends readonly unknown[]>(
    values: Values,
  ): Promise<{ -readonly [Key in keyof Values]: Awaited<Values[Key]> }>;
  allSettled<const Values extends readonly unknown[]>(
    values: Values,
  ): Promise<{ -readonly [Key in keyof Values]: PromiseSettledResult<Awaited<Values[Key]>> }>;
  any<Value>(values: readonly (Value | PromiseLike<Value>)[]): Promise<Awaited<Value>>;
  race<Value>(values: readonly (Value | PromiseLike<Value>)[]): Promise<Awaited<Value>>;

  /**
   * Runs a part of the workflow with compensations of its own, and a time limit if one is given. When the time is over,
   * what the part awaits through `scoped` throws `TimedOut`; a part that awaits nothing through it is left behind.
   *
   * @example
   * await wf.scope({ timeout: '1h' }, (scoped) => scoped.call(slow, input));
   */
  scope<Output>(
    options: { readonly timeout?: Duration },
    body: (scoped: WorkflowContext) => Output | Promise<Output>,
  ): Promise<Output>;

  /**
   * What undoes the step before it. Compensations run newest first when the workflow (or the scope) fails afterwards; all
   * of them, also when one fails: that makes it `CompensationFailed`.
   */
  compensate(undo: () => unknown): void;

  /**
   * Ends this run and begins the instance again with a new input and an empty history. Nothing after it runs, so
   * `return wf.continueAsNew(...)`. What is left open is dropped.
   */
  continueAsNew(input?: unknown, options?: ContinueOptions): Promise<never>;

  /** Shown with the status of the instance, as JSON; `undefined` clears it. */
  setStatus(status: unknown): void;

  /** Epoch ms. The same on every replay; stands still between events. */
  now(): number;
  /** In [0, 1). The same on every replay. Not for secrets. */
  random(): number;
  /** A UUID, the same on every replay. Not for secrets. */
  uuid(): string;

  /**
   * Guards a change of the code: true for executions that come here first with it, and then for good; false for those
   * whose history was made without it.
   */
  patched(name: string): boolean;
}

/** What an activity or a step is given. */
export interface ActivityContext {
  readonly name: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly workflowName: string;
  /** The same for all runs of one call: give it to systems that must do the work once. */
  readonly idempotencyKey: string;
  /** 1 for the first attempt of the call's retry policy. */
  readonly attempt: number;
  /** Aborts when the worker stops: the activity will be run again elsewhere. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}
