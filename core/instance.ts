import type { FailureDetails, StalledReason } from './orchestration/history-event.js';

/**
 * Vocabulary, one word each:
 *
 * - workflow: a registered function, by name and version
 * - instance / instanceId: one durable run addressed by the caller
 * - execution / executionId: one generation of an instance (changes on continue-as-new and restart)
 * - activity: a step with side effects, run at least once
 * - timer, child workflow, external event: durable delay; sub-run; named message raised from outside
 * - history / history event: the ordered facts of an execution
 * - action: what a replay decides to do next
 * - work item: leased unit for a worker: a turn (workflow work item) or an activity
 * - inbox / outbox: facts waiting for an instance / effects waiting to leave it
 * - component, component file, capability, profile, door: a loaded backend; its YAML; what it declares; its conformance
 *   settings; an API surface
 */

export const runtimeStatuses = [
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'COMPLETED',
  'FAILED',
  'TERMINATED',
  'CANCELED',
  'STALLED',
] as const;

/** The state an instance rests in. STALLED is not terminal. CONTINUED_AS_NEW is a history fact, never a resting status. */
export type RuntimeStatus = (typeof runtimeStatuses)[number];

/** True for a status that never changes again. */
export function isClosed(status: RuntimeStatus): boolean {
  return status === 'COMPLETED' || status === 'FAILED' || status === 'TERMINATED' || status === 'CANCELED';
}

/** What a list row holds: no payloads. */
export interface InstanceSummary {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly status: RuntimeStatus;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
  readonly completedAtMs?: number;
  readonly parentInstanceId?: string;
}

/** The list row of an instance. */
export function summaryOf(instance: InstanceSummary): InstanceSummary {
  const { instanceId, workflowName, status, createdAtMs, lastUpdatedAtMs, completedAtMs, parentInstanceId } = instance;
  return {
    instanceId,
    workflowName,
    status,
    createdAtMs,
    lastUpdatedAtMs,
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    ...(parentInstanceId === undefined ? {} : { parentInstanceId }),
  };
}

/** A consistent snapshot of one instance. Payloads are the worker's JSON text, verbatim; absent is not empty. */
export interface WorkflowInstance extends InstanceSummary {
  readonly executionId: string;
  /** 0 for the first run, +1 per continue-as-new. */
  readonly generation: number;
  readonly version?: string;
  /** First turn's clock; absent while PENDING. */
  readonly startedAtMs?: number;
  readonly scheduledStartMs?: number;
  readonly input?: string;
  readonly output?: string;
  readonly customStatus?: string;
  readonly failure?: FailureDetails;
  readonly stalled?: { readonly reason: StalledReason; readonly description?: string };
  readonly tags?: Readonly<Record<string, string>>;
}
