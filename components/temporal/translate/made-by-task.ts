import type { HistoryEvent, State, TimerCreated } from '../../../core/orchestration/index.js';
import { numberOf, type TemporalEvent } from '../vendor.js';
import { fromFailure } from './failure.js';
import { memoValue, tellsCustomStatus } from './memo.js';
import {
  readHeader,
  readNote,
  type ActivityNote,
  type ChildNote,
  type SentNote,
  type TimerNote,
  type TurnNote,
} from './note.js';
import { textOf } from './payload.js';
import type { ServerTask } from './run.js';
import { parseServerId } from './task-id.js';

export const turnMarker = 'wfh.turn';
export const timerMarker = 'wfh.timer';
/** The only key of a marker's details. */
export const noteKey = 'note';

/** What a task says about itself; undefined: an ordinary turn. */
export function noteOfMarker(made: readonly TemporalEvent[]): TurnNote | undefined {
  for (const { markerRecordedEventAttributes: marker } of made) {
    if (marker?.markerName === turnMarker) return readNote(marker.details?.[noteKey]?.payloads?.[0]);
  }
  return undefined;
}

/** A timer that is never armed on the server: a wait without a limit. */
export function timerOfMarker({ markerRecordedEventAttributes: marker }: TemporalEvent): TimerCreated | undefined {
  if (marker?.markerName !== timerMarker) return undefined;
  return readNote(marker.details?.[noteKey]?.payloads?.[0]) as TimerCreated | undefined;
}

/** `value` undefined: the custom status was cleared. */
export function memoChange(event: TemporalEvent): { readonly value: string | undefined } | undefined {
  const memo = event.workflowPropertiesModifiedEventAttributes?.upsertedMemo;
  return tellsCustomStatus(memo) ? { value: memoValue(memo) } : undefined;
}

/** The portable event of a step that begins, and which step it is; undefined: no step of a workflow. */
export function actionEventOf(
  event: TemporalEvent,
  timestampMs: number,
): { readonly event: HistoryEvent; readonly task: ServerTask } | undefined {
  if (event.activityTaskScheduledEventAttributes) return activityOf(event, timestampMs);
  if (event.timerStartedEventAttributes) return timerOf(event, timestampMs);
  if (event.startChildWorkflowExecutionInitiatedEventAttributes) return childOf(event, timestampMs);
  if (event.signalExternalWorkflowExecutionInitiatedEventAttributes) return sentOf(event, timestampMs);
  return undefined;
}

type ActionEvent = ReturnType<typeof actionEventOf>;

function activityOf(event: TemporalEvent, timestampMs: number): ActionEvent {
  const attributes = event.activityTaskScheduledEventAttributes ?? {};
  const note = readHeader(attributes.header) as ActivityNote | undefined;
  const { generation, taskId } = parseServerId(attributes.activityId ?? '') ?? foreignTask(event);
  const { version, taskExecutionId, trace } = note ?? {};
  const input = textOf(attributes.input);
  const again = taskExecutionId === undefined ? {} : { taskExecutionId };
  return {
    task: { generation, taskId, ...again },
    event: {
      kind: 'taskScheduled',
      eventId: taskId,
      timestampMs,
      name: attributes.activityType?.name ?? '',
      ...(version === undefined ? {} : { version }),
      ...(input === undefined ? {} : { input }),
      ...again,
      ...(trace ? { trace } : {}),
    },
  };
}

function timerOf(event: TemporalEvent, timestampMs: number): ActionEvent {
  const { timerId, startToFireTimeout } = event.timerStartedEventAttributes ?? {};
  const note = readNote(event.userMetadata?.details) as TimerNote | undefined;
  const own = parseServerId(timerId ?? '');
  if (!own && note) return undefined;
  const { generation, taskId } = own ?? foreignTask(event);
  const lengthMs = numberOf(startToFireTimeout?.seconds) * 1000 + (startToFireTimeout?.nanos ?? 0) / 1_000_000;
  const timer = note ?? { fireAt: { ms: timestampMs + Math.ceil(lengthMs) } };
  return { task: { generation, taskId }, event: { kind: 'timerCreated', eventId: taskId, timestampMs, ...timer } };
}

function childOf(event: TemporalEvent, timestampMs: number): ActionEvent {
  const attributes = event.startChildWorkflowExecutionInitiatedEventAttributes ?? {};
  const note = attributes.control ? (JSON.parse(attributes.control) as Partial<ChildNote>) : {};
  const { generation, taskId } = { ...foreignTask(event), ...note };
  const instanceId = attributes.workflowId ?? '';
  if (note.detached) {
    // A cascade is no action of the workflow's code and has no id.
    if (taskId < 0) return undefined;
    const made: HistoryEvent = { kind: 'detachedWorkflowCreated', eventId: taskId, timestampMs, instanceId };
    return { task: { generation, taskId, detached: true }, event: made };
  }
  const input = textOf(attributes.input);
  return {
    task: { generation, taskId },
    event: {
      kind: 'childWorkflowCreated',
      eventId: taskId,
      timestampMs,
      instanceId,
      name: attributes.workflowType?.name ?? '',
      ...(note.version === undefined ? {} : { version: note.version }),
      ...(input === undefined ? {} : { input }),
      ...(note.trace ? { trace: note.trace } : {}),
      ...(note.retryOf === undefined ? {} : { retryOf: note.retryOf }),
    },
  };
}

function sentOf(event: TemporalEvent, timestampMs: number): ActionEvent {
  const attributes = event.signalExternalWorkflowExecutionInitiatedEventAttributes ?? {};
  const { generation, taskId } = (readHeader(attributes.header) as SentNote | undefined) ?? foreignTask(event);
  const data = textOf(attributes.input);
  return {
    task: { generation, taskId },
    event: {
      kind: 'eventSent',
      eventId: taskId,
      timestampMs,
      instanceId: attributes.workflowExecution?.workflowId ?? '',
      name: attributes.signalName ?? '',
      ...(data === undefined ? {} : { data }),
    },
  };
}

/** A step of a native workflow: named by its event. */
function foreignTask(event: TemporalEvent): { generation: number; taskId: number } {
  return { generation: 0, taskId: numberOf(event.eventId) };
}

/** How the run ended by its own decision. */
export function closingOf(event: TemporalEvent, timestampMs: number, state: State): HistoryEvent | undefined {
  const eventId = Math.max(-1, ...state.usedIds) + 1;
  const base = { kind: 'executionCompleted', eventId, timestampMs } as const;
  const { workflowExecutionCompletedEventAttributes: completed, workflowExecutionFailedEventAttributes: failed } =
    event;
  if (completed) {
    const result = textOf(completed.result);
    return { ...base, status: 'COMPLETED', ...(result === undefined ? {} : { result }) };
  }
  if (failed) {
    const failure = fromFailure(failed.failure);
    return { ...base, status: 'FAILED', ...(failure ? { failure } : {}) };
  }
  const canceled = event.workflowExecutionCanceledEventAttributes;
  if (!canceled) return undefined;
  const result = textOf(canceled.details);
  return { ...base, status: 'CANCELED', ...(result === undefined ? {} : { result }) };
}
