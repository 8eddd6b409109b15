import type { WorkflowInstance } from '../instance.js';
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
  // Asked for at every start, status and wait, so fields are set one by one instead of being spread together.
  const view: { -readonly [K in keyof WorkflowInstance]: WorkflowInstance[K] } = {
    instanceId: state.instanceId,
    executionId: started.executionId,
    generation: state.generation,
    workflowName: started.name,
    status,
    createdAtMs: started.timestampMs,
    lastUpdatedAtMs: state.lastUpdatedMs ?? started.timestampMs,
  };
  const version = state.versionName ?? started.version;
  if (version !== undefined) view.version = version;
  if (state.startedAtMs !== undefined) view.startedAtMs = state.startedAtMs;
  if (started.scheduledStartMs !== undefined) view.scheduledStartMs = started.scheduledStartMs;
  if (started.input !== undefined) view.input = started.input;
  if (state.customStatus !== undefined) view.customStatus = state.customStatus;
  if (started.parent) view.parentInstanceId = started.parent.instanceId;
  if (started.tags) view.tags = started.tags;
  if (state.stalled) view.stalled = state.stalled;
  const { closed } = state;
  if (!closed) return view;
  view.completedAtMs = closed.atMs;
  if (closed.result !== undefined) view.output = closed.result;
  if (closed.failure) view.failure = closed.failure;
  return view;
}

function startIn(inbox: readonly Fact[]): ExecutionStarted | undefined {
  for (const { event } of inbox) if (event.kind === 'executionStarted') return event;
  return undefined;
}
