/**
 * The portable history: what happened to one execution, in order. Every engine stores or translates to these events,
 * and every worker replays them. Source of kinds and fields: the Dapr workflow wire (TaskHub `HistoryEvent`).
 *
 * Conventions: times are epoch milliseconds; payloads are opaque JSON text made by the worker, never parsed here, and
 * an absent payload is not the same as an empty one. `eventId` is the action's id for an event that an action made,
 * and -1 for everything that came from outside.
 */

/** An instant a worker asked for. `subNanos` (0..999,999) keeps what milliseconds lose: workers compare it exactly. */
export interface FireTime {
  readonly ms: number;
  readonly subNanos?: number;
}

/** W3C trace context, carried from start to turn, activity and child. */
export interface TraceContext {
  readonly traceParent: string;
  readonly traceState?: string;
}

/** Why something failed, as every SDK can show it. `inner` is the chain of causes. */
export interface FailureDetails {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: string;
  readonly inner?: FailureDetails;
  readonly nonRetriable?: boolean;
}

/** The call in a parent execution that a child's result goes back to. */
export interface ParentLink {
  readonly instanceId: string;
  /** The parent's execution: a later run under the same id is not the same parent. */
  readonly executionId?: string;
  readonly name: string;
  readonly version?: string;
  /** `eventId` of the parent's `childWorkflowCreated`. */
  readonly taskId: number;
}

/** What a worker reports about the code it ran: named version and patches, in the order they were asked for. */
export interface WorkflowVersion {
  readonly name?: string;
  readonly patches?: readonly string[];
}

/** Informational: why a timer exists. */
export type TimerOrigin =
  | { readonly kind: 'createTimer' }
  | { readonly kind: 'externalEvent'; readonly name: string }
  | { readonly kind: 'activityRetry'; readonly taskExecutionId: string }
  | { readonly kind: 'childWorkflowRetry'; readonly instanceId: string };

export const stalledReasons = [
  'PATCH_MISMATCH',
  'VERSION_NOT_AVAILABLE',
  'PAYLOAD_SIZE_EXCEEDED',
  'NON_DETERMINISM',
  'POISONED',
] as const;
/** The last two are ours: they travel over Dapr's wire as PATCH_MISMATCH, with the description saying what it was. */
export type StalledReason = (typeof stalledReasons)[number];

/** How an execution can end. */
export type ClosedStatus = 'COMPLETED' | 'FAILED' | 'TERMINATED' | 'CANCELED';

interface EventBase<K extends string> {
  readonly kind: K;
  readonly eventId: number;
  readonly timestampMs: number;
}

/** Head of every turn; its timestamp is the deterministic clock of the turn. */
export interface WorkflowStarted extends EventBase<'workflowStarted'> {
  readonly version?: WorkflowVersion;
}

export interface ExecutionStarted extends EventBase<'executionStarted'> {
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly instanceId: string;
  /** Dashless (32 hex digits); changes with every generation. */
  readonly executionId: string;
  /** 0 for the first run of an instance, +1 with every continue-as-new. */
  readonly generation: number;
  /** Version of the turn model's rules this execution was begun with; frozen, so that old histories read as they were made. */
  readonly rulesVersion: number;
  readonly parent?: ParentLink;
  readonly scheduledStartMs?: number;
  readonly trace?: TraceContext;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ExecutionCompleted extends EventBase<'executionCompleted'> {
  readonly status: ClosedStatus;
  readonly result?: string;
  readonly failure?: FailureDetails;
}

export interface ExecutionTerminated extends EventBase<'executionTerminated'> {
  /** The output given by whoever terminated. */
  readonly output?: string;
  readonly recurse: boolean;
}

export interface ExecutionSuspended extends EventBase<'executionSuspended'> {
  readonly reason?: string;
}

export interface ExecutionResumed extends EventBase<'executionResumed'> {
  readonly reason?: string;
}

export interface ExecutionStalled extends EventBase<'executionStalled'> {
  readonly reason: StalledReason;
  readonly description?: string;
}

export interface TaskScheduled extends EventBase<'taskScheduled'> {
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  /** The same for all retries of one call: the activity's idempotency key. */
  readonly taskExecutionId?: string;
  readonly trace?: TraceContext;
  /** Set on the target of a rerun: the instance it was copied from. */
  readonly rerunOf?: string;
  /** Ran inside the turn and recorded with it (see `run-inline.ts`). */
  readonly inline?: boolean;
}

export interface TaskCompleted extends EventBase<'taskCompleted'> {
  readonly taskId: number;
  readonly result?: string;
  readonly taskExecutionId?: string;
}

export interface TaskFailed extends EventBase<'taskFailed'> {
  readonly taskId: number;
  readonly failure?: FailureDetails;
  readonly taskExecutionId?: string;
}

export interface ChildWorkflowCreated extends EventBase<'childWorkflowCreated'> {
  readonly instanceId: string;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly trace?: TraceContext;
  readonly rerunOf?: string;
  /** First attempt of a retried child call. */
  readonly retryOf?: string;
}

export interface ChildWorkflowCompleted extends EventBase<'childWorkflowCompleted'> {
  readonly taskId: number;
  readonly result?: string;
}

export interface ChildWorkflowFailed extends EventBase<'childWorkflowFailed'> {
  readonly taskId: number;
  /** Absent when the child was terminated. */
  readonly failure?: FailureDetails;
}

export interface TimerCreated extends EventBase<'timerCreated'> {
  readonly fireAt: FireTime;
  readonly name?: string;
  readonly origin?: TimerOrigin;
  readonly rerunOf?: string;
}

export interface TimerFired extends EventBase<'timerFired'> {
  readonly timerId: number;
  readonly fireAt: FireTime;
}

export interface EventRaised extends EventBase<'eventRaised'> {
  readonly name: string;
  readonly data?: string;
}

export interface EventSent extends EventBase<'eventSent'> {
  readonly instanceId: string;
  readonly name: string;
  readonly data?: string;
}

export interface DetachedWorkflowCreated extends EventBase<'detachedWorkflowCreated'> {
  readonly instanceId: string;
}

export type HistoryEvent =
  | WorkflowStarted
  | ExecutionStarted
  | ExecutionCompleted
  | ExecutionTerminated
  | ExecutionSuspended
  | ExecutionResumed
  | ExecutionStalled
  | TaskScheduled
  | TaskCompleted
  | TaskFailed
  | ChildWorkflowCreated
  | ChildWorkflowCompleted
  | ChildWorkflowFailed
  | TimerCreated
  | TimerFired
  | EventRaised
  | EventSent
  | DetachedWorkflowCreated;

export type HistoryEventKind = HistoryEvent['kind'];

/** Turns one event into bytes and back. Implemented by `proto`, so that stores keep what the wire will carry. */
export interface HistoryCodec {
  encode(event: HistoryEvent): Uint8Array;
  /** Throws `ERR_HISTORY_CORRUPT` for bytes that are no event. */
  decode(bytes: Uint8Array): HistoryEvent;
}
