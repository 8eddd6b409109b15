import { executionStarted, type Fact, type HistoryEvent, type InboxEvent } from '../../../core/orchestration/index.js';

/** Short makers of events and facts for tables. */
export const at = (timestampMs: number): { eventId: -1; timestampMs: number } => ({ eventId: -1, timestampMs });

export const turnStart = (timestampMs = 1000): HistoryEvent => ({ kind: 'workflowStarted', ...at(timestampMs) });

export const started = (
  more: Partial<Parameters<typeof executionStarted>[0]> = {},
): ReturnType<typeof executionStarted> =>
  executionStarted({ timestampMs: 1000, name: 'wf', instanceId: 'i', executionId: 'e0', generation: 0, ...more });

export const scheduled = (id: number, name = 'act'): HistoryEvent => ({
  kind: 'taskScheduled',
  eventId: id,
  timestampMs: 1000,
  name,
});

export const timer = (id: number, fireAtMs: number): HistoryEvent => ({
  kind: 'timerCreated',
  eventId: id,
  timestampMs: 1000,
  fireAt: { ms: fireAtMs },
});

export const child = (id: number, instanceId = `i:000${id}`): HistoryEvent => ({
  kind: 'childWorkflowCreated',
  eventId: id,
  timestampMs: 1000,
  instanceId,
  name: 'kid',
});

export const done = (taskId: number, result = '1'): InboxEvent => ({
  kind: 'taskCompleted',
  ...at(2000),
  taskId,
  result,
});
export const childDone = (taskId: number): InboxEvent => ({
  kind: 'childWorkflowCompleted',
  ...at(2000),
  taskId,
  result: '1',
});
export const fired = (timerId: number, ms = 1500): InboxEvent => ({
  kind: 'timerFired',
  ...at(2000),
  timerId,
  fireAt: { ms },
});
export const raised = (name: string, data?: string): InboxEvent => ({
  kind: 'eventRaised',
  ...at(2000),
  name,
  ...(data === undefined ? {} : { data }),
});
export const suspend: InboxEvent = { kind: 'executionSuspended', ...at(2000) };
export const resume: InboxEvent = { kind: 'executionResumed', ...at(2000) };
export const terminate = (recurse = false, output?: string): InboxEvent => ({
  kind: 'executionTerminated',
  ...at(2000),
  recurse,
  ...(output === undefined ? {} : { output }),
});
export const completed = (id = -1): HistoryEvent => ({
  kind: 'executionCompleted',
  eventId: id,
  timestampMs: 1000,
  status: 'COMPLETED',
});

let stamp = 0;
export const fact = (event: InboxEvent, generation = -1): Fact => ({ event, generation, stamp: (stamp += 1) });
