import { WorkflowError, type ActivityOutcome, type Logger, type Metrics } from '../../../core/index.js';
import { decodeActivityResponse, decodeWorkflowResponse } from '../../../proto/index.js';
import type { CallContext } from '../rpc.js';
import type { Assignment, Assignments, Claim } from './assignments.js';
import { peekActivityClaim, peekTurnClaim } from './peek-claim.js';

/** The empty answer of a completion, as bytes: it has no fields. */
const received = new Uint8Array(0);

/**
 * Takes completions in. The answer means received and is given at once, also for items that are no longer anybody's:
 * those are counted and dropped. An answer that cannot be read spoils its own item and nothing else.
 */
export class Completions {
  readonly #assignments: Assignments;
  readonly #metrics: Metrics;
  readonly #logger: Logger;

  constructor(assignments: Assignments, { metrics, logger }: { readonly metrics: Metrics; readonly logger: Logger }) {
    this.#assignments = assignments;
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** Throws `ERR_REQUEST_MALFORMED` for an answer that cannot be read. */
  turn(bytes: Uint8Array, { peer }: CallContext): Uint8Array {
    const assignment = this.#take({ ...peekTurnClaim(bytes), peer });
    if (assignment?.kind !== 'turn') return received;
    try {
      const { response } = decodeWorkflowResponse(bytes, assignment.holder.dialect);
      assignment.settle({ kind: 'answered', response });
      return received;
    } catch (error) {
      const known = this.#unreadable(assignment, error);
      assignment.settle({ kind: 'rejected', reason: known.message });
      throw known;
    }
  }

  /** Throws `ERR_REQUEST_MALFORMED` for an answer that cannot be read. */
  activity(bytes: Uint8Array, { peer }: CallContext): Uint8Array {
    const assignment = this.#take({ ...peekActivityClaim(bytes), peer });
    if (assignment?.kind !== 'activity') return received;
    try {
      assignment.settle(decodeActivityResponse(bytes).outcome);
      return received;
    } catch (error) {
      const known = this.#unreadable(assignment, error);
      assignment.settle(failedBy(known));
      throw known;
    }
  }

  #take(claim: Claim): Assignment | undefined {
    const found = this.#assignments.take(claim);
    if (typeof found !== 'string') return found;
    this.#metrics.count('wfhost_completions_ignored_total', { why: found });
    const { instanceId, taskId, peer } = claim;
    this.#logger.info({ peer, instanceId, taskId, reason: found }, 'an answer was not applied');
    return undefined;
  }

  #unreadable({ holder, instanceId, taskId }: Assignment, error: unknown): WorkflowError {
    const known = WorkflowError.from(error, 'ERR_REQUEST_MALFORMED');
    const fields = { worker: holder.label, instanceId, taskId, reason: known.message };
    this.#logger.warn(fields, 'an answer could not be read');
    return known;
  }
}

/** The activity has run, so it is not run again for an answer that would be as unreadable the next time. */
function failedBy({ message }: WorkflowError): ActivityOutcome {
  return { kind: 'failed', failure: { errorType: 'UnreadableResult', errorMessage: message } };
}
