import type { InstanceSummary, ListResponse, WorkflowInstance } from '../../core/index.js';
import type { FireTime, HistoryEvent } from '../../core/orchestration/index.js';

/** What `/v1` answers, read into the shapes of the contract. Payloads were asked for as text. */

interface SummaryBody extends Omit<InstanceSummary, 'createdAtMs' | 'lastUpdatedAtMs' | 'completedAtMs'> {
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly completedAt?: string;
}

export interface InstanceBody extends SummaryBody {
  readonly executionId: string;
  readonly generation: number;
  readonly version?: string;
  readonly startedAt?: string;
  readonly scheduledStart?: string;
  readonly inputText?: string;
  readonly outputText?: string;
  readonly customStatus?: string;
  readonly failure?: NonNullable<WorkflowInstance['failure']>;
  readonly stalled?: NonNullable<WorkflowInstance['stalled']>;
  readonly tags?: Readonly<Record<string, string>>;
}

export interface ListBody {
  readonly instances: readonly SummaryBody[];
  readonly continuationToken?: string;
}

export interface EventBody {
  readonly timestamp: string;
  readonly fireAt?: string;
  readonly scheduledStart?: string;
  readonly [member: string]: unknown;
}

export function instanceOf(body: InstanceBody): WorkflowInstance {
  const { createdAt, lastUpdatedAt, completedAt, startedAt, scheduledStart, inputText, outputText, ...same } = body;
  return {
    ...same,
    createdAtMs: Date.parse(createdAt),
    lastUpdatedAtMs: Date.parse(lastUpdatedAt),
    ...(completedAt === undefined ? {} : { completedAtMs: Date.parse(completedAt) }),
    ...(startedAt === undefined ? {} : { startedAtMs: Date.parse(startedAt) }),
    ...(scheduledStart === undefined ? {} : { scheduledStartMs: Date.parse(scheduledStart) }),
    ...(inputText === undefined ? {} : { input: inputText }),
    ...(outputText === undefined ? {} : { output: outputText }),
  };
}

export function listOf({ instances, continuationToken }: ListBody): ListResponse {
  return {
    instances: instances.map(({ createdAt, lastUpdatedAt, completedAt, ...same }) => ({
      ...same,
      createdAtMs: Date.parse(createdAt),
      lastUpdatedAtMs: Date.parse(lastUpdatedAt),
      ...(completedAt === undefined ? {} : { completedAtMs: Date.parse(completedAt) }),
    })),
    ...(continuationToken === undefined ? {} : { continuationToken }),
  };
}

/** An event's members keep their names; payloads lose their `Text`, times become numbers. */
export function eventOf({ timestamp, fireAt, scheduledStart, ...same }: EventBody): HistoryEvent {
  const members = Object.entries(same).map(([name, value]) => [name.replace(/Text$/, ''), value]);
  const event: unknown = {
    ...Object.fromEntries(members),
    timestampMs: Date.parse(timestamp),
    ...(fireAt === undefined ? {} : { fireAt: fireTimeOf(fireAt) }),
    ...(scheduledStart === undefined ? {} : { scheduledStartMs: Date.parse(scheduledStart) }),
  };
  // The host wrote it from an event of this shape.
  return event as HistoryEvent;
}

function fireTimeOf(text: string): FireTime {
  const subNanos = Number(/\.\d{3}(\d{6})/.exec(text)?.[1] ?? 0);
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  return { ms, ...(subNanos === 0 ? {} : { subNanos }) };
}
