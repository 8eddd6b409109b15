import {
  WorkflowError,
  isClosed,
  summaryOf,
  type Clock,
  type InstanceSummary,
  type ListRequest,
  type ListResponse,
  type RuntimeStatus,
} from '../../../core/index.js';
import { errorOf } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { stalledKey } from '../translate/memo.js';
import { cascadeType, detachedKey } from '../translate/step-commands.js';
import { timeOf, type WorkflowExecution, type WorkflowExecutionInfo } from '../vendor.js';
import { purgeType } from './purge.js';
import type { Reader } from './reader.js';

/** Rows the server is asked for at once. */
const rowsPerRequest = 1_000;
/** Instances read at once to complete their rows. */
const readsAtOnce = 16;
/** The server may list a purged run for so long after its end, ms. */
const purgeLagMs = 60_000;
/** Pages asked for within this time are cut from the same rows, ms. */
const snapshotMs = 30_000;

interface Row {
  readonly instanceId: string;
  readonly createdAtMs: number;
  /** What the server says of a run that ended; absent: it must be read. */
  readonly closed?: InstanceSummary;
}

interface Snapshot {
  readonly query: string;
  readonly atMs: number;
  readonly rows: readonly Row[];
}

/**
 * Pages of instances, oldest first. The server lists newest first, by run, and knows little of those that are open, so
 * its rows are sorted here, kept for the pages that follow, and completed by reading the instances that need it.
 */
export class Lists {
  readonly #server: Server;
  readonly #reader: Reader;
  readonly #taskQueue: string;
  readonly #clock: Clock;
  #snapshot: Snapshot | undefined;

  constructor(server: Server, reader: Reader, taskQueue: string, clock: Clock) {
    this.#server = server;
    this.#reader = reader;
    this.#taskQueue = taskQueue;
    this.#clock = clock;
  }

