import type { FailureDetails } from '../../../core/orchestration/index.js';
import type { Failure } from '../vendor.js';
import { payloadsOf, textOf } from './payload.js';

const source = 'wfhost';

/**
 * A failure as Temporal's tools show it, with the portable one in its details. Never retried by the server: retries are
 * the workflow's own.
 */
export function toFailure(details: FailureDetails | undefined): Failure {
  if (!details) return { source, message: '' };
  return {
    source,
    message: details.errorMessage,
    stackTrace: details.stackTrace ?? '',
    ...(details.inner ? { cause: toFailure(details.inner) } : {}),
    applicationFailureInfo: {
      type: details.errorType,
      nonRetryable: true,
      details: payloadsOf(JSON.stringify(details)),
    },
  };
}

/** What anybody wrote, as the portable failure; ours comes back exactly. */
export function fromFailure(failure: Failure | null | undefined): FailureDetails | undefined {
  if (!failure) return undefined;
  if (failure.source === source) {
    const text = textOf(failure.applicationFailureInfo?.details);
    return text === undefined ? undefined : (JSON.parse(text) as FailureDetails);
  }
  const inner = fromFailure(failure.cause);
  // What wraps the failure of a step says only which step it was.
  if (inner && (failure.activityFailureInfo ?? failure.childWorkflowExecutionFailureInfo)) return inner;
  return {
    errorType: typeOf(failure),
    errorMessage: failure.message ?? '',
    ...(failure.stackTrace ? { stackTrace: failure.stackTrace } : {}),
    ...(inner ? { inner } : {}),
    ...(failure.applicationFailureInfo?.nonRetryable ? { nonRetriable: true } : {}),
  };
}

function typeOf(failure: Failure): string {
  if (failure.applicationFailureInfo) return failure.applicationFailureInfo.type || 'ApplicationFailure';
  if (failure.timeoutFailureInfo) return 'Timeout';
  if (failure.canceledFailureInfo) return 'Cancelled';
  if (failure.terminatedFailureInfo) return 'Terminated';
  if (failure.serverFailureInfo) return 'ServerFailure';
  return 'Failure';
}
