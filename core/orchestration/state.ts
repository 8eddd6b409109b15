import type { RuntimeStatus } from '../instance.js';
import { assertNever } from '../assert.js';
import type { Fact } from './fact.js';
import type {
  ClosedStatus,
  ExecutionCompleted,
  ExecutionStarted,
  FailureDetails,
  FireTime,
  HistoryEvent,
  StalledReason,
  TaskScheduled,
} from './history-event.js';

/** Version of the rules below. An execution keeps the one it was begun with (`ExecutionStarted.rulesVersion`). */
export const currentRulesVersion = 1;

/** A step that was scheduled and has no result yet. */
export type OpenTask =
  | { readonly kind: 'activity'; readonly name: string; readonly taskExecutionId?: string }
  | { readonly kind: 'timer'; readonly fireAt: FireTime }
  | { readonly kind: 'child'; readonly instanceId: string };

/**
 * What is known about one execution: the fold of its history, never stored as truth. The owner changes it in place
 * through `fold` only (copying its maps would make a step cost as much as all steps before it).
 */
export interface State {
  readonly instanceId: string;
  readonly generation: number;
  /** Absent until the first turn is committed. */
  started?: ExecutionStarted;
  startedAtMs?: number;
  closed?: {
    readonly status: ClosedStatus;
    readonly result?: string;
    readonly failure?: FailureDetails;
    readonly atMs: number;
  };
  suspended: boolean;
  stalled?: { readonly reason: StalledReason; readonly description?: string };
  readonly open: Map<number, OpenTask>;
  /** Ids of every event an action made, resolved or not: an action may not use one twice. */
  readonly usedIds: Set<number>;
  /** Instance ids of all children of this generation, detached ones excepted. */
  readonly children: string[];
  customStatus?: string;
  versionName?: string;
  readonly patches: string[];
  eventCount: number;
  lastUpdatedMs?: number;
  /** Index of the last `workflowStarted`. */
  turnStart: number;
  /** Index of the first event no worker has seen yet: set while turns are committed without dispatch (suspended). */
  unseenFrom?: number;
}

/** State of an execution without history. `customStatus` is kept over continue-as-new. */
export function createState(instanceId: string, generation = 0, customStatus?: string): State {
  return {
    instanceId,
    generation,
    suspended: false,
    open: new Map(),
    usedIds: new Set(),
    children: [],
    patches: [],
    eventCount: 0,
    turnStart: 0,
    ...(customStatus === undefined ? {} : { customStatus }),
  };
}

/** Adds one event. Total over kinds; the order of calls is the order of history. */
export function fold(state: State, event: HistoryEvent): void {
  const index = state.eventCount;
  state.eventCount += 1;
  state.lastUpdatedMs = Math.max(event.timestampMs, state.lastUpdatedMs ?? event.timestampMs);
  switch (event.kind) {
    case 'workflowStarted':
      // Whatever was committed before, unless the instance is suspended, has been dispatched and answered.
      if (!state.suspended) delete state.unseenFrom;
      delete state.stalled;
      state.turnStart = index;
      state.startedAtMs ??= event.timestampMs;
      if (event.version?.name !== undefined) state.versionName = event.version.name;
      if (event.version?.patches) state.patches.push(...event.version.patches);
      return;
    case 'executionStarted':
      state.started = event;
      return;
    case 'executionCompleted':
      state.closed = closing(event);
      return;
    case 'executionSuspended':
      state.suspended = true;
      state.unseenFrom ??= state.turnStart;
      return;
    case 'executionResumed':
      state.suspended = false;
      return;
    case 'executionStalled':
      state.stalled = {
        reason: event.reason,
        ...(event.description === undefined ? {} : { description: event.description }),
      };
      return;
    case 'taskScheduled':
      state.usedIds.add(event.eventId);
      state.open.set(event.eventId, openActivity(event));
      return;
    case 'timerCreated':
      state.usedIds.add(event.eventId);
      state.open.set(event.eventId, { kind: 'timer', fireAt: event.fireAt });
      return;
    case 'childWorkflowCreated':
      state.usedIds.add(event.eventId);
      state.open.set(event.eventId, { kind: 'child', instanceId: event.instanceId });
      state.children.push(event.instanceId);
      return;
    case 'taskCompleted':
    case 'taskFailed':
    case 'childWorkflowCompleted':
    case 'childWorkflowFailed':
      state.open.delete(event.taskId);
      return;
    case 'timerFired':
      state.open.delete(event.timerId);
      return;
    case 'eventSent':
    case 'detachedWorkflowCreated':
      state.usedIds.add(event.eventId);
      return;
    case 'eventRaised':
    case 'executionTerminated':
      return;
    default:
      assertNever(event);
  }
}

function openActivity({ name, taskExecutionId }: TaskScheduled): OpenTask {
  return taskExecutionId === undefined ? { kind: 'activity', name } : { kind: 'activity', name, taskExecutionId };
}

function closing({ status, timestampMs, result, failure }: ExecutionCompleted): NonNullable<State['closed']> {
  return {
    status,
    atMs: timestampMs,
    ...(result === undefined ? {} : { result }),
    ...(failure === undefined ? {} : { failure }),
  };
}

/** A copy that can be folded further without touching the original. */
export function cloneState(state: State): State {
  return {
    ...state,
    open: new Map(state.open),
    usedIds: new Set(state.usedIds),
    children: [...state.children],
    patches: [...state.patches],
  };
}

/** Folds a whole history from scratch. */
export function foldAll(
  instanceId: string,
  events: Iterable<HistoryEvent>,
  generation = 0,
  customStatus?: string,
): State {
  const state = createState(instanceId, generation, customStatus);
  for (const event of events) fold(state, event);
  return state;
}

/**
 * The status shown to callers: history, overlaid with control facts that were accepted and not committed yet, so that
 * suspend and resume are visible at once and never wait for a worker that holds a turn.
 */
export function statusOf(state: State, pending: readonly Fact[] = []): RuntimeStatus {
  if (state.closed) return state.closed.status;
  let suspended = state.suspended;
  for (const { event } of pending) {
    if (event.kind === 'executionTerminated') return 'TERMINATED';
    if (event.kind === 'executionSuspended') suspended = true;
    if (event.kind === 'executionResumed') suspended = false;
  }
  if (state.stalled) return 'STALLED';
  if (suspended) return 'SUSPENDED';
  return state.started || state.generation > 0 ? 'RUNNING' : 'PENDING';
}
