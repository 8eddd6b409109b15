import type { FailureDetails, FireTime, ParentLink, TraceContext } from './history-event.js';

/** What leaves an instance with a decision. An engine releases effects only once the decision is durable. */
export type Effect =
  | RunActivity
  | { readonly kind: 'armTimer'; readonly timerId: number; readonly fireAt: FireTime }
  | { readonly kind: 'startChild'; readonly taskId: number; readonly start: ChildStart }
  /** Independent of the parent: nothing comes back. */
  | { readonly kind: 'startDetached'; readonly start: ChildStart }
  /** Dropped quietly when the target does not exist. */
  | { readonly kind: 'sendEvent'; readonly instanceId: string; readonly name: string; readonly data?: string }
  | {
      readonly kind: 'terminateOther';
      readonly instanceId: string;
      readonly output?: string;
      readonly recurse: boolean;
    }
  /** The instance has closed: its open timers are dropped. */
  | { readonly kind: 'dropTimers' }
  | { readonly kind: 'reportToParent'; readonly parent: ParentLink; readonly outcome: Closing };

export interface ChildStart {
  readonly instanceId: string;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly parent?: ParentLink;
  readonly scheduledStartMs?: number;
  readonly trace?: TraceContext;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How a child ended, as its parent is told. */
export type Closing =
  | { readonly kind: 'completed'; readonly result?: string }
  | { readonly kind: 'failed'; readonly failure?: FailureDetails };

export interface RunActivity {
  readonly kind: 'runActivity';
  readonly taskId: number;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly taskExecutionId?: string;
  readonly trace?: TraceContext;
}
