import type { ErrorCode, RuntimeStatus } from '../../core/index.js';
import type { FireTime, HistoryEvent } from '../../core/orchestration/index.js';
import {
  DoorRefusal,
  type DoorOperation,
  type InstanceView,
  type ListPage,
  type ManagementDoor,
  type StartCall,
} from '../door.js';

export interface HttpDoorOptions {
  /** `http://host:port`. */
  readonly url: string;
  /** Name of the component in paths; default: the default component. */
  readonly component?: string;
  readonly apiToken?: string;
  /** The host has our own routes (/v1) for what Dapr's lack. */
  readonly ownRoutes: boolean;
}

const daprOperations: readonly DoorOperation[] = ['start', 'get', 'raise', 'suspend', 'resume', 'terminate', 'purge'];
const ownOperations: readonly DoorOperation[] = [
  'purgeByFilter',
  'list',
  'history',
  'rerun',
  'wait',
  'startAt',
  'uniqueId',
  'absentPayload',
  'terminateOutput',
  'chooseRecursion',
  'forcePurge',
  'purgeCount',
];

/**
 * Dapr's HTTP routes where they can say it, our own routes for the rest: a call that needs more than Dapr's route offers
 * (a start time, a choice of recursion) goes to ours.
 */
export function httpDoor(options: HttpDoorOptions): ManagementDoor {
  const http = new HttpCalls(options);
  const at = (instanceId: string): string => encodeURIComponent(instanceId);
  return {
    name: 'http',
    operations: new Set([...daprOperations, ...(options.ownRoutes ? ownOperations : [])]),
    start: (call) => start(http, call),
    get: (instanceId) => get(http, instanceId),
    raise: async (instanceId, eventName, data) => {
      const path = `${at(instanceId)}/raiseEvent/${encodeURIComponent(eventName)}`;
      if (data !== undefined) await http.dapr('POST', path, data);
      else await http.own('POST', `instances/${at(instanceId)}/events/${encodeURIComponent(eventName)}`, {});
    },
    suspend: async (instanceId) => void (await http.dapr('POST', `${at(instanceId)}/pause`)),
    resume: async (instanceId) => void (await http.dapr('POST', `${at(instanceId)}/resume`)),
    terminate: async (instanceId, { output, recursive = true } = {}) => {
      if (output === undefined && recursive) await http.dapr('POST', `${at(instanceId)}/terminate`);
      else {
        const given = output === undefined ? {} : { outputText: output };
        await http.own('POST', `instances/${at(instanceId)}/terminate`, { recursive, ...given });
      }
    },
    purge: async (instanceId, { recursive = true, force = false } = {}) => {
      if (recursive && !force) {
        // Dapr's answer has no count; asked by a case that needs one, the door says how many there were.
        if (!options.ownRoutes) return void (await http.dapr('POST', `${at(instanceId)}/purge`));
        const tree = await treeSize(http, instanceId);
        await http.dapr('POST', `${at(instanceId)}/purge`);
        return tree;
      }
      const query = `recursive=${recursive}&force=${force}`;
      const answer = await http.own('DELETE', `instances/${at(instanceId)}?${query}`);
      return (answer as { deletedCount?: number }).deletedCount;
    },
    purgeByFilter: async (statuses) => void (await http.own('POST', 'purge', { statuses, recursive: true })),
    list: ({ pageSize, token }) => list(http, pageSize, token),
    history: async (instanceId) => {
      const answer = await http.own('GET', `instances/${at(instanceId)}/history?payloads=text`);
      return (answer as { events: Record<string, unknown>[] }).events.map(eventOf);
    },
    rerun: async ({ source, eventId, newInstanceId, input, overwriteInput }) => {
      const answer = await http.own('POST', `instances/${at(source)}/rerun`, {
        eventId,
        ...(newInstanceId === undefined ? {} : { newInstanceId }),
        ...(overwriteInput ? { overwriteInput } : {}),
        ...(overwriteInput && input !== undefined ? { inputText: input } : {}),
      });
      return (answer as { instanceId: string }).instanceId;
    },
    waitForEnd: async (instanceId, signal) => {
      const path = `instances/${at(instanceId)}/wait?until=closed&timeoutMs=25000&payloads=text`;
      return viewOfOwn((await http.own('GET', path, undefined, signal)) as OwnInstance);
    },
    close: () => Promise.resolve(),
  };
}

class HttpCalls {
  readonly #options: HttpDoorOptions;
  readonly #component: string;

  constructor(options: HttpDoorOptions) {
    this.#options = options;
    this.#component = encodeURIComponent(options.component ?? 'dapr');
  }

  /** A call of Dapr's routes; the answer's JSON. */
  dapr(method: string, path: string, body?: string): Promise<unknown> {
    return this.#call(method, `/v1.0/workflows/${this.#component}/${path}`, body);
  }

  own(method: string, path: string, body?: object, signal?: AbortSignal): Promise<unknown> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return this.#call(method, `/v1/components/${this.#component}/${path}`, text, signal);
  }

  async #call(method: string, path: string, body?: string, signal?: AbortSignal): Promise<unknown> {
    const { url, apiToken } = this.#options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(apiToken === undefined ? {} : { 'dapr-api-token': apiToken }),
      },
      ...(body === undefined ? {} : { body }),
      ...(signal ? { signal } : {}),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? {} : JSON.parse(text);
    throw refusal(response.status, text);
  }
}

