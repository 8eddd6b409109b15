import { WorkflowError } from '../../../core/index.js';

/** Status codes of gRPC that mean something here. */
export const status = {
  cancelled: 1,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  aborted: 10,
  unavailable: 14,
  unauthenticated: 16,
} as const;

/** The status code of a failed call; undefined: it failed otherwise. */
export function codeOf(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? code : undefined;
}

export function isNotFound(error: unknown): boolean {
  return codeOf(error) === status.notFound && !isNamespaceMissing(error);
}

export function isNamespaceMissing(error: unknown): boolean {
  return codeOf(error) === status.notFound && /Namespace .* is not found/.test(textOf(error));
}

/** What the server said. */
export function textOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'details' in error && typeof error.details === 'string') {
    if (error.details !== '') return error.details;
  }
  return error instanceof Error ? error.message : String(error);
}

/** A call that failed, in the words of the registry. */
export function errorOf(error: unknown): WorkflowError {
  if (error instanceof WorkflowError) return error;
  const reason = `Temporal: ${textOf(error)}`;
  const options = { cause: error };
  switch (codeOf(error)) {
    case status.unavailable:
    case status.deadlineExceeded:
    case status.cancelled:
      return new WorkflowError('ERR_STORE_UNAVAILABLE', { reason }, options);
    case status.resourceExhausted:
      return new WorkflowError('ERR_OVERLOADED', { reason }, options);
    case status.unauthenticated:
    case status.permissionDenied:
      return new WorkflowError('ERR_CONFIG_INVALID', { reason }, options);
    case status.invalidArgument:
      return new WorkflowError('ERR_REQUEST_MALFORMED', { reason }, options);
    default:
      return new WorkflowError('ERR_INTERNAL', { reason }, options);
  }
}
