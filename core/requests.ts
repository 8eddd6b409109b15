import type { InstanceSummary, RuntimeStatus, WorkflowInstance } from './instance.js';
import type { HistoryEvent, TraceContext } from './orchestration/history-event.js';

/** One read-only object per call. Ids and sizes were checked at the door; a component checks only its own limits. */

export interface StartRequest {
  /** Never empty: the desk makes one up when the caller gave none. */
  readonly instanceId: string;
  readonly workflowName: string;
  readonly version?: string;
  /** The worker's JSON text, verbatim. */
  readonly input?: string;
  /** Not before this time (epoch ms); in the past: at once. The instance is PENDING until then. */
  readonly scheduledStartMs?: number;
  /** Refuse the id even when its previous run has ended. */
  readonly enforceUniqueId?: boolean;
  readonly trace?: TraceContext;
  readonly tags?: Readonly<Record<string, string>>;
  /** Component-specific start options (for example a native workflow's task queue). */
  readonly options?: Readonly<Record<string, string>>;
}

export interface StartResponse {
  readonly instanceId: string;
}

export interface GetRequest {
  readonly instanceId: string;
}

export interface RaiseEventRequest {
  readonly instanceId: string;
  /** Passed through unchanged; SDKs compare names without case. */
  readonly eventName: string;
  readonly data?: string;
}

export interface SuspendRequest {
  readonly instanceId: string;
  readonly reason?: string;
}

export type ResumeRequest = SuspendRequest;

export interface TerminateRequest {
  readonly instanceId: string;
  readonly output?: string;
  /** Whether live children of the current generation, and theirs, end too. */
  readonly recursive: boolean;
}

export interface PurgeRequest {
  readonly instanceId: string;
  /** Whether children of the current generation, and theirs, go too: children first. */
  readonly recursive: boolean;
  /** Also an instance that has not ended. What is in flight for it is dropped. */
  readonly force: boolean;
}

export interface PurgeResponse {
  readonly deletedCount: number;
}

/** Purges closed instances that match; absent fields match all. */
export interface PurgeFilter {
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  readonly completedBeforeMs?: number;
  readonly statuses?: readonly RuntimeStatus[];
  readonly recursive: boolean;
}

export interface ListRequest {
  readonly statuses?: readonly RuntimeStatus[];
  readonly workflowName?: string;
  readonly instanceIdPrefix?: string;
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  /** 1..1024. */
  readonly pageSize: number;
  /** Of the previous page, verbatim. */
  readonly continuationToken?: string;
}

export interface ListResponse {
  /** Oldest first; children included; stable while paging. */
  readonly instances: readonly InstanceSummary[];
  /** Absent on the last page. */
  readonly continuationToken?: string;
}

export interface HistoryRequest {
  readonly instanceId: string;
}

export interface HistoryResponse {
  /** Committed events of the current generation, in order. Empty while PENDING. */
  readonly events: readonly HistoryEvent[];
}

export interface WaitRequest {
  readonly instanceId: string;
  /** `started`: the status is no longer PENDING; `closed`: it is terminal. An unknown id parks until it exists. */
  readonly until: 'started' | 'closed';
}

export interface RerunRequest {
  readonly sourceInstanceId: string;
  /** `eventId` of the scheduled activity, timer or child workflow to run again. */
  readonly eventId: number;
  /** Absent: one is made up. */
  readonly newInstanceId?: string;
  /** Replaces the target's input when `overwriteInput` is set; absent then means no input. */
  readonly input?: string;
  readonly overwriteInput: boolean;
  readonly newChildInstanceId?: string;
}

export interface RerunResponse {
  readonly newInstanceId: string;
}

export type { InstanceSummary, RuntimeStatus, WorkflowInstance };
