import type { WorkflowInstance } from '../../core/index.js';
import type { HistoryEvent } from '../../core/orchestration/index.js';
import type { PayloadArgs } from '../authoring/context.js';
import type { EventRef } from '../authoring/definitions.js';
import { decode, encode } from '../authoring/json.js';
import { check } from '../authoring/schema.js';
import { WorkflowFailed, WorkflowTerminated } from './errors.js';
import type { ManagementPort } from './management-port.js';

/** An instance as its status shows it, with payloads as values. Text that is not JSON is shown as it is. */
export type InstanceView = Omit<WorkflowInstance, 'input' | 'output' | 'customStatus'> & {
  readonly input?: unknown;
  readonly output?: unknown;
  readonly customStatus?: unknown;
};

export interface WaitOptions {
  /** Ends the wait with `ERR_CANCELLED`; the instance goes on. For a time limit: `AbortSignal.timeout(ms)`. */
  readonly signal?: AbortSignal;
}

/** One instance. All methods reject with `WorkflowError` when the host refuses. */
export class WorkflowHandle<Output> {
  readonly id: string;
  readonly #port: ManagementPort;

  constructor(port: ManagementPort, id: string) {
    this.#port = port;
    this.id = id;
  }

  /** Waits for the end and gives the result. Rejects with `WorkflowFailed` or `WorkflowTerminated`. */
  async result(options: WaitOptions = {}): Promise<Output> {
    const instance = await this.#wait('closed', options);
    switch (instance.status) {
      case 'COMPLETED':
        // What the definition of the workflow says it gives.
        return decode(instance.output) as Output;
      case 'TERMINATED':
      case 'CANCELED':
        throw new WorkflowTerminated(instance, instance.status);
      default:
        throw new WorkflowFailed(instance);
    }
  }

  /** Waits until the instance has begun, or has ended. */
  async wait(until: 'started' | 'closed' = 'closed', options: WaitOptions = {}): Promise<InstanceView> {
    return viewOf(await this.#wait(until, options));
  }

  async status(): Promise<InstanceView> {
    return viewOf(await this.#port.get(this.id));
  }

  /** Committed events of the current run, in order. */
  history(): Promise<readonly HistoryEvent[]> {
    return this.#port.history(this.id);
  }

  /** Sends an event; it waits until the workflow asks for it. Throws `InvalidInput` for a payload its schema refuses. */
  async raise<Input, Payload>(event: EventRef<Input, Payload>, ...payload: PayloadArgs<Input>): Promise<void> {
    await check(event.name, event.schema, payload[0]);
    const data = encode(payload[0]);
    await this.#port.raiseEvent({
      instanceId: this.id,
      eventName: event.name,
      ...(data === undefined ? {} : { data }),
    });
  }

  suspend(reason?: string): Promise<void> {
    return this.#port.suspend({ instanceId: this.id, ...(reason === undefined ? {} : { reason }) });
  }

  resume(reason?: string): Promise<void> {
    return this.#port.resume({ instanceId: this.id, ...(reason === undefined ? {} : { reason }) });
  }

  /** Ends the instance without asking its code. Children end too unless `recursive` is false. */
  terminate(options: { readonly output?: unknown; readonly recursive?: boolean } = {}): Promise<void> {
    const output = encode(options.output);
    return this.#port.terminate({
      instanceId: this.id,
      recursive: options.recursive ?? true,
      ...(output === undefined ? {} : { output }),
    });
  }

  /** Removes a closed instance, with its children unless `recursive` is false. Gives how many were removed. */
  async purge(options: { readonly recursive?: boolean; readonly force?: boolean } = {}): Promise<number> {
    const { recursive = true, force = false } = options;
    return (await this.#port.purge({ instanceId: this.id, recursive, force })).deletedCount;
  }

  #wait(until: 'started' | 'closed', { signal }: WaitOptions): Promise<WorkflowInstance> {
    return this.#port.wait({ instanceId: this.id, until }, signal ?? new AbortController().signal);
  }
}

function viewOf({ input, output, customStatus, ...rest }: WorkflowInstance): InstanceView {
  return { ...rest, ...shown('input', input), ...shown('output', output), ...shown('customStatus', customStatus) };
}

function shown(name: string, text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    return { [name]: decode(text) };
  } catch {
    return { [name]: text };
  }
}
