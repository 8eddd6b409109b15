import { numberOf, type TemporalEvent } from '../vendor.js';

/** Temporal's history events by number. A test holds the table against the vendor's enumeration. */
export const eventType = {
  workflowExecutionStarted: 1,
  workflowExecutionCompleted: 2,
  workflowExecutionFailed: 3,
  workflowExecutionTimedOut: 4,
  workflowTaskScheduled: 5,
  workflowTaskStarted: 6,
  workflowTaskCompleted: 7,
  workflowTaskTimedOut: 8,
  workflowTaskFailed: 9,
  activityTaskScheduled: 10,
  activityTaskStarted: 11,
  activityTaskCompleted: 12,
  activityTaskFailed: 13,
  activityTaskTimedOut: 14,
  activityTaskCancelRequested: 15,
  activityTaskCanceled: 16,
  timerStarted: 17,
  timerFired: 18,
  timerCanceled: 19,
  workflowExecutionCancelRequested: 20,
  workflowExecutionCanceled: 21,
  markerRecorded: 25,
  workflowExecutionSignaled: 26,
  workflowExecutionTerminated: 27,
  workflowExecutionContinuedAsNew: 28,
  startChildWorkflowExecutionInitiated: 29,
  startChildWorkflowExecutionFailed: 30,
  childWorkflowExecutionStarted: 31,
  childWorkflowExecutionCompleted: 32,
  childWorkflowExecutionFailed: 33,
  childWorkflowExecutionCanceled: 34,
  childWorkflowExecutionTimedOut: 35,
  childWorkflowExecutionTerminated: 36,
  signalExternalWorkflowExecutionInitiated: 37,
  workflowPropertiesModified: 46,
} as const;

/** Events that say nothing to a portable history, and why. What is in neither table is refused, not guessed at. */
export const ignoredEventTypes: ReadonlyMap<number, string> = new Map([
  ...[22, 23, 24].map((type) => [type, 'cancelling others is not portable; only native workflows do it'] as const),
  ...[38, 39].map((type) => [type, 'an event sent to an instance that is not there is dropped quietly'] as const),
  ...[40, 44, 45, 55].map((type) => [type, 'settings of the server'] as const),
  ...[41, 42, 43, 47].map((type) => [type, 'updates are rejected; only native workflows have them'] as const),
  ...[48, 49, 50, 51, 52, 53, 54, 56, 57].map((type) => [type, 'Nexus is native only'] as const),
  ...[58, 59].map((type) => [type, "the server's own pause: shown by its status"] as const),
  [60, 'test servers only'],
]);

/** Events that a completed workflow task makes; they follow its event directly. */
const madeByTask: ReadonlySet<number> = new Set([
  eventType.workflowExecutionCompleted,
  eventType.workflowExecutionFailed,
  eventType.activityTaskScheduled,
  eventType.activityTaskCancelRequested,
  eventType.timerStarted,
  eventType.timerCanceled,
  eventType.workflowExecutionCanceled,
  eventType.markerRecorded,
  eventType.workflowExecutionContinuedAsNew,
  eventType.startChildWorkflowExecutionInitiated,
  eventType.signalExternalWorkflowExecutionInitiated,
  eventType.workflowPropertiesModified,
  40,
]);

export function isMadeByTask(type: number): boolean {
  return madeByTask.has(type);
}

/** What the server carries to another run: not at once, and not any more when this one has ended by then. */
export function isMessage(type: number): boolean {
  return (
    type === eventType.startChildWorkflowExecutionInitiated ||
    type === eventType.signalExternalWorkflowExecutionInitiated
  );
}

/** The event of the message that has reached the other run, or never will. */
export function leftBy(event: TemporalEvent): number | undefined {
  const told =
    event.childWorkflowExecutionStartedEventAttributes ??
    event.startChildWorkflowExecutionFailedEventAttributes ??
    event.externalWorkflowExecutionSignaledEventAttributes ??
    event.signalExternalWorkflowExecutionFailedEventAttributes;
  return told ? numberOf(told.initiatedEventId) : undefined;
}
