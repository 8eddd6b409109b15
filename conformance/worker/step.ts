import type { FailureDetails } from '../../core/orchestration/index.js';
import type { WorkRequest } from './work.js';

/**
 * A workflow as data, so that it can be made at random, carried as an input and sent to any engine: steps run one after
 * the other, and what a history says about them decides the next actions. It needs no SDK, so it is also a second,
 * independent reading of what a worker does. The output is the trace: what each step gave, in order.
 */
export type Step =
  /** Activities at once, then all their results in the order they were called. */
  | { readonly kind: 'call'; readonly count: number }
  /** `forget`: goes on without the results. */
  | { readonly kind: 'work'; readonly requests: readonly WorkRequest[]; readonly forget?: boolean }
  /** Text through an activity or a child that answers with its input, verbatim; without `text`, no input. */
  | { readonly kind: 'echo'; readonly by: 'activity' | 'child'; readonly text?: string }
  /** The first result of several activities. */
  | { readonly kind: 'any'; readonly requests: readonly WorkRequest[] }
  /** One activity, again after `delayMs` (times `backoff` each time) until it succeeds or `attempts` are used up. */
  | {
      readonly kind: 'retry';
      readonly request: WorkRequest;
      readonly attempts: number;
      readonly delayMs: number;
      readonly backoff?: number;
    }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'sleepUntil'; readonly atMs: number; readonly subNanos?: number }
  /** Timers at once; in the trace their times, in the order they fired. */
  | { readonly kind: 'timers'; readonly ms: readonly number[] }
  | { readonly kind: 'wait'; readonly name: string }
  /** The event or a timer, whichever comes first. */
  | { readonly kind: 'race'; readonly name: string; readonly ms: number }
  | { readonly kind: 'child'; readonly steps: Program; readonly id?: string; readonly forget?: boolean }
  | { readonly kind: 'detached'; readonly id: string; readonly steps: Program }
  | { readonly kind: 'send'; readonly to: string; readonly name: string; readonly data?: string }
  /** Steps with what undoes them: when one fails, the undos of those before it run, newest first, and the workflow fails. */
  | { readonly kind: 'saga'; readonly parts: readonly { readonly run: WorkRequest; readonly undo: WorkRequest }[] }
  | { readonly kind: 'status'; readonly value: string }
  /** Code that asks for a patch: in the trace, whether this execution has it. */
  | { readonly kind: 'patch'; readonly name: string }
  /** Code of a named version, else of the newest: an execution is pinned to the one it began with. */
  | { readonly kind: 'version'; readonly name?: string }
  | { readonly kind: 'again'; readonly steps: Program; readonly dropEvents?: boolean }
  /** `result`: what some workers send along with a failure, and nobody may see. */
  | { readonly kind: 'fail'; readonly message: string; readonly failure?: FailureDetails; readonly result?: string };

export type Program = readonly Step[];
