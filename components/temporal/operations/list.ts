import {
  WorkflowError,
  isClosed,
  type InstanceSummary,
  type ListRequest,
  type ListResponse,
  type WorkflowInstance,
} from '../../../core/index.js';
import { errorOf } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { cascadeType } from '../translate/step-commands.js';
import { timeOf, type WorkflowExecutionInfo } from '../vendor.js';
import { purgeType } from './purge.js';
import type { Reader } from './reader.js';

/** Rows the server is asked for at once. */
const rowsPerRequest = 1_000;
/** Instances read at once to complete their rows. */
const readsAtOnce = 16;

interface Row {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly createdAtMs: number;
}

/**
 * One page, oldest first. The server lists newest first, by run, and knows less than a row shows, so the rows after the
 * last one of the page before are sorted here and read one by one until the page is full.
 */
export async function list(
  server: Server,
  reader: Reader,
  taskQueue: string,
  request: ListRequest,
): Promise<ListResponse> {
  const after = request.continuationToken === undefined ? undefined : readToken(request.continuationToken);
  const rows = (await rowsOf(server, taskQueue, request, after)).sort(byAge);
  const left = after ? rows.filter((row) => byAge(row, after) > 0) : rows;
  const page: InstanceSummary[] = [];
  let last: Row | undefined;
  for (let next = 0; next < left.length; next += readsAtOnce) {
    const chunk = left.slice(next, next + readsAtOnce);
    const views = await Promise.all(chunk.map(({ instanceId }) => reader.view(instanceId)));
    for (const [index, row] of chunk.entries()) {
      const view = views[index];
      // Purged since, or another run has this id by now: that one has a row of its own.
      if (!view || !matches(view, request)) continue;
      if (page.length === request.pageSize)
        return { instances: page, ...(last ? { continuationToken: tokenOf(last) } : {}) };
      page.push(summaryOf(view));
      last = row;
    }
  }
  return { instances: page };
}

async function rowsOf(server: Server, taskQueue: string, request: ListRequest, after: Row | undefined): Promise<Row[]> {
  const { api, namespace } = server;
  const conditions = [
    `TaskQueue = ${quoted(taskQueue)}`,
    `WorkflowType != '${cascadeType}'`,
    `WorkflowType != '${purgeType}'`,
  ];
  if (request.workflowName !== undefined) conditions.push(`WorkflowType = ${quoted(request.workflowName)}`);
  const fromMs = Math.max(after?.createdAtMs ?? -Infinity, request.createdFromMs ?? -Infinity);
  if (fromMs > 0) conditions.push(`StartTime >= '${new Date(fromMs).toISOString()}'`);
  if (request.statuses?.every(isClosed)) conditions.push(`ExecutionStatus != 'Running'`);
  const newest = new Map<string, Row>();
  let nextPageToken = new Uint8Array();
  do {
    const query = { namespace, pageSize: rowsPerRequest, nextPageToken, query: conditions.join(' AND ') };
    const reply = await api.listWorkflowExecutions(query).catch((error: unknown) => {
      throw errorOf(error);
    });
    for (const info of reply.executions ?? []) keepNewest(newest, info);
    nextPageToken = new Uint8Array(reply.nextPageToken ?? []);
  } while (nextPageToken.length > 0);
  return [...newest.values()];
}

function keepNewest(newest: Map<string, Row>, { execution, type, startTime }: WorkflowExecutionInfo): void {
  const row = {
    instanceId: execution?.workflowId ?? '',
    workflowName: type?.name ?? '',
    createdAtMs: timeOf(startTime),
  };
  const known = newest.get(row.instanceId);
  if (!known || known.createdAtMs <= row.createdAtMs) newest.set(row.instanceId, row);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function byAge(one: Row, other: Row): number {
  if (one.createdAtMs !== other.createdAtMs) return one.createdAtMs - other.createdAtMs;
  return one.instanceId < other.instanceId ? -1 : Number(one.instanceId > other.instanceId);
}

function matches(
  view: WorkflowInstance,
  { statuses, instanceIdPrefix = '', createdToMs = Infinity }: ListRequest,
): boolean {
  return (
    (!statuses || statuses.includes(view.status)) &&
    view.instanceId.startsWith(instanceIdPrefix) &&
    view.createdAtMs <= createdToMs
  );
}

function summaryOf(view: WorkflowInstance): InstanceSummary {
  const {
    instanceId,
    workflowName,
    status: state,
    createdAtMs,
    lastUpdatedAtMs,
    completedAtMs,
    parentInstanceId,
  } = view;
  return {
    instanceId,
    workflowName,
    status: state,
    createdAtMs,
    lastUpdatedAtMs,
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    ...(parentInstanceId === undefined ? {} : { parentInstanceId }),
  };
}

function tokenOf({ instanceId, createdAtMs }: Row): string {
  return Buffer.from(JSON.stringify([createdAtMs, instanceId])).toString('base64url');
}

function readToken(token: string): Row {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && typeof parsed[0] === 'number' && typeof parsed[1] === 'string') {
      return { createdAtMs: parsed[0], instanceId: parsed[1], workflowName: '' };
    }
  } catch {
    // Refused below, as any other text that is no token.
  }
  throw new WorkflowError('ERR_CONTINUATION_TOKEN_INVALID', { token });
}
