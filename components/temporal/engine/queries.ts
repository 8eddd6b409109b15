import type { Server } from '../server/server.js';
import { queryFailed, type WorkflowTask } from '../vendor.js';

/** Portable workflows answer no queries: their state is read from history. */
export async function answerQuery({ api, namespace }: Server, { taskToken, query }: WorkflowTask): Promise<void> {
  const errorMessage = `unknown query "${query?.queryType ?? ''}": a portable workflow answers none`;
  await api
    .respondQueryTaskCompleted({ namespace, taskToken: taskToken ?? null, completedType: queryFailed, errorMessage })
    // The caller has gone, or asks again.
    .catch(() => undefined);
}
