import { WorkflowError, type PurgeRequest, type PurgeResponse } from '../../../core/index.js';
import { purgePlan, verdict } from '../../../core/orchestration/index.js';
import { errorOf, isNotFound } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { conflictPolicy, reusePolicy } from '../vendor.js';
import type { Reader } from './reader.js';

/** Type of the short-lived runs that take the place of an instance while it is removed. */
export const purgeType = 'wfh.purge';
/** Nobody polls it. */
const purgeQueue = 'wfh.purge';

/** Children first. Throws `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_NOT_CLOSED`. */
export async function purge(
  server: Server,
  reader: Reader,
  request: PurgeRequest,
  removed: (instanceId: string) => void,
): Promise<PurgeResponse> {
  const { instanceId, recursive, force } = request;
  const family = await reader.family(instanceId);
  const root = family.get(instanceId);
  if (!root) throw new WorkflowError('ERR_INSTANCE_NOT_FOUND', { instanceId });
  const judged = force ? 'accept' : verdict('purge', root.status);
  if (typeof judged === 'object')
    throw new WorkflowError(judged.refuse === 'ERR_INSTANCE_STALLED' ? 'ERR_INSTANCE_NOT_CLOSED' : judged.refuse, {
      instanceId,
    });
  const plan = purgePlan({ instanceId, recursive, force }, (id) => family.get(id));
  for (const id of plan) {
    await remove(server, id);
    removed(id);
  }
  return { deletedCount: plan.length };
}

/**
 * The server removes a run that has just closed only half a minute later, and shows it until then. So a marker run takes
 * its id first, which ends what may still be running, and goes within milliseconds; the old run is then hidden behind
 * an id without a current run.
 */
async function remove({ api, namespace, identity }: Server, workflowId: string): Promise<void> {
  try {
    const { workflowExecutionInfo: old } = await api.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    const marker = await api.startWorkflowExecution({
      namespace,
      identity,
      workflowId,
      workflowType: { name: purgeType },
      taskQueue: { name: purgeQueue },
      workflowIdReusePolicy: reusePolicy.allowDuplicate,
      workflowIdConflictPolicy: conflictPolicy.terminateExisting,
    });
    const runs = [old?.execution?.runId, marker.runId].filter((runId) => typeof runId === 'string');
    for (const runId of new Set(runs)) {
      await api.deleteWorkflowExecution({ namespace, workflowExecution: { workflowId, runId } }).catch(ignoreMissing);
    }
    await gone({ api, namespace }, workflowId);
  } catch (error) {
    if (!isNotFound(error)) throw errorOf(error);
  }
}

/** Until the id has no current run: the marker's removal is a matter of milliseconds. */
async function gone({ api, namespace }: Pick<Server, 'api' | 'namespace'>, workflowId: string): Promise<void> {
  for (;;) {
    const { workflowExecutionInfo: now } = await api.describeWorkflowExecution({
      namespace,
      execution: { workflowId },
    });
    if (now?.type?.name !== purgeType) return;
  }
}

function ignoreMissing(error: unknown): void {
  if (!isNotFound(error)) throw error;
}
