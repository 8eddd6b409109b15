import type { HistoryEvent, WorkflowVersion } from '../../core/orchestration/index.js';
import type { Message } from './client.js';
import { failureFrom, fireTime, message, number, text, unwrapped } from './values.js';

/** A history event of the wire in the model's words. Unknown kinds are a fault of the target. */
export function eventFrom(wire: Message): HistoryEvent {
  const kind = text(wire['eventType']);
  const reader = readers[kind];
  if (!reader) throw new Error(`history has an event of unknown kind "${kind}"`);
  const base = { eventId: number(wire['eventId']), timestampMs: fireTime(wire['timestamp']).ms };
  const read = reader(message(wire[kind]));
  return without({ ...base, ...read }) as unknown as HistoryEvent;
}

function without(event: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
}

const statusName = (value: unknown): string => text(value).replace('ORCHESTRATION_STATUS_', '');

const nonEmpty = (value: unknown): string | undefined => (text(value) === '' ? undefined : text(value));

function version(value: unknown): WorkflowVersion | undefined {
  if (value === undefined || value === null) return undefined;
  const { name, patches } = message(value);
  return { ...(name === undefined ? {} : { name: text(name) }), patches: (patches as string[] | undefined) ?? [] };
}

type Reader = (fields: Message) => Record<string, unknown>;

/** By the name of the oneof's member. */
const readers: Readonly<Record<string, Reader>> = {
  workflowStarted: (fields) => ({ kind: 'workflowStarted', version: version(fields['version']) }),
  executionStarted: (fields) => ({
    kind: 'executionStarted',
    name: text(fields['name']),
    input: unwrapped(fields['input']),
    version: unwrapped(fields['version']),
    instanceId: text(message(fields['workflowInstance'])['instanceId']),
    executionId: unwrapped(message(fields['workflowInstance'])['executionId']) ?? '',
    generation: number(fields['generation']),
    rulesVersion: number(fields['rulesVersion'] ?? 1),
  }),
  executionCompleted: (fields) => ({
    kind: 'executionCompleted',
    // The first value of an enum is its absence on the wire.
    status: statusName(fields['workflowStatus']) || 'RUNNING',
    result: unwrapped(fields['result']),
    failure: failureFrom(fields['failureDetails']),
  }),
  executionTerminated: (fields) => ({
    kind: 'executionTerminated',
    output: unwrapped(fields['input']),
    recurse: fields['recurse'] === true,
  }),
  executionSuspended: (fields) => ({ kind: 'executionSuspended', reason: unwrapped(fields['input']) }),
  executionResumed: (fields) => ({ kind: 'executionResumed', reason: unwrapped(fields['input']) }),
  executionStalled: (fields) => ({
    kind: 'executionStalled',
    reason: nonEmpty(fields['ownReason']) ?? nonEmpty(fields['reason']) ?? 'PATCH_MISMATCH',
    description: nonEmpty(fields['description']),
  }),
  taskScheduled: (fields) => ({
    kind: 'taskScheduled',
    name: text(fields['name']),
    input: unwrapped(fields['input']),
    taskExecutionId: nonEmpty(fields['taskExecutionId']),
    inline: fields['inline'] === true ? true : undefined,
  }),
  taskCompleted: (fields) => ({
    kind: 'taskCompleted',
    taskId: number(fields['taskScheduledId']),
    result: unwrapped(fields['result']),
  }),
  taskFailed: (fields) => ({
    kind: 'taskFailed',
    taskId: number(fields['taskScheduledId']),
    failure: failureFrom(fields['failureDetails']),
  }),
  childWorkflowInstanceCreated: (fields) => ({
    kind: 'childWorkflowCreated',
    instanceId: text(fields['instanceId']),
    name: text(fields['name']),
    input: unwrapped(fields['input']),
  }),
  childWorkflowInstanceCompleted: (fields) => ({
    kind: 'childWorkflowCompleted',
    taskId: number(fields['taskScheduledId']),
    result: unwrapped(fields['result']),
  }),
  childWorkflowInstanceFailed: (fields) => ({
    kind: 'childWorkflowFailed',
    taskId: number(fields['taskScheduledId']),
    failure: failureFrom(fields['failureDetails']),
  }),
  timerCreated: (fields) => ({
    kind: 'timerCreated',
    fireAt: fireTime(fields['fireAt']),
    name: nonEmpty(fields['name']),
  }),
  timerFired: (fields) => ({
    kind: 'timerFired',
    timerId: number(fields['timerId']),
    fireAt: fireTime(fields['fireAt']),
  }),
  eventRaised: (fields) => ({ kind: 'eventRaised', name: text(fields['name']), data: unwrapped(fields['input']) }),
  eventSent: (fields) => ({
    kind: 'eventSent',
    instanceId: text(fields['instanceId']),
    name: text(fields['name']),
    data: unwrapped(fields['input']),
  }),
  detachedWorkflowInstanceCreated: (fields) => ({
    kind: 'detachedWorkflowCreated',
    instanceId: text(fields['instanceId']),
  }),
};
