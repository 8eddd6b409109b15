import { planOf, type CallOptions, type CallPlan } from './options.js';
import type { ActivityContext, WorkflowContext } from './context.js';
import type { SchemaInput, SchemaOutput, StandardSchema } from './schema.js';

/** Carries types for inference; nothing at run time. */
interface Types<Input, Output> {
  readonly input: (input: Input) => void;
  readonly output: Output;
}

/** An activity as its callers see it: a name and types. Its code may be anywhere, in any language. */
export interface ActivityRef<Input, Output> {
  readonly kind: 'activity';
  readonly name: string;
  /** Defaults of each call. */
  readonly plan: CallPlan;
  readonly types?: Types<Input, Output>;
}

/** An activity with its code. */
export interface ActivityDefinition<Input, Output, Parsed = Input> extends ActivityRef<Input, Output> {
  readonly schema?: StandardSchema;
  readonly run: (input: Parsed, context: ActivityContext) => Output | Promise<Output>;
}

/** A workflow as those see it who start it. */
export interface WorkflowRef<Input, Output> {
  readonly kind: 'workflow';
  readonly name: string;
  /** Absent: unversioned. */
  readonly version?: string;
  readonly schema?: StandardSchema;
  readonly types?: Types<Input, Output>;
}

/** A workflow with its code. */
export interface WorkflowDefinition<Input, Output, Parsed = Input> extends WorkflowRef<Input, Output> {
  readonly run: (wf: WorkflowContext, input: Parsed) => Promise<Output>;
}

/** A named message to an instance. */
export interface EventRef<Input, Payload = Input> {
  readonly kind: 'event';
  readonly name: string;
  readonly schema?: StandardSchema;
  readonly types?: Types<Input, Payload>;
}

/** Any activity or workflow with code, for lists of them. */
export type AnyActivity = ActivityDefinition<never, unknown, never>;
export type AnyWorkflow = WorkflowDefinition<never, unknown, never>;

export interface ActivityOptions extends CallOptions {
  /** Validates the input before the activity runs. */
  readonly input?: StandardSchema;
}

export interface WorkflowOptions {
  /** Pins executions to this code: keep a version registered as long as instances of it live. */
  readonly version?: string;
  /** Validates the input when an instance is started. */
  readonly input?: StandardSchema;
}

type ActivityCode<Input, Output> = (input: Input, context: ActivityContext) => Output | Promise<Output>;
type WorkflowCode<Input, Output> = (wf: WorkflowContext, input: Input) => Promise<Output>;

/**
 * A step with side effects, known by its name. It runs at least once; `context.idempotencyKey` is the same for all runs
 * of one call.
 *
 * @example
 * const charge = defineActivity('charge', async (order: Order, ctx) => pay(order, ctx.idempotencyKey), {
 *   retry: { maxAttempts: 5, firstDelay: '1s', backoff: 2 }, timeout: '30s',
 * });
 */
export function defineActivity<S extends StandardSchema, Output>(
  name: string,
  options: ActivityOptions & { readonly input: S },
  code: ActivityCode<SchemaOutput<S>, Output>,
): ActivityDefinition<SchemaInput<S>, Output, SchemaOutput<S>>;
export function defineActivity<Output, Input = void>(
  name: string,
  options: CallOptions,
  code: ActivityCode<Input, Output>,
): ActivityDefinition<Input, Output>;
export function defineActivity<Output, Input = void>(
  name: string,
  code: ActivityCode<Input, Output>,
  options?: CallOptions,
): ActivityDefinition<Input, Output>;
export function defineActivity<Input, Output>(
  name: string,
  first: ActivityOptions | ActivityCode<Input, Output>,
  second: ActivityCode<Input, Output> | CallOptions = {},
): ActivityDefinition<Input, Output> {
  const { options, code } = sorted<ActivityOptions, ActivityCode<Input, Output>>(first, second);
  return {
    kind: 'activity',
    name,
    plan: planOf(options),
    run: code,
    ...(options.input ? { schema: options.input } : {}),
  };
}

/**
 * A durable function: plain async code that may await nothing but its context's promises, and is run again from its
 * history whenever it is needed.
 *
 * @example
 * const greet = defineWorkflow('greet', async (wf, name: string) => wf.call(hello, name));
 */
export function defineWorkflow<S extends StandardSchema, Output>(
  name: string,
  options: WorkflowOptions & { readonly input: S },
  code: WorkflowCode<SchemaOutput<S>, Output>,
): WorkflowDefinition<SchemaInput<S>, Output, SchemaOutput<S>>;
export function defineWorkflow<Output, Input = void>(
  name: string,
  options: WorkflowOptions,
  code: WorkflowCode<Input, Output>,
): WorkflowDefinition<Input, Output>;
export function defineWorkflow<Output, Input = void>(
  name: string,
  code: WorkflowCode<Input, Output>,
): WorkflowDefinition<Input, Output>;
export function defineWorkflow<Input, Output>(
  name: string,
  first: WorkflowOptions | WorkflowCode<Input, Output>,
  second: WorkflowCode<Input, Output> | WorkflowOptions = {},
): WorkflowDefinition<Input, Output> {
  const { options, code } = sorted<WorkflowOptions, WorkflowCode<Input, Output>>(first, second);
  return {
    kind: 'workflow',
    name,
    run: code,
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.input ? { schema: options.input } : {}),
  };
}

/**
 * A message instances can wait for and be sent. Names are compared without case.
 *
 * @example
 * const approval = defineEvent<{ by: string; approved: boolean }>('approval');
 */
export function defineEvent<S extends StandardSchema>(
  name: string,
  options: { readonly schema: S },
): EventRef<SchemaInput<S>, SchemaOutput<S>>;
export function defineEvent<Payload = void>(name: string): EventRef<Payload>;
export function defineEvent(name: string, options: { readonly schema?: StandardSchema } = {}): EventRef<unknown> {
  return { kind: 'event', name, ...(options.schema ? { schema: options.schema } : {}) };
}

/**
 * An activity of another worker or language, by name.
 *
 * @example
 * const score = activityRef<Applicant, number>('score');
 */
export function activityRef<Input, Output>(name: string, options: CallOptions = {}): ActivityRef<Input, Output> {
  return { kind: 'activity', name, plan: planOf(options) };
}

/** A workflow of another worker or language, by name; with a `version`, started in that version. */
export function workflowRef<Input, Output>(
  name: string,
  options: { readonly version?: string } = {},
): WorkflowRef<Input, Output> {
  return { kind: 'workflow', name, ...options };
}

function sorted<Options extends object, Code extends (...args: never[]) => unknown>(
  first: Options | Code,
  second: Options | Code,
): { options: Options; code: Code } {
  if (isCode(first)) {
    if (!isCode(second)) return { options: second, code: first };
  } else if (isCode(second)) {
    return { options: first, code: second };
  }
  throw new TypeError('a definition takes one function');
}

function isCode<Code extends (...args: never[]) => unknown>(value: object | Code): value is Code {
  return typeof value === 'function';
}
