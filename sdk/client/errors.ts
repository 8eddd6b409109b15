import type { WorkflowInstance } from '../../core/index.js';
import type { FailureDetails } from '../../core/orchestration/index.js';
import { RecordedFailure } from '../../core/orchestration/replay/failure.js';

/** The workflow has failed. `cause` shows what it threw, with the chain of causes. */
export class WorkflowFailed extends Error {
  override readonly name = 'WorkflowFailed';
  readonly instanceId: string;
  /** Type of what the workflow threw: the name of its error class. */
  readonly errorType: string;
  readonly failure: FailureDetails;

  constructor(instance: WorkflowInstance) {
    const failure = instance.failure ?? { errorType: 'Unknown', errorMessage: 'no details were recorded' };
    super(`workflow "${instance.instanceId}" failed: ${failure.errorType}: ${failure.errorMessage}`, {
      cause: new RecordedFailure(failure),
    });
    this.instanceId = instance.instanceId;
    this.errorType = failure.errorType;
    this.failure = failure;
  }
}

/** The workflow was ended from outside. */
export class WorkflowTerminated extends Error {
  override readonly name = 'WorkflowTerminated';
  readonly instanceId: string;
  readonly status: 'TERMINATED' | 'CANCELED';
  /** JSON text given by whoever terminated. */
  readonly output?: string;

  constructor(instance: WorkflowInstance, status: 'TERMINATED' | 'CANCELED') {
    super(`workflow "${instance.instanceId}" was ${status === 'CANCELED' ? 'canceled' : 'terminated'}`);
    this.instanceId = instance.instanceId;
    this.status = status;
    if (instance.output !== undefined) this.output = instance.output;
  }
}
