import { WorkflowError } from '../../core/index.js';
import type { DoorParts } from '../door.js';

/**
 * The error a caller gets to see. What nobody foresaw is logged with its cause and shown as a reference to that line:
 * its text may speak of paths, statements or secrets.
 */
export function shownError(caught: unknown, parts: Pick<DoorParts, 'logger' | 'ids'>): WorkflowError {
  const error = WorkflowError.from(caught);
  if (error.row.category !== 'internal') return error;
  const reference = parts.ids.uuid();
  parts.logger.error({ err: error, code: error.code, reference }, 'a request failed');
  if (error.code !== 'ERR_INTERNAL') return error;
  return new WorkflowError('ERR_INTERNAL', { reason: `internal error, reference ${reference}` });
}
