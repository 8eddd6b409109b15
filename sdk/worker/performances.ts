import { stepPrefix, type ActivityItem, type ActivityOutcome, type Logger } from '../../core/index.js';
import type { FailureDetails } from '../../core/orchestration/index.js';
import { taskExecutionId, type OpenTask } from '../../core/orchestration/replay/index.js';
import type { ActivityContext } from '../authoring/context.js';
import { ActivityRun, StopSignals } from './activity-run.js';
import type { Registry } from './registry.js';
import type { Turns } from './turns.js';

type Closure = (context: ActivityContext) => unknown;

/** Runs activities, and steps: closures that live in the code of a workflow. */
export class Performances {
  readonly #registry: Registry;
  readonly #turns: Turns;
  readonly #logger: Logger;
  readonly #stops = new StopSignals();
  /** Steps whose workflow does not fit its history: kept until other code comes, which means another worker. */
  readonly #held = new Set<(outcome: ActivityOutcome) => void>();
  #isClosed = false;

  constructor(registry: Registry, turns: Turns, logger: Logger) {
    this.#registry = registry;
    this.#turns = turns;
    this.#logger = logger;
  }

  /** Never rejects. */
  perform(item: ActivityItem): Promise<ActivityOutcome> {
    if (item.name.startsWith(stepPrefix)) return this.#performStep(item);
    const activity = this.#registry.activity(item.name);
    if (!activity) return Promise.resolve(failed('ActivityNotRegistered', `activity "${item.name}" is not registered`));
    const attempt = this.#attemptOf(item);
    if (attempt !== undefined) return this.#run(item, attempt).perform(activity);
    return attemptIn(item).then((counted) => this.#run(item, counted).perform(activity));
  }

  /** Aborts signals and gives held steps back. */
  close(): void {
    this.#isClosed = true;
    this.#stops.stop();
    for (const release of this.#held) release(stopped);
    this.#held.clear();
  }

  #run(item: ActivityItem, attempt: number): ActivityRun {
    return new ActivityRun(item, attempt, this.#stops, this.#logger);
  }

  async #performStep(item: ActivityItem): Promise<ActivityOutcome> {
    const live = this.#turns.live(item)?.ledger.task(item.taskId);
    if (live) return this.#performTask(item, live);
    const standing = await this.#turns.rebuild(item);
    if (standing.kind === 'misfit') return this.#hold(item, standing.description);
    return this.#performTask(item, standing.execution.ledger.task(item.taskId));
  }

  #performTask(item: ActivityItem, task: OpenTask | undefined): Promise<ActivityOutcome> {
    const closure = task?.notes?.closure;
    if (!isClosure(closure)) {
      return Promise.resolve(failed('StepNotAwaited', `the workflow does not wait for step "${item.name}" any more`));
    }
    const run = this.#run(item, task?.notes?.attempt ?? 1);
    return run.settle(() => closure(run));
  }

  #hold(item: ActivityItem, description: string): Promise<ActivityOutcome> {
    if (this.#isClosed) return Promise.resolve(stopped);
    this.#logger.error({ instanceId: item.instanceId, step: item.name, description }, 'a step is held back');
    return new Promise((resolve) => this.#held.add(resolve));
  }

  /** `undefined`: only history can tell. */
  #attemptOf(item: ActivityItem): number | undefined {
    const live = this.#turns.live(item);
    if (live) return live.ledger.task(item.taskId)?.notes?.attempt ?? 1;
    // The key of our own SDK names the first attempt; that of another says nothing.
    const { executionId, taskExecutionId: key, taskId } = item;
    return key === undefined || key === taskExecutionId(executionId, taskId) || !key.startsWith(`${executionId}-`)
      ? 1
      : undefined;
  }
}

const stopped: ActivityOutcome = { kind: 'gone', reason: 'the worker has stopped' };

/** How often history has scheduled the call, up to this attempt. */
async function attemptIn(item: ActivityItem): Promise<number> {
  const history = await item.history();
  const attempts = history.filter(
    (event) =>
      event.kind === 'taskScheduled' && event.taskExecutionId === item.taskExecutionId && event.eventId <= item.taskId,
  );
  return Math.max(1, attempts.length);
}

function failed(errorType: string, errorMessage: string): ActivityOutcome {
  const failure: FailureDetails = { errorType, errorMessage, nonRetriable: true };
  return { kind: 'failed', failure };
}

function isClosure(value: unknown): value is Closure {
  return typeof value === 'function';
}
