import type { FailureDetails } from '../history-event.js';

/**
 * When a failed step is tried again. Delays are timers of the workflow and attempts are tasks of their own, so the
 * engine needs to know nothing of it. No jitter: the delay is a function of the policy and the attempt.
 */
export interface RetryPolicy {
  /** Attempts in total, the first one counted; at least 1. */
  readonly maxAttempts: number;
  readonly firstDelayMs: number;
  /** Factor from one delay to the next; at least 1. */
  readonly backoff: number;
  readonly maxDelayMs?: number;
  /** No attempt begins later than this after the first one began. */
  readonly timeoutMs?: number;
  /** Error types that are final. */
  readonly nonRetryable?: readonly string[];
}

/** Where a retried step stands. */
export interface FailedAttempt {
  /** Attempts made so far, at least 1. */
  readonly attempt: number;
  /** Since the first attempt began, on the workflow's clock. */
  readonly elapsedMs: number;
  readonly failure: FailureDetails | undefined;
}

/** Whole ms until the next attempt; `undefined`: give up. */
export function retryDelayMs(policy: RetryPolicy, { attempt, elapsedMs, failure }: FailedAttempt): number | undefined {
  if (attempt >= policy.maxAttempts || failure?.nonRetriable) return undefined;
  if (failure && policy.nonRetryable?.includes(failure.errorType)) return undefined;
  const grown = policy.firstDelayMs * policy.backoff ** (attempt - 1);
  const delay = Math.round(Math.min(grown, policy.maxDelayMs ?? Number.MAX_SAFE_INTEGER));
  return policy.timeoutMs !== undefined && elapsedMs + delay > policy.timeoutMs ? undefined : delay;
}
