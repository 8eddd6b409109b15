import type { Connection } from '@temporalio/client';
import { WorkflowError } from '../../../core/index.js';
import type { TemporalConfig } from '../config.js';
import {
  closeEventFilter,
  stickyKind,
  type ActivityTask,
  type HistoryPage,
  type TaskQueue,
  type TemporalEvent,
  type WorkflowTask,
} from '../vendor.js';
import { errorOf } from './errors.js';

/** How long a poll stays open, ms; the server answers a second earlier. */
const pollMs = 70_000;
/** A server that does not answer within this time counts as down, ms. */
const checkMs = 5_000;

/** Temporal's public API over one connection. Calls reject with what gRPC says, unless noted. */
export class Server {
  readonly namespace: string;
  readonly identity: string;
  readonly #connection: Connection;
  readonly #polls: Connection;

  /** `polls`: a connection that tries nothing again by itself: a call it had repeated would not end when it is given up. */
  constructor(connection: Connection, polls: Connection, { namespace, identity }: TemporalConfig) {
    this.#connection = connection;
    this.#polls = polls;
    this.namespace = namespace;
    this.identity = identity;
  }

  get api(): Connection['workflowService'] {
    return this.#connection.workflowService;
  }

  /** Whether the namespace can be reached. Throws what is wrong with address, key or namespace. */
  async check(signal: AbortSignal): Promise<void> {
    await this.#connection.withAbortSignal(signal, () =>
      this.#connection.withDeadline(Date.now() + checkMs, () =>
        this.api.describeNamespace({ namespace: this.namespace }),
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
      this.#polls.workflowService.pollWorkflowTaskQueue({ namespace, identity, taskQueue }),
    );
    return task.taskToken?.length ? task : undefined;
  }

  /** Tells the server that nobody will ask this queue again: what waits there goes to other hosts at once. */
  async leave(stickyTaskQueue: string): Promise<void> {
    const { namespace, identity } = this;
    await this.api.shutdownWorker({ namespace, identity, stickyTaskQueue, reason: 'the host is shutting down' });
  }

  async pollActivityTask(taskQueue: string, signal: AbortSignal): Promise<ActivityTask | undefined> {
    const { namespace, identity } = this;
    const request = { namespace, identity, taskQueue: { name: taskQueue } };
    const task = await this.#long(signal, () => this.#polls.workflowService.pollActivityTaskQueue(request));
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
    await this.#long(signal, () => this.#polls.workflowService.getWorkflowExecutionHistory(request));
  }

  async #long<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    return this.#polls.withAbortSignal(signal, () => this.#polls.withDeadline(Date.now() + pollMs, call));
  }

  async close(): Promise<void> {
    await Promise.all([this.#connection.close(), this.#polls.close()]);
  }
}

/** Loads the vendor's client and makes a connection, which opens at its first call. Throws `ERR_PACKAGE_MISSING`. */
export async function createServer(config: TemporalConfig): Promise<Server> {
  const { Connection } = await loadClient();
  const { address, apiKey, tls } = config;
  const options = { address, ...(tls === undefined ? {} : { tls }), ...(apiKey ? { apiKey } : {}) };
  return new Server(Connection.lazy(options), Connection.lazy({ ...options, interceptors: [] }), config);
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
