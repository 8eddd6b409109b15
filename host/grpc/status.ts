import { status } from '@grpc/grpc-js';
import { WorkflowError, type GrpcStatus } from '../../core/index.js';

/** How a call ends when it does not end well. */
export interface CallStatus {
  readonly code: status;
  readonly details: string;
}

/** Thrown by a handler that has settled the call's status itself; every other error answers from its registry row. */
export class CallFailure extends Error {
  readonly status: CallStatus;

  constructor(code: GrpcStatus, details: string, options?: { readonly cause: unknown }) {
    super(details, options);
    this.status = { code: status[code], details };
  }
}

/** The status a thrown value ends its call with. */
export function statusOf(error: unknown): CallStatus {
  if (error instanceof CallFailure) return error.status;
  const known = WorkflowError.from(error);
  return { code: status[known.row.grpc], details: known.message };
}
