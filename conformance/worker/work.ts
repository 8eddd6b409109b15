import type { FailureDetails } from '../../core/orchestration/index.js';
import type { ActivityItem, ActivityOutcome } from '../../core/index.js';

/** What the suite's one activity is asked to do. */
export interface WorkRequest {
  /** Answered as it is. */
  readonly echo?: unknown;
  /** Fails with this; with `failFirst`, only that many attempts do. */
  readonly failure?: FailureDetails;
  readonly failFirst?: number;
  /** Set by the `retry` step: 1 for the first attempt. */
  readonly attempt?: number;
  /** Answers with so many characters. */
  readonly size?: number;
  /** Answers with the execution id it was given. */
  readonly whoAmI?: boolean;
}

/** Answers with its input, verbatim; without input, without a result. */
export const echoActivity = 'echo';

/** The activities: functions of their input. */
export function work(item: Pick<ActivityItem, 'name' | 'input' | 'taskExecutionId'>): ActivityOutcome {
  if (item.name === echoActivity)
    return { kind: 'completed', ...(item.input === undefined ? {} : { result: item.input }) };
  const request = JSON.parse(item.input ?? '{}') as WorkRequest;
  const failing = request.failure && (request.failFirst === undefined || (request.attempt ?? 1) <= request.failFirst);
  if (failing && request.failure) return { kind: 'failed', failure: request.failure };
  if (request.size !== undefined) return { kind: 'completed', result: JSON.stringify('x'.repeat(request.size)) };
  if (request.whoAmI) return { kind: 'completed', result: JSON.stringify(item.taskExecutionId ?? null) };
  return { kind: 'completed', result: JSON.stringify({ done: request.echo ?? null }) };
}
