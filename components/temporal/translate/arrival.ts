import {
  activityResult,
  childIdTaken,
  childResult,
  eventRaised,
  executionStarted,
  resumed,
  suspended,
  terminated,
  timerFired,
  type ActivityResult,
  type FailureDetails,
  type HistoryEvent,
  type InboxEvent,
  type State,
} from '../../../core/orchestration/index.js';
import { WorkflowError } from '../../../core/index.js';
import { numberOf, timeOf, type TemporalEvent } from '../vendor.js';
import { eventType, ignoredEventTypes } from './event-type.js';
import { fromFailure } from './failure.js';
import { memoValue } from './memo.js';
import { readHeader, type ControlNote, type StartNote } from './note.js';
import { textOf } from './payload.js';
import { parseServerId } from './task-id.js';
import type { ServerTask } from './run.js';

/** What an event from outside means: a fact for the inbox, an event that is history at once, or a whole beginning. */
export type Arrival =
  | { readonly kind: 'fact'; readonly event: InboxEvent; readonly generation?: number }
  | { readonly kind: 'record'; readonly event: HistoryEvent }
  /** A later generation of an instance whose earlier ones are in another run. */
  | { readonly kind: 'generation'; readonly begin: readonly HistoryEvent[]; readonly customStatus?: string }
  | { readonly kind: 'seed'; readonly history: readonly HistoryEvent[] };

/** What has to be known of the run to read its events; arrivals are noted in the sets. */
export interface RunSoFar {
  readonly instanceId: string;
  readonly runId: string;
  readonly state: State;
  readonly tasks: ReadonlyMap<number, ServerTask>;
  readonly armed: Set<string>;
  readonly signals: Set<string>;
  workflowType: string;
}

/** `undefined`: nothing to a portable history. Throws `ERR_HISTORY_CORRUPT` for a kind of event that is not known. */
export function arrivalOf(run: RunSoFar, event: TemporalEvent, type: number): Arrival | undefined {
  const nowMs = timeOf(event.eventTime);
  switch (type) {
    case eventType.workflowExecutionStarted:
      return startOf(run, event, nowMs);
    case eventType.workflowExecutionSignaled:
      return signalOf(run, event, nowMs);
    case eventType.workflowExecutionTerminated: {
      const output = textOf(event.workflowExecutionTerminatedEventAttributes?.details);
      return { kind: 'fact', event: terminated(output, false, nowMs) };
    }
    case eventType.workflowExecutionTimedOut:
      return { kind: 'record', event: timedOut(nowMs) };
    case eventType.timerFired: {
      const id = event.timerFiredEventAttributes?.timerId ?? '';
      run.armed.delete(id);
      return timerOf(run, id, nowMs);
    }
    case eventType.activityTaskCompleted:
    case eventType.activityTaskFailed:
    case eventType.activityTaskTimedOut:
    case eventType.activityTaskCanceled:
      return activityOf(run, event, nowMs);
    case eventType.startChildWorkflowExecutionFailed:
    case eventType.childWorkflowExecutionCompleted:
    case eventType.childWorkflowExecutionFailed:
    case eventType.childWorkflowExecutionCanceled:
    case eventType.childWorkflowExecutionTimedOut:
    case eventType.childWorkflowExecutionTerminated:
      return childOf(run, event, nowMs);
    case eventType.childWorkflowExecutionStarted:
    case eventType.workflowExecutionCancelRequested:
    case eventType.workflowExecutionContinuedAsNew:
      return undefined;
    default:
      if (ignoredEventTypes.has(type)) return undefined;
      throw new WorkflowError('ERR_HISTORY_CORRUPT', { reason: `an event of the unknown type ${type}` });
  }
}

function startOf(run: RunSoFar, event: TemporalEvent, timestampMs: number): Arrival {
  const attributes = event.workflowExecutionStartedEventAttributes ?? {};
  const note: StartNote = readHeader(attributes.header) ?? {};
  run.workflowType = attributes.workflowType?.name ?? '';
  if (note.begin) {
    const customStatus = memoValue(attributes.memo);
    return { kind: 'generation', begin: note.begin, ...(customStatus === undefined ? {} : { customStatus }) };
  }
  if (note.seed) return { kind: 'seed', history: note.seed };
  const input = textOf(attributes.input);
  const started = executionStarted({
    timestampMs,
    name: run.workflowType,
    instanceId: run.instanceId,
    executionId: run.runId.replaceAll('-', ''),
    generation: 0,
    ...(note.version === undefined ? {} : { version: note.version }),
    ...(input === undefined ? {} : { input }),
    ...(note.parent ? { parent: note.parent } : {}),
    ...(note.scheduledStartMs === undefined ? {} : { scheduledStartMs: note.scheduledStartMs }),
    ...(note.trace ? { trace: note.trace } : {}),
    ...(note.tags ? { tags: note.tags } : {}),
  });
  return { kind: 'fact', event: started, generation: 0 };
}

