import { isClosed, type WorkflowInstance } from '../instance.js';
import type { Fact } from './fact.js';
import type { ExecutionStarted } from './history-event.js';
import { statusOf, type State } from './state.js';

/**
 * The snapshot callers see: history, overlaid with what was accepted and not committed yet. `inbox` must be the one the
 * state belongs to, or the view is torn. An instance that has neither started nor a start in its inbox does not exist;
 * asking for it is a fault of the engine.
 */
export function describe(state: State, inbox: readonly Fact[]): WorkflowInstance {
  const started = state.started ?? startIn(inbox);
  if (!started) throw new Error(`instance "${state.instanceId}" has neither history nor a start`);
  const status = statusOf(state, inbox);
  const { closed } = state;
  return {
    instanceId: state.instanceId,
    executionId: started.executionId,
    generation: state.generation,
    workflowName: started.name,
    status,
    createdAtMs: started.timestampMs,
    lastUpdatedAtMs: state.lastUpdatedMs ?? started.timestampMs,
    ...present('version', state.versionName ?? started.version),
    ...present('startedAtMs', state.startedAtMs),
    ...present('scheduledStartMs', started.scheduledStartMs),
    ...present('input', started.input),
    ...present('customStatus', state.customStatus),
    ...present('parentInstanceId', started.parent?.instanceId),
    ...present('tags', started.tags),
    ...(isClosed(status) && closed ? { completedAtMs: closed.atMs } : {}),
    ...present('output', closed?.result),
    ...present('failure', closed?.failure),
    ...(state.stalled ? { stalled: state.stalled } : {}),
  };
}

function startIn(inbox: readonly Fact[]): ExecutionStarted | undefined {
  for (const { event } of inbox) if (event.kind === 'executionStarted') return event;
  return undefined;
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
