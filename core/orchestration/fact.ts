import type {
  ChildWorkflowCompleted,
  ChildWorkflowFailed,
  EventRaised,
  ExecutionResumed,
  ExecutionStarted,
  ExecutionSuspended,
  ExecutionTerminated,
  TaskCompleted,
  TaskFailed,
  TimerFired,
} from './history-event.js';

/** The events that come from outside an execution. */
export type InboxEvent =
  | ExecutionStarted
  | TaskCompleted
  | TaskFailed
  | ChildWorkflowCompleted
  | ChildWorkflowFailed
  | TimerFired
  | EventRaised
  | ExecutionSuspended
  | ExecutionResumed
  | ExecutionTerminated;

/**
 * An inbox entry: something that happened, waiting to be seen by the workflow. Facts are kept in arrival order and
 * leave the inbox only with the decision that consumed them.
 */
export interface Fact {
  readonly event: InboxEvent;
  /** The generation a result belongs to. Facts from outside (raise, suspend, ...) carry -1: they are for whichever is current. */
  readonly generation: number;
  /** Strictly increasing per instance: two equal raises are two facts, one raise delivered twice is one. */
  readonly stamp: number;
}

/** `generation` of facts that do not belong to one. */
export const anyGeneration = -1;

/**
 * Two facts with the same key are the same happening. Results are keyed by kind, generation and task; a raised event
 * by its stamp. The parts are joined with a separator no part can contain, and keys are never taken apart.
 */
export function dedupKey(fact: Fact): string {
  const { event } = fact;
  switch (event.kind) {
    case 'taskCompleted':
    case 'taskFailed':
      return `task\n${fact.generation}\n${event.taskId}`;
    case 'childWorkflowCompleted':
    case 'childWorkflowFailed':
      return `child\n${fact.generation}\n${event.taskId}`;
    case 'timerFired':
      return `timer\n${fact.generation}\n${event.timerId}`;
    case 'executionStarted':
      return `start\n${event.executionId}`;
    case 'eventRaised':
    case 'executionSuspended':
    case 'executionResumed':
    case 'executionTerminated':
      return `${event.kind}\n${fact.stamp}`;
  }
}
