import { WorkflowError } from '../errors.js';
import type { RerunRequest } from '../requests.js';
import { childId } from './ids.js';
import type { Effect } from './effect.js';
import type {
  ChildWorkflowCreated,
  ExecutionStarted,
  HistoryEvent,
  TaskScheduled,
  TimerCreated,
} from './history-event.js';
import { foldAll } from './state.js';
import { effectsOfOpen } from './resume-effects.js';

/** A new instance's beginning: history that counts as committed, and what must leave so that it goes on. */
export interface Seed {
  readonly instanceId: string;
  readonly history: readonly HistoryEvent[];
  readonly effects: readonly Effect[];
}

type Rerunnable = TaskScheduled | TimerCreated | ChildWorkflowCreated;

/**
 * Plans a rerun: the source's history before the target event, then the target again, with a new identity. Steps before
 * the target that had no result there, and every timer, run again; raised events and all that came after the target are
 * not copied. The caller has checked that the source is closed and the new id is free.
 */
export function planRerun(
  source: readonly HistoryEvent[],
  request: RerunRequest & { readonly newInstanceId: string },
  identity: { readonly executionId: string },
): Seed {
  const { sourceInstanceId, newInstanceId, eventId } = request;
  if (newInstanceId === sourceInstanceId) {
    refuse('rerun workflow instance ID must be different from the original instance ID');
  }
  const started = source.find((event): event is ExecutionStarted => event.kind === 'executionStarted');
  if (started?.parent) refuse(`'${sourceInstanceId}': cannot rerun from child-workflows`);
  const index = source.findIndex((event) => event.eventId === eventId && event.eventId >= 0);
  const target = findTarget(source[index], request);

  const resolvedBefore = resolvedIds(source.slice(0, index));
  const history: HistoryEvent[] = [];
  for (const event of source.slice(0, index)) {
    const copied = copyOf(event, request, identity, resolvedBefore);
    if (copied) history.push(copied);
  }
  history.push(newTarget(target, request));
  const state = foldAll(newInstanceId, history);
  return { instanceId: newInstanceId, history, effects: effectsOfOpen(state, history) };
}

function refuse(reason: string): never {
  throw new WorkflowError('ERR_RERUN_INVALID', { reason });
}

function findTarget(event: HistoryEvent | undefined, request: RerunRequest): Rerunnable {
  const { eventId, sourceInstanceId } = request;
  if (!event) {
    throw new WorkflowError('ERR_RERUN_EVENT_NOT_FOUND', {
      reason: `'${sourceInstanceId}' does not have history event with ID '${eventId}'`,
    });
  }
  if (event.kind === 'detachedWorkflowCreated') refuse(`detached workflow event '${eventId}' cannot be rerun`);
  if (event.kind !== 'taskScheduled' && event.kind !== 'timerCreated' && event.kind !== 'childWorkflowCreated') {
    throw new WorkflowError('ERR_RERUN_EVENT_NOT_FOUND', {
      reason: `'${sourceInstanceId}' target event '${event.kind}' with ID '${eventId}' is not an event that can be rerun`,
    });
  }
  if (request.overwriteInput && event.kind === 'timerCreated') refuse(`cannot write input to timer event '${eventId}'`);
  if (request.newChildInstanceId !== undefined && event.kind !== 'childWorkflowCreated') {
    const what = event.kind === 'timerCreated' ? 'timer' : 'activity';
    refuse(`cannot set new child workflow instance ID on ${what} event '${eventId}'`);
  }
  return event;
}

/** Ids of activities and children whose result lies before the target. Timers always run again. */
function resolvedIds(events: readonly HistoryEvent[]): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const event of events) {
    switch (event.kind) {
      case 'taskCompleted':
      case 'taskFailed':
      case 'childWorkflowCompleted':
      case 'childWorkflowFailed':
        ids.add(event.taskId);
        break;
      case 'timerFired':
        ids.add(event.timerId);
        break;
      default:
    }
  }
  return ids;
}

function copyOf(
  event: HistoryEvent,
  request: RerunRequest & { readonly newInstanceId: string },
  identity: { readonly executionId: string },
  resolved: ReadonlySet<number>,
): HistoryEvent | undefined {
  switch (event.kind) {
    case 'executionStarted': {
      const { newInstanceId: instanceId } = request;
      return { ...event, instanceId, executionId: identity.executionId, generation: 0 };
    }
    case 'childWorkflowCreated':
      // A finished child is not run again and keeps its name; an open one gets a name under the new parent.
      return resolved.has(event.eventId)
        ? event
        : { ...event, instanceId: childId(request.newInstanceId, event.eventId) };
    case 'executionStalled':
      return undefined;
    default:
      return event;
  }
}

function newTarget(target: Rerunnable, request: RerunRequest & { readonly newInstanceId: string }): HistoryEvent {
  const rerunOf = request.sourceInstanceId;
  if (target.kind === 'timerCreated') return { ...target, rerunOf };
  const { input: oldInput, ...rest } = target;
  const input = request.overwriteInput ? request.input : oldInput;
  const withInput = { ...rest, ...(input === undefined ? {} : { input }), rerunOf };
  if (withInput.kind === 'taskScheduled') return withInput;
  return { ...withInput, instanceId: request.newChildInstanceId ?? childId(request.newInstanceId, target.eventId) };
}
