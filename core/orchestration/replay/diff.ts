import type { Action } from '../action.js';
import type { HistoryEvent, TimerOrigin } from '../history-event.js';
import type {
  ChildWorkflowCreated,
  DetachedWorkflowCreated,
  EventSent,
  TaskScheduled,
  TimerCreated,
} from '../history-event.js';

/** The events that record an action. */
export type ActionEvent = TaskScheduled | TimerCreated | ChildWorkflowCreated | EventSent | DetachedWorkflowCreated;

/** The actions that are recorded as an event of their own, beside the end of an execution. */
export type StepAction = Extract<
  Action,
  { kind: 'scheduleTask' | 'createTimer' | 'createChildWorkflow' | 'sendEvent' | 'createDetachedWorkflow' }
>;

/** Code and history side by side, where they part. */
export interface Mismatch {
  /** What the history has. */
  readonly expected: string;
  /** What the code does instead. */
  readonly got: string;
  readonly description: string;
}

/**
 * Whether a recorded event is the record of this action. Compared is what the step is: kind, name, target and the
 * reason of a timer. Inputs and times are not: they may change without a change of what the history means.
 */
export function records(event: ActionEvent, action: StepAction): boolean {
  switch (event.kind) {
    case 'taskScheduled':
      return action.kind === 'scheduleTask' && action.name === event.name;
    case 'timerCreated':
      return action.kind === 'createTimer' && sameOrigin(event.origin, action.origin);
    case 'childWorkflowCreated':
      return (
        action.kind === 'createChildWorkflow' &&
        action.name === event.name &&
        (action.instanceId === undefined || action.instanceId === event.instanceId)
      );
    case 'eventSent':
      return action.kind === 'sendEvent' && action.name === event.name && action.instanceId === event.instanceId;
    case 'detachedWorkflowCreated':
      return action.kind === 'createDetachedWorkflow' && action.instanceId === event.instanceId;
  }
}

/** Engines may drop the reason of a timer: what is absent is not compared. */
function sameOrigin(recorded: TimerOrigin | undefined, asked: TimerOrigin | undefined): boolean {
  if (!recorded || !asked) return true;
  if (recorded.kind === 'externalEvent' && asked.kind === 'externalEvent') return recorded.name === asked.name;
  return recorded.kind === asked.kind;
}

/** `activity "charge" (#3)`. */
export function describeAction(action: StepAction): string {
  switch (action.kind) {
    case 'scheduleTask':
      return describe('activity', action.name, action.id);
    case 'createTimer':
      return describeTimer(action.origin, action.id);
    case 'createChildWorkflow':
      return describe('child workflow', action.name, action.id);
    case 'sendEvent':
      return `event "${action.name}" to instance "${action.instanceId}" (#${action.id})`;
    case 'createDetachedWorkflow':
      return describe('detached workflow', action.instanceId, action.id);
  }
}

export function describeEvent(event: ActionEvent): string {
  switch (event.kind) {
    case 'taskScheduled':
      return describe('activity', event.name, event.eventId);
    case 'timerCreated':
      return describeTimer(event.origin, event.eventId);
    case 'childWorkflowCreated':
      return describe('child workflow', event.name, event.eventId);
    case 'eventSent':
      return `event "${event.name}" to instance "${event.instanceId}" (#${event.eventId})`;
    case 'detachedWorkflowCreated':
      return describe('detached workflow', event.instanceId, event.eventId);
  }
}

/** Puts both sides into one sentence; `index` is the position in the history of what does not fit. */
export function mismatch(expected: string, got: string, index: number): Mismatch {
  const description = `the code does not fit the history at event ${index}: history has ${expected}, the code ${got}`;
  return { expected, got, description };
}

export function isActionEvent(event: HistoryEvent): event is ActionEvent {
  return (
    event.kind === 'taskScheduled' ||
    event.kind === 'timerCreated' ||
    event.kind === 'childWorkflowCreated' ||
    event.kind === 'eventSent' ||
    event.kind === 'detachedWorkflowCreated'
  );
}

function describe(what: string, name: string, id: number): string {
  return `${what} "${name}" (#${id})`;
}

function describeTimer(origin: TimerOrigin | undefined, id: number): string {
  switch (origin?.kind) {
    case 'externalEvent':
      return `time-out of event "${origin.name}" (#${id})`;
    case 'activityRetry':
      return `delay before a retry (#${id})`;
    case 'childWorkflowRetry':
      return `delay before a child's retry (#${id})`;
    case 'createTimer':
    case undefined:
      return `timer (#${id})`;
  }
}
