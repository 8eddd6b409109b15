import { WorkflowError } from '../../core/index.js';

/** Where a page begins: after these executions, which began at that time. */
export interface PageStart {
  readonly startMs: number;
  readonly workflowIds: readonly string[];
}

export function pageToken({ startMs, workflowIds }: PageStart): string {
  return Buffer.from(JSON.stringify([startMs, ...workflowIds])).toString('base64url');
}

/** Throws `ERR_CONTINUATION_TOKEN_INVALID`. */
export function readPageToken(token: string): PageStart {
  try {
    const [startMs, ...workflowIds] = JSON.parse(Buffer.from(token, 'base64url').toString()) as [number, ...string[]];
    if (Number.isSafeInteger(startMs)) return { startMs, workflowIds };
  } catch {
    // Below.
  }
  throw new WorkflowError('ERR_CONTINUATION_TOKEN_INVALID', { token });
}
