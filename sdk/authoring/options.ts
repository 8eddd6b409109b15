import type { RetryPolicy } from '../../core/orchestration/replay/index.js';
import { durationMs, type Duration } from './duration.js';

/** How a failing call is repeated. Delay n is `firstDelay * backoff^(n-1)`, at most `maxDelay`; there is no jitter. */
export interface RetryOptions {
  /** Attempts in total, the first one counted. 1 means no retry. */
  readonly maxAttempts: number;
  /** Default 1 s. */
  readonly firstDelay?: Duration;
  /** Factor between delays; default 1. */
  readonly backoff?: number;
  readonly maxDelay?: Duration;
  /** No attempt begins later than this after the first one began. */
  readonly timeout?: Duration;
  /** Error types that are final, beside what is thrown as `NonRetryable`. */
  readonly nonRetryable?: readonly string[];
}

export interface CallOptions {
  readonly retry?: RetryOptions;
  /** Of one attempt. When it is over the call counts as failed with `TimedOut`, and is retried if the policy says so. */
  readonly timeout?: Duration;
  /**
   * Results of several such steps may be recorded together: faster, and after a crash they may run again although they
   * had finished. Default false: a result is durable before the next step begins.
   */
  readonly inline?: boolean;
}

/** Options with their units settled. */
export interface CallPlan {
  readonly retry?: RetryPolicy;
  readonly timeoutMs?: number;
  readonly inline?: true;
}

/** Throws `TypeError` or `RangeError` for options that make no sense. */
export function planOf(options: CallOptions): CallPlan {
  return {
    ...(options.retry ? { retry: retryPolicy(options.retry) } : {}),
    ...(options.timeout === undefined ? {} : { timeoutMs: durationMs(options.timeout) }),
    ...(options.inline ? { inline: true } : {}),
  };
}

export function retryPolicy(options: RetryOptions): RetryPolicy {
  const { maxAttempts, backoff = 1, maxDelay, timeout, nonRetryable } = options;
  if (!(maxAttempts >= 1)) throw new RangeError(`retry.maxAttempts must be at least 1, not ${maxAttempts}`);
  if (!(backoff >= 1)) throw new RangeError(`retry.backoff must be at least 1, not ${backoff}`);
  return {
    maxAttempts,
    backoff,
    firstDelayMs: durationMs(options.firstDelay ?? '1s'),
    ...(maxDelay === undefined ? {} : { maxDelayMs: durationMs(maxDelay) }),
    ...(timeout === undefined ? {} : { timeoutMs: durationMs(timeout) }),
    ...(nonRetryable ? { nonRetryable } : {}),
  };
}
