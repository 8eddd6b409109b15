import type {
  ClosedStatus,
  FailureDetails,
  FireTime,
  HistoryEvent,
  TimerOrigin,
  TraceContext,
  WorkflowVersion,
} from './history-event.js';

/**
 * What a replay decides to do next. `id` is chosen by the worker: opaque, unique within an execution, the `eventId` of
 * the event it becomes. Order matters; everything after a completion is ignored.
 */
export type Action =
  | ScheduleTask
  | CreateTimer
  | CreateChildWorkflow
  | CompleteWorkflow
  | ContinueAsNew
  | SendEvent
  | TerminateWorkflow
  | CreateDetachedWorkflow
  | VersionNotAvailable;

export interface ScheduleTask {
  readonly kind: 'scheduleTask';
  readonly id: number;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly taskExecutionId?: string;
  /** May be run inside the turn and recorded with it: the author's or the component's opt-in. */
  readonly inline?: boolean;
}

export interface CreateTimer {
  readonly kind: 'createTimer';
  readonly id: number;
  readonly fireAt: FireTime;
  readonly name?: string;
  readonly origin?: TimerOrigin;
}

export interface CreateChildWorkflow {
  readonly kind: 'createChildWorkflow';
  readonly id: number;
  /** Empty or absent: `childId(parent, id)`. */
  readonly instanceId?: string;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly retryOf?: string;
}

export interface CompleteWorkflow {
  readonly kind: 'completeWorkflow';
  readonly id: number;
  readonly status: ClosedStatus;
  readonly result?: string;
  readonly failure?: FailureDetails;
}

export interface ContinueAsNew {
  readonly kind: 'continueAsNew';
  readonly id: number;
  readonly input?: string;
  readonly newVersion?: string;
  /** Raised events the worker had received and not consumed, to be seen again by the next generation. */
  readonly carryover: readonly HistoryEvent[];
}

export interface SendEvent {
  readonly kind: 'sendEvent';
  readonly id: number;
  readonly instanceId: string;
  readonly name: string;
  readonly data?: string;
}

export interface TerminateWorkflow {
  readonly kind: 'terminateWorkflow';
  readonly id: number;
  readonly instanceId: string;
  readonly reason?: string;
  readonly recurse: boolean;
}

export interface CreateDetachedWorkflow {
  readonly kind: 'createDetachedWorkflow';
  readonly id: number;
  readonly instanceId: string;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly scheduledStartMs?: number;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trace?: TraceContext;
}

/** The worker has no code for the version this execution is pinned to: the instance stalls. */
export interface VersionNotAvailable {
  readonly kind: 'versionNotAvailable';
  readonly id: number;
}

/**
 * What a worker answers to a turn: all actions that history has not confirmed yet, not only new ones.
 * Each answer overwrites the custom status; an absent or empty one clears it.
 */
export interface TurnResponse {
  readonly actions: readonly Action[];
  readonly customStatus?: string;
  readonly version?: WorkflowVersion;
  /** Our own SDK only: the code and the history disagree. The instance stalls instead of failing. */
  readonly nonDeterminism?: { readonly expected: string; readonly got: string; readonly description: string };
  /** Our own SDK only: what the workflow is blocked on, in words. */
  readonly awaiting?: readonly string[];
}
