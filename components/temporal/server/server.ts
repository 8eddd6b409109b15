import { setMaxListeners } from 'node:events';
import type { Connection } from '@temporalio/client';
import { WorkflowError } from '../../../core/index.js';
import type { TemporalConfig } from '../config.js';
import {
  closeEventFilter,
  stickyKind,
  workerFailure,
  type ActivityTask,
  type HistoryPage,
  type TaskQueue,
  type TemporalEvent,
  type WorkflowTask,
} from '../vendor.js';
import { errorOf } from './errors.js';
import { retrying } from './retry.js';

/** How long a poll stays open, ms; the server answers a second earlier. */
const pollMs = 70_000;
/** A server that does not answer within this time counts as down, ms. */
const checkMs = 5_000;

/** Temporal's public API over one connection. Calls reject with what gRPC says, unless noted. */
export class Server {
  readonly namespace: string;
  readonly identity: string;
  /** Calls that are repeated while what failed may pass. */
  readonly api: Connection['workflowService'];
  readonly #connection: Connection;
  readonly #closing = new AbortController();

  constructor(connection: Connection, { namespace, identity }: TemporalConfig) {
    this.#connection = connection;
    this.namespace = namespace;
    this.identity = identity;
    setMaxListeners(0, this.#closing.signal);
    this.api = retrying(connection.workflowService, this.#closing.signal);
  }

  /** Whether the namespace can be reached. Throws what is wrong with address, key or namespace. */
  async check(signal: AbortSignal): Promise<void> {
    const { namespace } = this;
    await this.#connection.withAbortSignal(signal, () =>
      this.#connection.withDeadline(Date.now() + checkMs, () =>
        this.#connection.workflowService.describeNamespace({ namespace }),
      ),
    );
  }

  /** `undefined`: nothing came for a minute. Rejects when `signal` aborts. */
  pollWorkflowTask(name: string, signal: AbortSignal): Promise<WorkflowTask | undefined> {
    return this.#pollTasks({ name }, signal);
  }

  /** From the queue of one host; see `WorkflowTasks`. */
  pollStickyTask(name: string, normalName: string, signal: AbortSignal): Promise<WorkflowTask | undefined> {
    return this.#pollTasks({ name, normalName, kind: stickyKind }, signal);
  }

  async #pollTasks(taskQueue: TaskQueue, signal: AbortSignal): Promise<WorkflowTask | undefined> {
    const { namespace, identity } = this;
    const task = await this.#long(signal, () =>
      this.#connection.workflowService.pollWorkflowTaskQueue({ namespace, identity, taskQueue }),
    );
    return task.taskToken?.length ? task : undefined;
  }

  /** Tells the server that nobody will ask this queue again: what waits there goes to other hosts at once. */
  async leave(stickyTaskQueue: string): Promise<void> {
    const { namespace, identity } = this;
    const request = { namespace, identity, stickyTaskQueue, reason: 'the host is shutting down' };
    await this.#connection.withDeadline(Date.now() + checkMs, () =>
      this.#connection.workflowService.shutdownWorker(request),
    );
  }

  /** Gives a workflow task back, so that another host need not wait for its time-out. Tried once. */
  async giveBack(taskToken: Uint8Array): Promise<void> {
    const { namespace, identity } = this;
    const failure = { source: 'wfhost', message: 'the host is shutting down' };
    const request = { namespace, identity, taskToken, cause: workerFailure, failure };
    await this.#connection.withDeadline(Date.now() + checkMs, () =>
      this.#connection.workflowService.respondWorkflowTaskFailed(request),
    );
  }

  async pollActivityTask(taskQueue: string, signal: AbortSignal): Promise<ActivityTask | undefined> {
    const { namespace, identity } = this;
    const request = { namespace, identity, taskQueue: { name: taskQueue } };
    const task = await this.#long(signal, () => this.#connection.workflowService.pollActivityTaskQueue(request));
    return task.taskToken?.length ? task : undefined;
  }

  /** All events of a run, oldest first. `runId` absent: of the newest run of this id. */
  async history(workflowId: string, runId?: string): Promise<TemporalEvent[]> {
    const events: TemporalEvent[] = [];
    const execution = { workflowId, ...(runId === undefined ? {} : { runId }) };
    let token = new Uint8Array();
    do {
      const request = { namespace: this.namespace, execution, nextPageToken: token };
      const page: HistoryPage = await this.api.getWorkflowExecutionHistory(request);
      for (const event of page.history?.events ?? []) events.push(event);
      token = new Uint8Array(page.nextPageToken ?? []);
    } while (token.length > 0);
    return events;
  }

  /** Answers once the run has ended, or after the server's patience (about 20 s). Rejects when `signal` aborts. */
  async awaitEnd(workflowId: string, runId: string, signal: AbortSignal): Promise<void> {
    const request = {
      namespace: this.namespace,
      execution: { workflowId, runId },
      waitNewEvent: true,
      historyEventFilterType: closeEventFilter,
      skipArchival: true,
    };
    await this.#long(signal, () => this.#connection.workflowService.getWorkflowExecutionHistory(request));
  }

  async #long<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    return this.#connection.withAbortSignal(signal, () => this.#connection.withDeadline(Date.now() + pollMs, call));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#connection.close();
  }
}

/** Loads the vendor's client and makes a connection, which opens at its first call. Throws `ERR_PACKAGE_MISSING`. */
export async function createServer(config: TemporalConfig): Promise<Server> {
  const { Connection } = await loadClient();
  const { address, apiKey, tls } = config;
  const options = { address, ...(tls === undefined ? {} : { tls }), ...(apiKey ? { apiKey } : {}) };
  return new Server(Connection.lazy({ ...options, interceptors: [] }), config);
}

async function loadClient(): Promise<typeof import('@temporalio/client')> {
  try {
    return await import('@temporalio/client');
  } catch (error) {
    const missing = { type: 'workflow.temporal', package: '@temporalio/client' };
    if (isMissing(error)) throw new WorkflowError('ERR_PACKAGE_MISSING', missing, { cause: error });
    throw errorOf(error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}
