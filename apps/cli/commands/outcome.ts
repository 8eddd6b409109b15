import type { Instance } from '../api/shapes.js';
import type { ExitName } from '../exit-codes.js';

/** The exit code that tells how a waited-for instance ended. Anything live is `ok`: it was only waited until it started. */
export function outcomeOf({ status }: Instance): ExitName {
  if (status === 'FAILED') return 'workflowFailed';
  return status === 'TERMINATED' || status === 'CANCELED' ? 'workflowTerminated' : 'ok';
}
