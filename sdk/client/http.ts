import { errorRegistry, WorkflowError, type ErrorCode, type ErrorParams } from '../../core/errors.js';
import type { WorkflowInstance, WaitRequest } from '../../core/index.js';
import type { ManagementPort, StartCall } from './management-port.js';
import { eventOf, instanceOf, listOf, type EventBody, type InstanceBody, type ListBody } from './wire.js';

export interface HttpOptions {
  /** Base URL of the host: `http://127.0.0.1:3500`. */
  readonly address: string;
  /** Default: the host's default component. */
  readonly component?: string;
  readonly apiToken?: string;
}

/** How long the host holds one wait before it is asked again. */
const waitMs = 30_000;

/** Calls a host over HTTP (`/v1`). */
export function overHttp(options: HttpOptions): ManagementPort {
  const { get, send, remove } = new Connection(options);
  return {
    start: (call) => send('/instances', startBody(call)),
    get: async (id) => instanceOf(await get<InstanceBody>(`${instance(id)}?payloads=text`)),
    wait: (request, signal) => waitFor(get, request, signal),
    list: async ({
      pageSize,
      continuationToken,
      statuses,
      workflowName,
      instanceIdPrefix,
      createdFromMs,
      createdToMs,
    }) =>
      listOf(
        await get<ListBody>(
          `/instances${query({
            pageSize,
            continuationToken,
            status: statuses,
            workflowName,
            instanceIdPrefix,
            createdFrom: time(createdFromMs),
            createdTo: time(createdToMs),
          })}`,
        ),
      ),
    history: async (id) => {
      const { events } = await get<{ events: EventBody[] }>(`${instance(id)}/history?payloads=text`);
      return events.map(eventOf);
    },
    raiseEvent: ({ instanceId, eventName, data }) =>
      send(`${instance(instanceId)}/events/${encodeURIComponent(eventName)}`, { dataText: data }),
    suspend: ({ instanceId, reason }) => send(`${instance(instanceId)}/suspend`, { reason }),
    resume: ({ instanceId, reason }) => send(`${instance(instanceId)}/resume`, { reason }),
    terminate: ({ instanceId, output, recursive }) =>
      send(`${instance(instanceId)}/terminate`, { outputText: output, recursive }),
    purge: ({ instanceId, recursive, force }) => remove(`${instance(instanceId)}${query({ recursive, force })}`),
    purgeByFilter: ({ createdFromMs, createdToMs, completedBeforeMs, statuses, recursive }) =>
      send('/purge', {
        createdFrom: time(createdFromMs),
        createdTo: time(createdToMs),
        completedBefore: time(completedBeforeMs),
        statuses,
        recursive,
      }),
    rerun: async ({ sourceInstanceId, input, ...request }) => {
      const body = { ...request, inputText: input };
      const { instanceId } = await send<{ instanceId: string }>(`${instance(sourceInstanceId)}/rerun`, body);
      return { newInstanceId: instanceId };
    },
  };
}

class Connection {
  readonly #base: string;
  readonly #component: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ address, component = 'default', apiToken }: HttpOptions) {
    this.#component = component;
    this.#base = `${address.replace(/\/+$/, '')}/v1/components/${encodeURIComponent(component)}`;
    this.#headers = {
      'content-type': 'application/json',
      ...(apiToken === undefined ? {} : { 'dapr-api-token': apiToken }),
    };
  }

  readonly get = <Body>(path: string, signal?: AbortSignal): Promise<Body> =>
    this.#call<Body>(path, { method: 'GET', ...(signal ? { signal } : {}) });

  readonly send = <Body>(path: string, body: object): Promise<Body> =>
    this.#call<Body>(path, { method: 'POST', body: JSON.stringify(body) });

  readonly remove = <Body>(path: string): Promise<Body> => this.#call<Body>(path, { method: 'DELETE' });

  /** The routes say what they answer; a host of another release may say more, which is passed over. */
  async #call<Body>(path: string, init: RequestInit): Promise<Body> {
    const response = await fetch(this.#base + path, { ...init, headers: this.#headers }).catch((error: unknown) => {
      throw this.#unreachable(error, init.signal ?? undefined);
    });
    const text = await response.text();
    if (!response.ok) throw errorOf(response.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as Body;
  }

  #unreachable(error: unknown, signal: AbortSignal | undefined): WorkflowError {
    if (signal?.aborted) return new WorkflowError('ERR_CANCELLED', {}, { cause: error });
    const reason = `${this.#base} does not answer`;
    return new WorkflowError('ERR_COMPONENT_NOT_READY', { component: this.#component, reason }, { cause: error });
  }
}

async function waitFor(get: Connection['get'], request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance> {
  const path = `${instance(request.instanceId)}/wait${query({ until: request.until, timeoutMs: waitMs, payloads: 'text' })}`;
  for (;;) {
    if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
    try {
      return instanceOf(await get<InstanceBody>(path, signal));
    } catch (error) {
      if (WorkflowError.from(error).code !== 'ERR_WAIT_TIMEOUT') throw error;
    }
  }
}

function startBody({ input, scheduledStartMs, trace: _trace, ...call }: StartCall): object {
  return { ...call, inputText: input, scheduledStart: time(scheduledStartMs) };
}

function instance(id: string): string {
  return `/instances/${encodeURIComponent(id)}`;
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

function query(fields: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/** The error the host has thrown. One it knows and this release does not is `ERR_INTERNAL`, with its words. */
function errorOf(status: number, text: string): WorkflowError {
  const problem = parsed(text);
  if (isKnown(problem.errorCode)) return new WorkflowError(problem.errorCode, problem.params ?? {});
  return new WorkflowError('ERR_INTERNAL', { reason: problem.detail ?? `${status}: ${text.slice(0, 200)}` });
}

interface Problem {
  readonly errorCode?: string;
  readonly params?: ErrorParams;
  readonly detail?: string;
}

function parsed(text: string): Problem {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function isKnown(code: string | undefined): code is ErrorCode {
  return code !== undefined && code in errorRegistry;
}
