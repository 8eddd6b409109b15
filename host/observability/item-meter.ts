import type { ActivityItem, ActivityOutcome, Clock, TurnItem, TurnOutcome } from '../../core/index.js';
import type { Action } from '../../core/orchestration/index.js';
import type { ItemWatch } from '../workers/worker-pool.js';
import type { MetricStore, Series } from './metrics.js';

/** Executions whose start time is remembered until they end. Above it the oldest end without a latency. */
const maxRemembered = 100_000;

/** How an item ended, in the words of Dapr's dashboards. */
type Status = 'success' | 'failed' | 'terminated' | 'recoverable';

/** Counts and times items under the names of Dapr's dashboards. */
export function itemMeter(store: MetricStore, clock: Clock): ItemWatch {
  const executions = new ExecutionMeter(store, clock);
  const activities = new ActivityMeter(store);
  const turnLatency = store.series('wfhost_turn_latency', 'histogram');
  return {
    turn: (item) => {
      const begunAt = clock.monotonic();
      if (item.pastCount === 0) executions.begun(item);
      return {
        item,
        settled: (outcome) => {
          turnLatency.observe(clock.monotonic() - begunAt);
          executions.turned(item, outcome);
        },
      };
    },
    activity: (item) => {
      const begunAt = clock.monotonic();
      return { item, settled: (outcome) => activities.ended(item, outcome, clock.monotonic() - begunAt) };
    },
  };
}

class ExecutionMeter {
  readonly #store: MetricStore;
  readonly #clock: Clock;
  /** Epoch ms, by execution. */
  readonly #startedAt = new Map<string, number>();

  constructor(store: MetricStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** A first turn goes out; perhaps not for the first time. */
  begun({ newEvents, executionId, workflowName }: TurnItem): void {
    const start = newEvents.find(({ kind }) => kind === 'executionStarted');
    if (start?.kind !== 'executionStarted' || this.#startedAt.has(executionId)) return;
    const dueMs = Math.max(start.timestampMs, start.scheduledStartMs ?? 0);
    this.#startedAt.set(executionId, dueMs);
    this.#store.observe('dapr_runtime_workflow_scheduling_latency', this.#clock.now() - dueMs, {
      workflow_name: workflowName,
    });
    const [oldest] = this.#startedAt.keys();
    if (this.#startedAt.size > maxRemembered && oldest !== undefined) this.#startedAt.delete(oldest);
  }

  turned({ executionId, workflowName }: TurnItem, outcome: TurnOutcome): void {
    const status = turnStatus(outcome);
    if (!status) return;
    const labels = { workflow_name: workflowName, status };
    this.#store.count('dapr_runtime_workflow_execution_count', labels);
    const startMs = this.#startedAt.get(executionId);
    if (status === 'recoverable' || startMs === undefined) return;
    this.#startedAt.delete(executionId);
    this.#store.observe('dapr_runtime_workflow_execution_latency', this.#clock.now() - startMs, labels);
  }
}

/** Names whose series are kept at hand. Beyond it they are looked up each time. */
const maxNames = 1_000;

/** Activities are what a host does most: their series are kept, which costs a fifth of looking them up. */
class ActivityMeter {
  readonly #store: MetricStore;
  readonly #kept = new Map<string, ActivitySeries>();

  constructor(store: MetricStore) {
    this.#store = store;
  }

  ended({ name }: ActivityItem, outcome: ActivityOutcome, tookMs: number): void {
    const { counts, latencies } = this.#seriesOf(name, outcome.kind);
    for (const count of counts) count.add();
    for (const latency of latencies) latency.observe(tookMs);
  }

  #seriesOf(name: string, kind: ActivityOutcome['kind']): ActivitySeries {
    const key = `${kind} ${name}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const labels = { activity_name: name, status: activityStatus(kind) };
    const all = (what: 'counter' | 'histogram', suffix: string): readonly Series[] =>
      ['operation', 'execution'].map((step) =>
        this.#store.series(`dapr_runtime_workflow_activity_${step}_${suffix}`, what, labels),
      );
    const found = { counts: all('counter', 'count'), latencies: all('histogram', 'latency') };
    if (this.#kept.size < maxNames) this.#kept.set(key, found);
    return found;
  }
}

interface ActivitySeries {
  readonly counts: readonly Series[];
  readonly latencies: readonly Series[];
}

function activityStatus(kind: ActivityOutcome['kind']): Status {
  switch (kind) {
    case 'gone':
      return 'recoverable';
    case 'completed':
      return 'success';
    case 'failed':
      return 'failed';
  }
}

/** undefined: the execution goes on. */
function turnStatus(outcome: TurnOutcome): Status | undefined {
  if (outcome.kind !== 'answered') return 'recoverable';
  const completion = outcome.response.actions.find(isCompletion);
  if (!completion) return undefined;
  if (completion.kind === 'continueAsNew') return 'success';
  if (completion.status === 'COMPLETED') return 'success';
  return completion.status === 'FAILED' ? 'failed' : 'terminated';
}

function isCompletion(action: Action): action is Extract<Action, { kind: 'completeWorkflow' | 'continueAsNew' }> {
  return action.kind === 'completeWorkflow' || action.kind === 'continueAsNew';
}
