import type { ActivityItem, ActivityOutcome, Clock, Metrics, TurnItem, TurnOutcome } from '../../core/index.js';
import type { Action } from '../../core/orchestration/index.js';
import type { ItemWatch } from '../workers/worker-pool.js';

/** Executions whose start time is remembered until they end. Above it the oldest end without a latency. */
const maxRemembered = 100_000;

/** How an item ended, in the words of Dapr's dashboards. */
type Status = 'success' | 'failed' | 'terminated' | 'recoverable';

/** Counts and times items under the names of Dapr's dashboards. */
export function itemMeter(metrics: Metrics, clock: Clock): ItemWatch {
  const startedAt = new Map<string, number>();

  const begun = (item: TurnItem): void => {
    if (item.pastCount > 0) return;
    const start = item.newEvents.find((event) => event.kind === 'executionStarted');
    if (!start || startedAt.has(item.executionId)) return;
    const dueMs = Math.max(start.timestampMs, start.kind === 'executionStarted' ? (start.scheduledStartMs ?? 0) : 0);
    startedAt.set(item.executionId, dueMs);
    metrics.observe('dapr_runtime_workflow_scheduling_latency', clock.now() - dueMs, {
      workflow_name: item.workflowName,
    });
    if (startedAt.size <= maxRemembered) return;
    const [oldest] = startedAt.keys();
    if (oldest !== undefined) startedAt.delete(oldest);
  };

  return {
    turn: (item) => {
      const begunAt = clock.monotonic();
      begun(item);
      return {
        item,
        settled: (outcome) => {
          metrics.observe('wfhost_turn_latency', clock.monotonic() - begunAt);
          const status = turnStatus(outcome);
          if (!status) return;
          const labels = { workflow_name: item.workflowName, status };
          metrics.count('dapr_runtime_workflow_execution_count', labels);
          const startMs = startedAt.get(item.executionId);
          if (status === 'recoverable' || startMs === undefined) return;
          startedAt.delete(item.executionId);
          metrics.observe('dapr_runtime_workflow_execution_latency', clock.now() - startMs, labels);
        },
      };
    },
    activity: (item) => {
      const begunAt = clock.monotonic();
      return {
        item,
        settled: (outcome) => meterActivity(metrics, item, outcome, clock.monotonic() - begunAt),
      };
    },
  };
}

function meterActivity(metrics: Metrics, item: ActivityItem, outcome: ActivityOutcome, tookMs: number): void {
  const labels = { activity_name: item.name, status: activityStatus(outcome) };
  for (const step of ['operation', 'execution']) {
    metrics.count(`dapr_runtime_workflow_activity_${step}_count`, labels);
    metrics.observe(`dapr_runtime_workflow_activity_${step}_latency`, tookMs, labels);
  }
}

function activityStatus(outcome: ActivityOutcome): Status {
  if (outcome.kind === 'gone') return 'recoverable';
  return outcome.kind === 'completed' ? 'success' : 'failed';
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
