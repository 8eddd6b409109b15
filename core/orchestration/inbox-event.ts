import { assertNever } from '../assert.js';
import type { Closing } from './effect.js';
import type { InboxEvent } from './fact.js';
import type { FailureDetails, FireTime, TaskCompleted, TaskFailed } from './history-event.js';

/**
 * How what happens outside an execution is worded as an event. Engines differ in how facts travel, never in what they say.
 */

/** An activity's result, as a worker gave it. */
export type ActivityResult =
  | { readonly kind: 'completed'; readonly result?: string }
  | { readonly kind: 'failed'; readonly failure: FailureDetails };

const outside = (nowMs: number): { eventId: -1; timestampMs: number } => ({ eventId: -1, timestampMs: nowMs });

export function activityResult(
  task: { readonly taskId: number; readonly taskExecutionId?: string },
  outcome: ActivityResult,
  nowMs: number,
): InboxEvent {
  const { taskId, taskExecutionId } = task;
  const event:
    { -readonly [K in keyof TaskFailed]: TaskFailed[K] } | { -readonly [K in keyof TaskCompleted]: TaskCompleted[K] } =
    outcome.kind === 'failed'
      ? { kind: 'taskFailed', eventId: -1, timestampMs: nowMs, taskId, failure: outcome.failure }
      : { kind: 'taskCompleted', eventId: -1, timestampMs: nowMs, taskId };
  if (event.kind === 'taskCompleted' && outcome.kind === 'completed' && outcome.result !== undefined)
    event.result = outcome.result;
  if (taskExecutionId !== undefined) event.taskExecutionId = taskExecutionId;
  return event;
}

export function childResult(taskId: number, outcome: Closing, nowMs: number): InboxEvent {
  switch (outcome.kind) {
    case 'completed': {
      const result = outcome.result === undefined ? {} : { result: outcome.result };
      return { kind: 'childWorkflowCompleted', ...outside(nowMs), taskId, ...result };
    }
    case 'failed': {
      const failure = outcome.failure === undefined ? {} : { failure: outcome.failure };
      return { kind: 'childWorkflowFailed', ...outside(nowMs), taskId, ...failure };
    }
    default:
      return assertNever(outcome);
  }
}

/** The id a child was to have belongs to another instance, which is left alone. */
export function childIdTaken(taskId: number, instanceId: string, nowMs: number): InboxEvent {
  const failure = {
    errorType: 'WorkflowInstanceAlreadyExists',
    errorMessage: `an active workflow with ID '${instanceId}' already exists`,
  };
  return { kind: 'childWorkflowFailed', ...outside(nowMs), taskId, failure };
}

export function timerFired(timerId: number, fireAt: FireTime, nowMs: number): InboxEvent {
  return { kind: 'timerFired', ...outside(nowMs), timerId, fireAt };
}

export function eventRaised(name: string, data: string | undefined, nowMs: number): InboxEvent {
  return { kind: 'eventRaised', ...outside(nowMs), name, ...(data === undefined ? {} : { data }) };
}

export function suspended(reason: string | undefined, nowMs: number): InboxEvent {
  return { kind: 'executionSuspended', ...outside(nowMs), ...(reason ? { reason } : {}) };
}

export function resumed(reason: string | undefined, nowMs: number): InboxEvent {
  return { kind: 'executionResumed', ...outside(nowMs), ...(reason ? { reason } : {}) };
}

export function terminated(output: string | undefined, recurse: boolean, nowMs: number): InboxEvent {
  return { kind: 'executionTerminated', ...outside(nowMs), recurse, ...(output === undefined ? {} : { output }) };
}
