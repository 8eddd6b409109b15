import type { GrpcStatus, WorkflowError } from '../../core/index.js';
import type { Operation } from '../service/workflow-service.js';
import { CallFailure } from './status.js';

/**
 * An error as TaskHub clients know it. Where SDKs match a text or a code (`no such instance exists`, `already exists`,
 * NotFound of a history), it is the one they match; everything else answers from its registry row.
 */
export function taskHubFailure(operation: Operation, error: WorkflowError): WorkflowError | CallFailure {
  const instanceId = String(error.params['instanceId'] ?? '');
  switch (error.code) {
    case 'ERR_INSTANCE_NOT_FOUND':
      return unknownInstance(operation, instanceId, error);
    case 'ERR_INSTANCE_NOT_CLOSED':
      if (operation === 'rerun')
        return failure('INVALID_ARGUMENT', `'${instanceId}' is not in a terminal state`, error);
      return failure('UNKNOWN', error.message, error);
    case 'ERR_INSTANCE_STALLED':
      return failure('UNKNOWN', error.message, error);
    default:
      return error;
  }
}

/** Unknown is the code that Dapr's engine gives most of its refusals; what SDKs read is the text. */
function unknownInstance(operation: Operation, instanceId: string, cause: WorkflowError): CallFailure {
  switch (operation) {
    case 'history':
      return failure('NOT_FOUND', `workflow instance '${instanceId}' not found`, cause);
    case 'rerun':
      return failure('NOT_FOUND', `workflow instance does not exist with ID '${instanceId}'`, cause);
    default:
      return failure('UNKNOWN', 'no such instance exists', cause);
  }
}

function failure(code: GrpcStatus, details: string, cause: WorkflowError): CallFailure {
  return new CallFailure(code, details, { cause });
}
