import type { ClosedStatus, HistoryEventKind, StalledReason } from '../../core/orchestration/history-event.js';

/** Field number of each kind in the message `HistoryEvent`. */
export const eventField = {
  executionStarted: 3,
  executionCompleted: 4,
  executionTerminated: 5,
  taskScheduled: 6,
  taskCompleted: 7,
  taskFailed: 8,
  childWorkflowCreated: 9,
  childWorkflowCompleted: 10,
  childWorkflowFailed: 11,
  timerCreated: 12,
  timerFired: 13,
  workflowStarted: 14,
  eventSent: 16,
  eventRaised: 17,
  executionSuspended: 21,
  executionResumed: 22,
  executionStalled: 31,
  detachedWorkflowCreated: 32,
} as const satisfies Record<HistoryEventKind, number>;

/** `OrchestrationStatus` of a closed execution. */
export const closedStatusNumber = {
  COMPLETED: 1,
  FAILED: 3,
  CANCELED: 4,
  TERMINATED: 5,
} as const satisfies Record<ClosedStatus, number>;

/** `OrchestrationStatus` that a completion carries to continue as new. */
export const continuedAsNewNumber = 2;

/** The reasons Dapr has no number for are PATCH_MISMATCH on its wire, and named in a field of our own. */
export const stalledReasonNumber = {
  PATCH_MISMATCH: 0,
  VERSION_NOT_AVAILABLE: 1,
  PAYLOAD_SIZE_EXCEEDED: 2,
  NON_DETERMINISM: 0,
  POISONED: 0,
} as const satisfies Record<StalledReason, number>;

/** Whether the reason needs the field of our own. */
export function isOwnReason(reason: StalledReason): boolean {
  return stalledReasonNumber[reason] === 0 && reason !== 'PATCH_MISMATCH';
}

/** Inverse of `closedStatusNumber`. */
export function closedStatusOf(number: number): ClosedStatus | undefined {
  switch (number) {
    case closedStatusNumber.COMPLETED:
      return 'COMPLETED';
    case closedStatusNumber.FAILED:
      return 'FAILED';
    case closedStatusNumber.CANCELED:
      return 'CANCELED';
    case closedStatusNumber.TERMINATED:
      return 'TERMINATED';
    default:
      return undefined;
  }
}