function signalOf(run: RunSoFar, event: TemporalEvent, nowMs: number): Arrival | undefined {
  const attributes = event.workflowExecutionSignaledEventAttributes ?? {};
  if (attributes.requestId) run.signals.add(attributes.requestId);
  const note = readHeader(attributes.header) as ControlNote | undefined;
  switch (note?.control) {
    case 'suspend':
      return { kind: 'fact', event: suspended(note.reason, nowMs) };
    case 'resume':
      return { kind: 'fact', event: resumed(note.reason, nowMs) };
    case 'nudge':
      return undefined;
    case 'poisoned': {
      const stall = { reason: 'POISONED', description: note.description } as const;
      return { kind: 'record', event: { kind: 'executionStalled', eventId: -1, timestampMs: nowMs, ...stall } };
    }
    case undefined:
      return { kind: 'fact', event: eventRaised(attributes.signalName ?? '', textOf(attributes.input), nowMs) };
  }
}

function timedOut(timestampMs: number): HistoryEvent {
  const failure = { errorType: 'Timeout', errorMessage: 'the workflow timed out' };
  return { kind: 'executionCompleted', eventId: -1, timestampMs, status: 'FAILED', failure };
}

function timerOf({ state }: RunSoFar, id: string, nowMs: number): Arrival | undefined {
  const timer = parseServerId(id);
  const open = timer && state.open.get(timer.taskId);
  if (!timer || open?.kind !== 'timer') return undefined;
  return { kind: 'fact', event: timerFired(timer.taskId, open.fireAt, nowMs), generation: timer.generation };
}

function activityOf({ tasks }: RunSoFar, event: TemporalEvent, nowMs: number): Arrival | undefined {
  const attributes =
    event.activityTaskCompletedEventAttributes ??
    event.activityTaskFailedEventAttributes ??
    event.activityTaskTimedOutEventAttributes ??
    event.activityTaskCanceledEventAttributes;
  const task = tasks.get(numberOf(attributes?.scheduledEventId));
  if (!task) return undefined;
  return { kind: 'fact', event: activityResult(task, resultOf(event), nowMs), generation: task.generation };
}

function resultOf(event: TemporalEvent): ActivityResult {
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const result = textOf(completed.result);
    return result === undefined ? { kind: 'completed' } : { kind: 'completed', result };
  }
  const ended = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const failure = fromFailure(ended?.failure) ?? { errorType: 'Cancelled', errorMessage: 'the activity was cancelled' };
  return { kind: 'failed', failure };
}

function childOf({ tasks }: RunSoFar, event: TemporalEvent, nowMs: number): Arrival | undefined {
  const refused = event.startChildWorkflowExecutionFailedEventAttributes;
  const completed = event.childWorkflowExecutionCompletedEventAttributes;
  const failed = event.childWorkflowExecutionFailedEventAttributes;
  const stopped =
    event.childWorkflowExecutionCanceledEventAttributes ??
    event.childWorkflowExecutionTimedOutEventAttributes ??
    event.childWorkflowExecutionTerminatedEventAttributes;
  const task = tasks.get(numberOf((refused ?? completed ?? failed ?? stopped)?.initiatedEventId));
  if (!task || task.detached) return undefined;
  const { taskId, generation } = task;
  const fact = (told: InboxEvent): Arrival => ({ kind: 'fact', event: told, generation });
  if (refused) return fact(childIdTaken(taskId, refused.workflowId ?? '', nowMs));
  if (completed) {
    const result = textOf(completed.result);
    return fact(childResult(taskId, { kind: 'completed', ...(result === undefined ? {} : { result }) }, nowMs));
  }
  const failure = failed ? fromFailure(failed.failure) : failureOfStop(event);
  return fact(childResult(taskId, { kind: 'failed', ...(failure ? { failure } : {}) }, nowMs));
}

/** A child that was terminated tells no failure, as on every engine. */
function failureOfStop(event: TemporalEvent): FailureDetails | undefined {
  if (event.childWorkflowExecutionTimedOutEventAttributes) {
    return { errorType: 'Timeout', errorMessage: 'the child workflow timed out' };
  }
  return undefined;
}
