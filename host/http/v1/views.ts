import type { InstanceSummary, WorkflowInstance } from '../../../core/index.js';
import type { FailureDetails, HistoryEvent } from '../../../core/orchestration/index.js';
import type { ComponentDirectory } from '../../service/workflow-service.js';
import type { JsonObject, JsonValue } from '../json/write.js';
import { formatFireTime, formatTime } from '../time.js';
import { payloadMember, type PayloadMode } from './payloads.js';

/** A chain of causes is shown this deep. */
const maxCauses = 32;

/** A list row as JSON. */
export function summaryView(instance: InstanceSummary): JsonObject {
  return {
    instanceId: instance.instanceId,
    workflowName: instance.workflowName,
    status: instance.status,
    createdAt: formatTime(instance.createdAtMs),
    lastUpdatedAt: formatTime(instance.lastUpdatedAtMs),
    completedAt: optionalTime(instance.completedAtMs),
    parentInstanceId: instance.parentInstanceId,
  };
}

/** One instance as JSON. */
export function instanceView(instance: WorkflowInstance, mode: PayloadMode): JsonObject {
  return {
    ...summaryView(instance),
    executionId: instance.executionId,
    generation: instance.generation,
    version: instance.version,
    startedAt: optionalTime(instance.startedAtMs),
    scheduledStart: optionalTime(instance.scheduledStartMs),
    ...payloadMember('input', instance.input, mode),
    ...payloadMember('output', instance.output, mode),
    customStatus: instance.customStatus,
    failure: instance.failure && failureView(instance.failure),
    stalled: instance.stalled && { reason: instance.stalled.reason, description: instance.stalled.description },
    tags: instance.tags,
  };
}

/** One history event as JSON: its members by their own names, times in RFC 3339, payloads as asked for. */
export function eventView(event: HistoryEvent, mode: PayloadMode): JsonObject {
  const view: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(event)) Object.assign(view, eventMember(name, value, mode));
  return view;
}

/** One loaded component, what it can do, and whether it can serve. */
export function componentView(entry: ReturnType<ComponentDirectory['list']>[number]): JsonObject {
  const { manifest } = entry;
  return {
    name: entry.name,
    type: manifest.type,
    version: manifest.version,
    description: manifest.description,
    isDefault: entry.isDefault,
    ready: entry.ready,
    reason: entry.reason,
    capabilities: { ...manifest.capabilities },
    limits: { ...manifest.limits },
    deviations: manifest.deviations.map(({ id, reason }) => ({ id, reason })),
  };
}

const payloadNames: ReadonlySet<string> = new Set(['input', 'result', 'output', 'data']);

function eventMember(name: string, value: unknown, mode: PayloadMode): JsonObject {
  if (name === 'timestampMs') return { timestamp: formatTime(value as number) };
  if (name === 'scheduledStartMs') return { scheduledStart: optionalTime(value as number | undefined) };
  if (name === 'fireAt') return { fireAt: formatFireTime(value as { ms: number; subNanos?: number }) };
  if (name === 'failure') return { failure: value === undefined ? undefined : failureView(value as FailureDetails) };
  if (payloadNames.has(name)) return payloadMember(name, value as string | undefined, mode);
  return { [name]: value as JsonValue };
}

function failureView(failure: FailureDetails, depth = 0): JsonObject {
  return {
    errorType: failure.errorType,
    errorMessage: failure.errorMessage,
    stackTrace: failure.stackTrace,
    nonRetriable: failure.nonRetriable,
    inner: failure.inner && depth < maxCauses ? failureView(failure.inner, depth + 1) : undefined,
  };
}

function optionalTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : formatTime(ms);
}
