import { expect, test } from '@jest/globals';
import type { ActivityOutcome, Clock, TurnItem, TurnOutcome } from '../../../core/index.js';
import { itemMeter } from '../../../host/observability/item-meter.js';
import { MetricStore } from '../../../host/observability/metrics.js';
import { activityItem, turnItem } from '../workers/harness.js';

/** A clock that stands where it is put. */
class HandClock implements Clock {
  nowMs = 0;
  now = (): number => this.nowMs;
  monotonic = (): number => this.nowMs;
  at = (): (() => void) => () => {};
}

function firstTurn(instanceId: string, startedMs: number, scheduledStartMs?: number): TurnItem {
  return {
    ...turnItem(instanceId),
    newEvents: [
      { kind: 'workflowStarted', eventId: -1, timestampMs: startedMs },
      {
        kind: 'executionStarted',
        eventId: -1,
        timestampMs: startedMs,
        name: 'flow',
        instanceId,
        executionId: `${instanceId}-1`,
        generation: 0,
        rulesVersion: 1,
        ...(scheduledStartMs === undefined ? {} : { scheduledStartMs }),
      },
    ],
  };
}

const ended = (status: 'COMPLETED' | 'FAILED' | 'TERMINATED'): TurnOutcome => ({
  kind: 'answered',
  response: { actions: [{ kind: 'completeWorkflow', id: 0, status }] },
});

const meter = () => {
  const clock = new HandClock();
  const store = new MetricStore({});
  const lines = (name: string): readonly string[] =>
    store
      .render()
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`));
  return { clock, watch: itemMeter(store, clock), lines };
};

test.each<{ outcome: TurnOutcome; status: string }>([
  { outcome: ended('COMPLETED'), status: 'success' },
  { outcome: ended('FAILED'), status: 'failed' },
  { outcome: ended('TERMINATED'), status: 'terminated' },
  { outcome: { kind: 'gone', reason: 'left' }, status: 'recoverable' },
  { outcome: { kind: 'rejected', reason: 'garbage' }, status: 'recoverable' },
])('a turn that ends $outcome.kind counts as $status', ({ outcome, status }) => {
  const { watch, lines } = meter();
  watch.turn(turnItem('a')).settled(outcome);
  expect(lines('dapr_runtime_workflow_execution_count')).toEqual([
    `dapr_runtime_workflow_execution_count{status="${status}",workflow_name="flow"} 1`,
  ]);
});

test('a turn after which the execution goes on counts as no execution', () => {
  const { watch, lines } = meter();
  watch.turn(turnItem('a')).settled({ kind: 'answered', response: { actions: [] } });
  expect(lines('dapr_runtime_workflow_execution_count')).toEqual([]);
});

test('an execution takes from its start, or the time it was scheduled for, to its end', () => {
  const { clock, watch, lines } = meter();
  clock.nowMs = 1_007;
  const first = watch.turn(firstTurn('a', 1_000));
  const scheduled = watch.turn(firstTurn('b', 0, 1_004));
  first.settled({ kind: 'gone', reason: 'left' });
  clock.nowMs = 1_100;
  watch.turn(firstTurn('a', 1_000)).settled(ended('COMPLETED'));
  scheduled.settled(ended('COMPLETED'));
  expect(lines('dapr_runtime_workflow_scheduling_latency_sum')).toEqual([
    'dapr_runtime_workflow_scheduling_latency_sum{workflow_name="flow"} 10',
  ]);
  expect(lines('dapr_runtime_workflow_execution_latency_sum')).toEqual([
    'dapr_runtime_workflow_execution_latency_sum{status="success",workflow_name="flow"} 196',
  ]);
});

test.each<{ outcome: ActivityOutcome; status: string }>([
  { outcome: { kind: 'completed' }, status: 'success' },
  { outcome: { kind: 'failed', failure: { errorType: 'E', errorMessage: 'm' } }, status: 'failed' },
  { outcome: { kind: 'gone', reason: 'left' }, status: 'recoverable' },
])('an activity that ends $outcome.kind counts as $status and is timed', ({ outcome, status }) => {
  const { clock, watch, lines } = meter();
  for (let n = 0; n < 2; n++) {
    const { settled } = watch.activity(activityItem('a', 'charge'));
    clock.nowMs += 40;
    settled(outcome);
  }
  const labels = `{activity_name="charge",status="${status}"}`;
  for (const step of ['operation', 'execution']) {
    const name = `dapr_runtime_workflow_activity_${step}`;
    expect(lines(`${name}_count`)).toEqual([`${name}_count${labels} 2`]);
    expect(lines(`${name}_latency_sum`)).toEqual([`${name}_latency_sum${labels} 80`]);
  }
});