  async list(request: ListRequest): Promise<ListResponse> {
    const after = request.continuationToken === undefined ? undefined : readToken(request.continuationToken);
    const rows = await this.#rows(queryOf(this.#taskQueue, request), after !== undefined);
    const left = after ? rows.filter((row) => byAge(row, after) > 0) : rows;
    const page: InstanceSummary[] = [];
    let last: Row | undefined;
    for (let next = 0; next < left.length;) {
      const wanted = Math.min(readsAtOnce, request.pageSize - page.length + 1);
      const chunk = left.slice(next, next + wanted);
      next += wanted;
      const summaries = await Promise.all(chunk.map((row) => this.#complete(row)));
      for (const [index, row] of chunk.entries()) {
        const summary = summaries[index];
        // Purged since, or another run has this id by now: that one has a row of its own.
        if (!summary || !matches(summary, request)) continue;
        if (page.length === request.pageSize && last) return { instances: page, continuationToken: tokenOf(last) };
        page.push(summary);
        last = row;
      }
    }
    return { instances: page };
  }

  async #complete({ instanceId, closed }: Row): Promise<InstanceSummary | undefined> {
    if (closed && this.#clock.now() - (closed.completedAtMs ?? 0) > purgeLagMs) return closed;
    const view = await this.#reader.view(instanceId);
    return view && summaryOf(view);
  }

  async #rows(query: string, isNextPage: boolean): Promise<readonly Row[]> {
    const known = this.#snapshot;
    if (isNextPage && known?.query === query && this.#clock.now() - known.atMs < snapshotMs) return known.rows;
    const rows = (await rowsOf(this.#server, query)).sort(byAge);
    this.#snapshot = { query, atMs: this.#clock.now(), rows };
    return rows;
  }
}

/** Open runs that a host left stalled. */
export async function stalledRuns(
  { api, namespace }: Server,
  taskQueue: string,
): Promise<readonly WorkflowExecution[]> {
  const query = `TaskQueue = ${quoted(taskQueue)} AND ExecutionStatus = 'Running'`;
  const stalled: WorkflowExecution[] = [];
  let nextPageToken = new Uint8Array();
  do {
    const reply = await api.listWorkflowExecutions({ namespace, pageSize: rowsPerRequest, nextPageToken, query });
    for (const { memo, execution } of reply.executions ?? []) {
      if (memo?.fields?.[stalledKey] && execution) stalled.push(execution);
    }
    nextPageToken = new Uint8Array(reply.nextPageToken ?? []);
  } while (nextPageToken.length > 0);
  return stalled;
}

function queryOf(taskQueue: string, request: ListRequest): string {
  const conditions = [
    `TaskQueue = ${quoted(taskQueue)}`,
    `WorkflowType != '${cascadeType}'`,
    `WorkflowType != '${purgeType}'`,
  ];
  if (request.workflowName !== undefined) conditions.push(`WorkflowType = ${quoted(request.workflowName)}`);
  const { createdFromMs = 0 } = request;
  if (createdFromMs > 0) conditions.push(`StartTime >= '${new Date(createdFromMs).toISOString()}'`);
  if (request.statuses?.every(isClosed)) conditions.push(`ExecutionStatus != 'Running'`);
  return conditions.join(' AND ');
}

async function rowsOf({ api, namespace }: Server, query: string): Promise<Row[]> {
  const newest = new Map<string, Row>();
  let nextPageToken = new Uint8Array();
  do {
    const request = { namespace, pageSize: rowsPerRequest, nextPageToken, query };
    const reply = await api.listWorkflowExecutions(request).catch((error: unknown) => {
      throw errorOf(error);
    });
    for (const info of reply.executions ?? []) {
      const row = rowOf(info);
      const known = newest.get(row.instanceId);
      if (!known || known.createdAtMs <= row.createdAtMs) newest.set(row.instanceId, row);
    }
    nextPageToken = new Uint8Array(reply.nextPageToken ?? []);
  } while (nextPageToken.length > 0);
  return [...newest.values()];
}

/** How the server says that a run ended, by its number. */
const closedStatus: Readonly<Record<number, RuntimeStatus>> = {
  2: 'COMPLETED',
  3: 'FAILED',
  4: 'CANCELED',
  5: 'TERMINATED',
  7: 'FAILED',
};

function rowOf({ execution, type, startTime, closeTime, status, parentExecution, memo }: WorkflowExecutionInfo): Row {
  const instanceId = execution?.workflowId ?? '';
  const createdAtMs = timeOf(startTime);
  const state = closedStatus[status ?? 0];
  if (!state) return { instanceId, createdAtMs };
  const closedMs = timeOf(closeTime);
  const parent = memo?.fields?.[detachedKey] ? undefined : parentExecution?.workflowId;
  const closed = {
    instanceId,
    workflowName: type?.name ?? '',
    status: state,
    createdAtMs,
    lastUpdatedAtMs: closedMs,
    completedAtMs: closedMs,
    ...(parent ? { parentInstanceId: parent } : {}),
  };
  return { instanceId, createdAtMs, closed };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function byAge(one: Row, other: Row): number {
  if (one.createdAtMs !== other.createdAtMs) return one.createdAtMs - other.createdAtMs;
  return one.instanceId < other.instanceId ? -1 : Number(one.instanceId > other.instanceId);
}

function matches(
  one: InstanceSummary,
  { statuses, instanceIdPrefix = '', createdToMs = Infinity }: ListRequest,
): boolean {
  return (
    (!statuses || statuses.includes(one.status)) &&
    one.instanceId.startsWith(instanceIdPrefix) &&
    one.createdAtMs <= createdToMs
  );
}

function tokenOf({ instanceId, createdAtMs }: Row): string {
  return Buffer.from(JSON.stringify([createdAtMs, instanceId])).toString('base64url');
}

function readToken(token: string): Row {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (Array.isArray(parsed) && typeof parsed[0] === 'number' && typeof parsed[1] === 'string') {
      return { createdAtMs: parsed[0], instanceId: parsed[1] };
    }
  } catch {
    // Refused below, as any other text that is no token.
  }
  throw new WorkflowError('ERR_CONTINUATION_TOKEN_INVALID', { token });
}
