import { WorkflowError } from '../../core/errors.js';
import type { ListRequest, ListResponse, PurgeFilter, RerunRequest } from '../../core/index.js';
import type { InputArgs } from '../authoring/context.js';
import type { WorkflowRef } from '../authoring/definitions.js';
import { instantMs, type Instant } from '../authoring/duration.js';
import { encode } from '../authoring/json.js';
import { check } from '../authoring/schema.js';
import type { ManagementPort } from './management-port.js';
import { WorkflowHandle } from './workflow-handle.js';

export interface StartOptions {
  /** Default: a UUID. An id in use is refused with `ERR_INSTANCE_EXISTS`. */
  readonly id?: string;
  /** Default: the version of the definition, if it has one. */
  readonly version?: string;
  /** Not before this time; the instance is PENDING until then. */
  readonly at?: Instant;
  /** `returnExisting`: a handle to the instance that has the id, whether it has ended or not. Default `error`. */
  readonly onConflict?: 'error' | 'returnExisting';
  readonly tags?: Readonly<Record<string, string>>;
  /** Options of the component. */
  readonly options?: Readonly<Record<string, string>>;
}

/**
 * Starts and manages workflows of one component.
 *
 * @example
 * const run = await client.start(processOrder, order, { id: `order-${order.id}` });
 * const receipt = await run.result();
 */
export class WorkflowClient {
  readonly #port: ManagementPort;

  constructor(port: ManagementPort) {
    this.#port = port;
  }

  /** Resolves once the start is durable. Throws `InvalidInput` for an input the workflow's schema refuses. */
  async start<Input, Output>(
    workflow: WorkflowRef<Input, Output>,
    ...args: InputArgs<Input, StartOptions>
  ): Promise<WorkflowHandle<Output>> {
    const [input, options = {}] = args;
    await check(workflow.name, workflow.schema, input);
    const text = encode(input);
    const version = options.version ?? workflow.version;
    const call = {
      workflowName: workflow.name,
      ...(options.id === undefined ? {} : { instanceId: options.id }),
      ...(version === undefined ? {} : { version }),
      ...(text === undefined ? {} : { input: text }),
      ...(options.at === undefined ? {} : { scheduledStartMs: instantMs(options.at) }),
      ...(options.tags ? { tags: options.tags } : {}),
      ...(options.options ? { options: options.options } : {}),
    };
    if (options.onConflict !== 'returnExisting' || options.id === undefined) {
      return new WorkflowHandle(this.#port, (await this.#port.start(call)).instanceId);
    }
    try {
      await this.#port.start({ ...call, enforceUniqueId: true });
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    return new WorkflowHandle(this.#port, options.id);
  }

  /** A handle to an instance that may exist; nothing is asked yet. */
  get<Input, Output>(workflow: WorkflowRef<Input, Output>, id: string): WorkflowHandle<Output>;
  get(id: string): WorkflowHandle<unknown>;
  get(workflow: WorkflowRef<never, unknown> | string, id?: string): WorkflowHandle<unknown> {
    return new WorkflowHandle(this.#port, typeof workflow === 'string' ? workflow : (id ?? ''));
  }

  /** One page, oldest first; without `continuationToken` in the answer it was the last. */
  list(request: Partial<ListRequest> = {}): Promise<ListResponse> {
    return this.#port.list({ pageSize: 100, ...request });
  }

  /** Removes closed instances that match. Gives how many were removed. */
  async purge(filter: Partial<PurgeFilter>): Promise<number> {
    return (await this.#port.purgeByFilter({ recursive: true, ...filter })).deletedCount;
  }

  /** Starts a new instance from the history of a closed one, up to an event. */
  async rerun(request: RerunRequest): Promise<WorkflowHandle<unknown>> {
    return new WorkflowHandle(this.#port, (await this.#port.rerun(request)).newInstanceId);
  }
}

function isTaken(error: unknown): boolean {
  const { code } = WorkflowError.from(error);
  return code === 'ERR_INSTANCE_EXISTS' || code === 'ERR_INSTANCE_ID_IN_USE';
}
