import type { FailureDetails } from '../../core/orchestration/index.js';
import { RecordedFailure } from '../../core/orchestration/replay/index.js';

/**
 * Ends retries: whoever calls the activity gets the failure at once, under the type, message and causes of `reason`.
 *
 * @example
 * throw new NonRetryable(new CardDeclined('no funds'));
 */
export class NonRetryable extends Error {
  override readonly name: string;
  readonly nonRetriable = true;

  constructor(reason: Error | string) {
    super(typeof reason === 'string' ? reason : reason.message, causeOf(reason));
    this.name = typeof reason === 'string' ? 'NonRetryable' : nameOf(reason);
    if (typeof reason !== 'string' && reason.stack !== undefined) this.stack = reason.stack;
  }
}

/** An activity or a step failed and is not tried again. `cause` shows what it threw. */
export class ActivityFailed extends Error {
  override readonly name = 'ActivityFailed';
  readonly activity: string;
  /** Type of what the activity threw: the name of its error class. */
  readonly errorType: string;
  readonly failure: FailureDetails;

  constructor(activity: string, failure: FailureDetails) {
    super(`activity "${activity}" failed: ${failure.errorType}: ${failure.errorMessage}`, {
      cause: new RecordedFailure(failure),
    });
    this.stack = headline(this);
    this.activity = activity;
    this.errorType = failure.errorType;
    this.failure = failure;
  }
}

/** A child workflow failed, or was terminated (then there is no `failure`). */
export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
  readonly workflow: string;
  readonly errorType: string;
  readonly failure?: FailureDetails;

  constructor(workflow: string, failure: FailureDetails | undefined) {
    const what = failure ? `failed: ${failure.errorType}: ${failure.errorMessage}` : 'was terminated';
    super(`child workflow "${workflow}" ${what}`, failure ? { cause: new RecordedFailure(failure) } : undefined);
    this.stack = headline(this);
    this.workflow = workflow;
    this.errorType = failure?.errorType ?? 'Terminated';
    if (failure) this.failure = failure;
  }
}

/** The time of a scope or of an activity is over. */
export class TimedOut extends Error {
  override readonly name = 'TimedOut';
  readonly timeoutMs: number;

  constructor(what: string, timeoutMs: number) {
    super(`${what} timed out after ${timeoutMs} ms`);
    this.stack = headline(this);
    this.timeoutMs = timeoutMs;
  }
}

/** A value does not meet the schema of the workflow, activity or event it is meant for. Final: never retried. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';
  readonly nonRetriable = true;

  constructor(name: string, reason: string) {
    super(`input of "${name}" is invalid: ${reason}`);
  }
}

/** Undoing failed after the workflow did. `cause` is what the workflow had thrown, `failures` what compensations threw. */
export class CompensationFailed extends Error {
  override readonly name = 'CompensationFailed';
  readonly failures: readonly unknown[];

  constructor(reason: unknown, failures: readonly unknown[]) {
    const texts = failures.map((failure) => (failure instanceof Error ? failure.message : String(failure)));
    super(`${failures.length} of the compensations failed: ${texts.join('; ')}`, { cause: reason });
    this.failures = failures;
  }
}

/** Errors that come from history are made by the replay, whose frames would say nothing about the author's code. */
function headline({ name, message }: Error): string {
  return `${name}: ${message}`;
}

function nameOf(error: Error): string {
  return error.name === 'Error' ? error.constructor.name : error.name;
}

function causeOf(reason: Error | string): ErrorOptions | undefined {
  return typeof reason === 'string' || reason.cause === undefined ? undefined : { cause: reason.cause };
}
