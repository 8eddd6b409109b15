import type { google, temporal } from '@temporalio/proto';

/** Temporal's public messages under short names. Types only: the packages are loaded when a component opens. */
export type TemporalEvent = temporal.api.history.v1.IHistoryEvent;
export type Command = temporal.api.command.v1.ICommand;
export type Failure = temporal.api.failure.v1.IFailure;
export type Payload = temporal.api.common.v1.IPayload;
export type Payloads = temporal.api.common.v1.IPayloads;
export type Header = temporal.api.common.v1.IHeader;
export type WorkflowTask = temporal.api.workflowservice.v1.IPollWorkflowTaskQueueResponse;
export type ActivityTask = temporal.api.workflowservice.v1.IPollActivityTaskQueueResponse;
export type HistoryPage = temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse;
export type TaskQueue = temporal.api.taskqueue.v1.ITaskQueue;
export type WorkflowExecution = temporal.api.common.v1.IWorkflowExecution;
export type WorkflowExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;
export type Timestamp = google.protobuf.ITimestamp;
export type Duration = google.protobuf.IDuration;

type Enums = typeof temporal.api.enums.v1;
type Value<K extends keyof Enums> = Enums[K][keyof Enums[K]];

/** The types know names only; the packages that have the numbers are not loaded for them. */
function wire<K extends keyof Enums>(_enumeration: K, value: number): Value<K> {
  return value as unknown as Value<K>;
}

/** Numbers of the wire. A test holds them against the vendor's enumerations. */
export const commandType = {
  scheduleActivity: wire('CommandType', 1),
  startTimer: wire('CommandType', 3),
  completeWorkflow: wire('CommandType', 4),
  failWorkflow: wire('CommandType', 5),
  cancelTimer: wire('CommandType', 6),
  cancelWorkflow: wire('CommandType', 7),
  recordMarker: wire('CommandType', 9),
  continueAsNew: wire('CommandType', 10),
  startChild: wire('CommandType', 11),
  signalExternal: wire('CommandType', 12),
  modifyProperties: wire('CommandType', 16),
} as const;
export const reusePolicy = {
  allowDuplicate: wire('WorkflowIdReusePolicy', 1),
  rejectDuplicate: wire('WorkflowIdReusePolicy', 3),
} as const;
export const conflictPolicy = {
  fail: wire('WorkflowIdConflictPolicy', 1),
  terminateExisting: wire('WorkflowIdConflictPolicy', 3),
} as const;
export const abandonChild = wire('ParentClosePolicy', 2);
export const closeEventFilter = wire('HistoryEventFilterType', 2);
export const queryFailed = wire('QueryResultType', 2);
/** The worker could not answer the task. */
export const workerFailure = wire('WorkflowTaskFailedCause', 14);
export const stickyKind = wire('TaskQueueKind', 2);
export type ReusePolicy = Value<'WorkflowIdReusePolicy'>;

type Int64 = NonNullable<Duration['seconds']>;

/** For the encoder, which takes plain numbers where the types ask for its own class. */
export function int64(value: number): Int64 {
  return value as unknown as Int64;
}

export function numberOf(value: Int64 | null | undefined): number {
  return value ? Number(value) : 0;
}

/** Epoch ms, rounded down. */
export function timeOf(time: Timestamp | null | undefined): number {
  return numberOf(time?.seconds) * 1000 + Math.floor((time?.nanos ?? 0) / 1_000_000);
}

export function durationOf(ms: number): Duration {
  const whole = Math.floor(ms / 1000);
  return { seconds: int64(whole), nanos: Math.round((ms - whole * 1000) * 1_000_000) };
}

/** The number of an event's type; 0: none. */
export function typeOf({ eventType }: TemporalEvent): number {
  return eventType ?? 0;
}
