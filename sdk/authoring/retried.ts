import type { FailureDetails } from '../../core/orchestration/index.js';
import { retryDelayMs, type RetryPolicy } from '../../core/orchestration/replay/index.js';
import { ActivityFailed, ChildFailed, TimedOut } from './errors.js';

export interface Retried<Output> {
  readonly policy: RetryPolicy;
  /** Begins an attempt; the first is number 1. */
  readonly begin: (attempt: number) => Promise<Output>;
  readonly delay: (ms: number) => Promise<void>;
  /** Epoch ms on the workflow's clock. */
  readonly now: () => number;
  /** An error that ends the attempts, whatever the policy says. */
  readonly isFinal: (error: unknown) => boolean;
}

/** Tries until it goes well or the policy gives up; then the last error is thrown. */
export async function retried<Output>({ policy, begin, delay, now, isFinal }: Retried<Output>): Promise<Output> {
  const startedMs = now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await begin(attempt);
    } catch (error) {
      if (isFinal(error)) throw error;
      const waitMs = retryDelayMs(policy, { attempt, elapsedMs: now() - startedMs, failure: failureIn(error) });
      if (waitMs === undefined) throw error;
      await delay(waitMs);
    }
  }
}

function failureIn(error: unknown): FailureDetails | undefined {
  if (error instanceof ActivityFailed || error instanceof ChildFailed) return error.failure;
  return error instanceof TimedOut ? { errorType: error.name, errorMessage: error.message } : undefined;
}
