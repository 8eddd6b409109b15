import type { ComponentContext } from './component-spec.js';
import type { Lease } from './engine-port.js';
import type { ScheduleTask, TurnResponse } from './orchestration/action.js';
import type { Turn } from './orchestration/assemble.js';
import type { DecideInput, Decision } from './orchestration/decide.js';
import type { ActivityResult } from './orchestration/inbox-event.js';
import { InlineRun, type InlineBudget } from './orchestration/inline.js';
import { turnItem } from './turn-item.js';

/** So many inline activities at most become one commit: what a crash may have to run again. */
export const inlineBudget: InlineBudget = { maxTasks: 100 };

/**
 * Drives an `InlineRun`: awaits the worker for turns and inline activities, and decides nothing. Whatever goes wrong on
 * the way ends the run with what it has; the rest goes the ordinary way.
 */
export async function runInline(
  context: ComponentContext,
  lease: Lease,
  turn: Turn,
  response: TurnResponse,
  input: DecideInput,
): Promise<Decision> {
  const run = new InlineRun(lease.state, turn, inlineBudget);
  let next = run.answered(response, input);
  for (;;) {
    if (next.kind === 'done') return next.decision;
    if (next.kind === 'run') {
      const results = await runTasks(context, lease, run, next.tasks);
      next = results ? run.ran(results, context.clock.now()) : run.stop();
    } else {
      const outcome = await context.workers.turn(turnItem(context.name, leaseOf(lease, run), next.turn));
      const answered = outcome?.kind === 'answered';
      next = answered ? run.answered(outcome.response, { ...input, nowMs: context.clock.now() }) : run.stop();
    }
  }
}

/** The lease as a turn in the middle of the run sees it. */
function leaseOf(lease: Lease, run: InlineRun): Lease {
  const committed = lease.state.eventCount;
  return {
    instanceId: lease.instanceId,
    token: lease.token,
    inbox: lease.inbox,
    state: run.state,
    history: (from, to) => [
      ...(from < committed ? lease.history(from, Math.min(to, committed)) : []),
      ...run.pending.slice(Math.max(from - committed, 0), Math.max(to - committed, 0)),
    ],
  };
}

/** `undefined`: a worker could not take or finish one of them. */
async function runTasks(
  context: ComponentContext,
  lease: Lease,
  run: InlineRun,
  tasks: readonly ScheduleTask[],
): Promise<readonly ActivityResult[] | undefined> {
  const { instanceId, generation, started } = run.state;
  const { executionId = '', name: workflowName = '' } = started ?? {};
  const outcomes = await Promise.all(
    tasks.map(async ({ kind: _kind, id: taskId, inline: _inline, ...task }) =>
      context.workers.activity({
        component: context.name,
        instanceId,
        executionId,
        generation,
        workflowName,
        taskId,
        ...task,
        ...(started?.trace ? { trace: started.trace } : {}),
        leaseToken: context.ids.token(),
        history: async () => [...lease.history(0, lease.state.eventCount), ...run.pending],
      }),
    ),
  );
  const results: ActivityResult[] = [];
  for (const outcome of outcomes) {
    if (!outcome || outcome.kind === 'gone') return undefined;
    results.push(outcome);
  }
  return results;
}
