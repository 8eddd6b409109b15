import { WorkflowError } from '../../../core/errors.js';
import type * as Host from '../../../host/index.js';
import { CliFailure } from '../failure.js';

/** Loads the host for the few commands that need one, and says its errors the way of the command line. */
export async function withHost<T>(use: (host: typeof Host) => Promise<T>): Promise<T> {
  try {
    return await use(await import('../../../host/index.js'));
  } catch (error) {
    if (!(error instanceof WorkflowError)) throw error;
    throw asCliFailure(error);
  }
}

/** What the user wrote is wrong (flags, files), somebody else has the store, or it is unforeseen. */
function asCliFailure(error: WorkflowError): CliFailure {
  const { code, message, row } = error;
  const ofConfig = row.category === 'config' ? 'usage' : 'unexpected';
  const exit = code === 'ERR_STORE_IN_USE' ? 'conflict' : ofConfig;
  return new CliFailure(exit, message, { remedy: row.remedy, cause: error });
}