function refusal(status: number, text: string): DoorRefusal {
  try {
    const { errorCode, message, detail } = JSON.parse(text) as Record<string, string | undefined>;
    return new DoorRefusal(`${status} ${errorCode}`, message ?? detail ?? text, errorCode as ErrorCode | undefined);
  } catch {
    return new DoorRefusal(`${status}`, text);
  }
}

async function start(http: HttpCalls, call: StartCall): Promise<string> {
  const { workflow, instanceId, input, startAtMs, uniqueId } = call;
  if (input !== undefined && startAtMs === undefined && !uniqueId) {
    const query = instanceId === undefined ? '' : `?instanceID=${encodeURIComponent(instanceId)}`;
    const answer = await http.dapr('POST', `${encodeURIComponent(workflow)}/start${query}`, input);
    return (answer as { instanceID: string }).instanceID;
  }
  const answer = await http.own('POST', 'instances', {
    workflowName: workflow,
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(input === undefined ? {} : { inputText: input }),
    ...(startAtMs === undefined ? {} : { scheduledStart: new Date(startAtMs).toISOString() }),
    ...(uniqueId ? { enforceUniqueId: true } : {}),
  });
  return (answer as { instanceId: string }).instanceId;
}

interface DaprInstance {
  readonly instanceID: string;
  readonly workflowName?: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly properties?: Readonly<Record<string, string>>;
}

async function get(http: HttpCalls, instanceId: string): Promise<InstanceView | undefined> {
  try {
    return viewOfDapr((await http.dapr('GET', encodeURIComponent(instanceId))) as DaprInstance);
  } catch (error) {
    if (error instanceof DoorRefusal && error.answer === '404 ERR_INSTANCE_ID_NOT_FOUND') return undefined;
    throw error;
  }
}

/** Dapr's shape, as HTTP and gRPC both have it: payloads are properties. */
export function viewOfDapr(instance: DaprInstance): InstanceView {
  const property = (name: string): string | undefined => instance.properties?.[`dapr.workflow.${name}`];
  const errorType = property('failure.error_type');
  const fields = {
    workflowName: instance.workflowName,
    input: property('input'),
    output: property('output'),
    customStatus: property('custom_status'),
  };
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    instanceId: instance.instanceID,
    status: instance.runtimeStatus,
    ...present,
    ...(errorType === undefined
      ? {}
      : { failure: { errorType, errorMessage: property('failure.error_message') ?? '' } }),
  };
}

interface OwnInstance {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly status: RuntimeStatus;
  readonly inputText?: string;
  readonly outputText?: string;
  readonly customStatus?: string;
  readonly failure?: { readonly errorType: string; readonly errorMessage: string };
}

function viewOfOwn(instance: OwnInstance): InstanceView {
  const { instanceId, workflowName, status, inputText, outputText, customStatus, failure } = instance;
  return {
    instanceId,
    workflowName,
    status,
    ...(inputText === undefined ? {} : { input: inputText }),
    ...(outputText === undefined ? {} : { output: outputText }),
    ...(customStatus === undefined ? {} : { customStatus }),
    ...(failure ? { failure: { errorType: failure.errorType, errorMessage: failure.errorMessage } } : {}),
  };
}

async function list(http: HttpCalls, pageSize: number, token: string | undefined): Promise<ListPage> {
  const next = token === undefined ? '' : `&continuationToken=${encodeURIComponent(token)}`;
  const answer = (await http.own('GET', `instances?pageSize=${pageSize}${next}`)) as {
    instances: { instanceId: string }[];
    continuationToken?: string;
  };
  const { continuationToken } = answer;
  return {
    instanceIds: answer.instances.map((one) => one.instanceId),
    ...(continuationToken === undefined ? {} : { token: continuationToken }),
  };
}

/** Instances of a tree, by what history says about children. */
async function treeSize(http: HttpCalls, instanceId: string): Promise<number | undefined> {
  const path = `instances/${encodeURIComponent(instanceId)}/history?payloads=none`;
  const answer = await http.own('GET', path).catch(() => undefined);
  if (!answer) return undefined;
  let size = 1;
  for (const event of (answer as { events: { kind: string; instanceId?: string }[] }).events) {
    if (event.kind !== 'childWorkflowCreated' || event.instanceId === undefined) continue;
    size += (await treeSize(http, event.instanceId)) ?? 0;
  }
  return size;
}

/** An event as our own routes show it, back in the model's words. */
function eventOf(shown: Record<string, unknown>): HistoryEvent {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(shown)) {
    if (name === 'timestamp') event['timestampMs'] = Date.parse(value as string);
    else if (name === 'scheduledStart') event['scheduledStartMs'] = Date.parse(value as string);
    else if (name === 'fireAt') event['fireAt'] = fireTimeOf(value as string);
    else event[name.endsWith('Text') ? name.slice(0, -'Text'.length) : name] = value;
  }
  return event as unknown as HistoryEvent;
}

/** RFC 3339 with up to nine digits: the last six are below a millisecond. */
function fireTimeOf(text: string): FireTime {
  const [, digits = ''] = /\.(\d+)Z$/.exec(text) ?? [];
  const subNanos = Number(digits.padEnd(9, '0').slice(3));
  const ms = Date.parse(text.replace(/\.\d+Z$/, `.${digits.padEnd(3, '0').slice(0, 3)}Z`));
  return subNanos === 0 ? { ms } : { ms, subNanos };
}
