import { errorOf, isNotFound } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { writeHeader, type ControlNote } from '../translate/note.js';
import { payloadsOf } from '../translate/payload.js';

/** A message to a run. With `control` it is none of the application's. */
export interface Signal {
  readonly workflowId: string;
  readonly runId?: string;
  readonly name: string;
  readonly data?: string;
  readonly control?: ControlNote;
  readonly requestId: string;
}

/** False: the run has ended, or there is none. */
export async function signal(
  { api, namespace, identity }: Server,
  { workflowId, runId, name, data, control, requestId }: Signal,
): Promise<boolean> {
  try {
    await api.signalWorkflowExecution({
      namespace,
      identity,
      requestId,
      workflowExecution: { workflowId, ...(runId === undefined ? {} : { runId }) },
      signalName: name,
      input: payloadsOf(data),
      ...(control ? { header: writeHeader(control) } : {}),
    });
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw errorOf(error);
  }
}
