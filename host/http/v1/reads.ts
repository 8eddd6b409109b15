import { WorkflowError } from '../../../core/index.js';
import type { RuntimeStatus } from '../../../core/index.js';
import { writeJson } from '../json/write.js';
import { param, v1Route, type Call } from '../route.js';
import { parseTime } from '../time.js';
import { componentOf } from '../component-of.js';
import type { PayloadMode } from './payloads.js';
import { count, flag, object, payloadModeQuery, ref, status, text, time } from './schemas.js';
import { eventView, instanceView, summaryView } from './views.js';

/** Routes that look at instances, and the purge by filter, which shares the filter with the list. */

const instances = '/v1/components/{component}/instances';
const example = { params: { component: 'default', instanceId: 'order-1' } };

interface FilterFields {
  readonly createdFrom?: string;
  readonly createdTo?: string;
}

interface ListQuery extends FilterFields {
  readonly status?: readonly RuntimeStatus[];
  readonly workflowName?: string;
  readonly instanceIdPrefix?: string;
  readonly pageSize?: number;
  readonly continuationToken?: string;
}

const defaultPageSize = 100;

export const list = v1Route<ListQuery, object>({
  method: 'GET',
  path: instances,
  operationId: 'listInstances',
  tag: 'instances',
  summary: 'List instances',
  description:
    'Oldest first, children included, without payloads. Pass the token of a page to get the next; the last has none.',
  query: object({
    status: { type: 'array', items: status, description: 'Any of these; repeat the parameter.' },
    workflowName: text,
    instanceIdPrefix: text,
    createdFrom: time,
    createdTo: time,
    pageSize: { type: 'integer', minimum: 1, maximum: 1024, default: defaultPageSize },
    continuationToken: text,
  }),
  success: {
    200: {
      description: 'A page.',
      schema: object({ instances: { type: 'array', items: ref('InstanceSummary') }, continuationToken: text }, [
        'instances',
      ]),
    },
  },
  example: { params: { component: 'default' }, query: { status: 'RUNNING', pageSize: '10' } },
  async handle(call, { query }) {
    const page = await call.parts.service.list(componentOf(call), {
      pageSize: query.pageSize ?? defaultPageSize,
      ...(query.status === undefined ? {} : { statuses: query.status }),
      ...(query.workflowName === undefined ? {} : { workflowName: query.workflowName }),
      ...(query.instanceIdPrefix === undefined ? {} : { instanceIdPrefix: query.instanceIdPrefix }),
      ...(query.continuationToken === undefined ? {} : { continuationToken: query.continuationToken }),
      ...createdBetween(query),
    });
    const body = { instances: page.instances.map(summaryView), continuationToken: page.continuationToken };
    return { status: 200, body: writeJson(body) };
  },
});

interface PayloadsQuery {
  readonly payloads?: PayloadMode;
}

export const get = v1Route<PayloadsQuery, object>({
  method: 'GET',
  path: `${instances}/{instanceId}`,
  operationId: 'getInstance',
  tag: 'instances',
  summary: 'Get an instance',
  query: object({ payloads: payloadModeQuery }),
  success: { 200: { description: 'The instance.', schema: ref('WorkflowInstance') } },
  example,
  async handle(call, { query }) {
    const instance = await call.parts.service.get(componentOf(call), param(call, 'instanceId'));
    return { status: 200, body: writeJson(instanceView(instance, query.payloads ?? 'json')) };
  },
});

export const history = v1Route<PayloadsQuery, object>({
  method: 'GET',
  path: `${instances}/{instanceId}/history`,
  operationId: 'getHistory',
  tag: 'instances',
  summary: 'Get the history of an instance',
  description: 'Committed events of its current generation, in order. Empty while PENDING.',
  query: object({ payloads: payloadModeQuery }),
  success: {
    200: {
      description: 'The history.',
      schema: object({ events: { type: 'array', items: ref('HistoryEvent') } }, ['events']),
    },
  },
  example,
  async handle(call, { query }) {
    const { events } = await call.parts.service.history(componentOf(call), param(call, 'instanceId'));
    return {
      status: 200,
      body: writeJson({ events: events.map((event) => eventView(event, query.payloads ?? 'json')) }),
    };
  },
});

interface WaitQuery extends PayloadsQuery {
  readonly until?: 'started' | 'closed';
  readonly timeoutMs?: number;
}

const defaultWaitMs = 30_000;
const maxWaitMs = 600_000;

export const wait = v1Route<WaitQuery, object>({
  method: 'GET',
  path: `${instances}/{instanceId}/wait`,
  operationId: 'waitForInstance',
  tag: 'instances',
  summary: 'Wait for an instance',
  description:
    'Answers as soon as the instance has started or ended. 408 when the time is over: wait again. An id that does not exist yet is waited for.',
  query: object({
    until: { type: 'string', enum: ['started', 'closed'], default: 'closed' },
    timeoutMs: { type: 'integer', minimum: 1, maximum: maxWaitMs, default: defaultWaitMs },
    payloads: payloadModeQuery,
  }),
  success: { 200: { description: 'It is there.', schema: ref('WorkflowInstance') } },
  example: { params: { component: 'default', instanceId: 'order-0' }, query: { until: 'closed', timeoutMs: '1000' } },
  async handle(call, { query }) {
    const instanceId = param(call, 'instanceId');
    const request = { instanceId, until: query.until ?? 'closed' };
    const instance = await within(call, query.timeoutMs ?? defaultWaitMs, instanceId, (signal) =>
      call.parts.service.wait(componentOf(call), request, signal),
    );
    return { status: 200, body: writeJson(instanceView(instance, query.payloads ?? 'json')) };
  },
});

interface PurgeFilterBody extends FilterFields {
  readonly completedBefore?: string;
  readonly statuses?: readonly RuntimeStatus[];
  readonly recursive?: boolean;
}

export const purgeByFilter = v1Route<object, PurgeFilterBody>({
  method: 'POST',
  path: '/v1/components/{component}/purge',
  operationId: 'purgeInstances',
  tag: 'instances',
  summary: 'Purge instances that match a filter',
  description:
    'Only instances that have ended. Absent fields match all, so an empty object purges all that have ended.',
  body: {
    schema: object({
      createdFrom: time,
      createdTo: time,
      completedBefore: time,
      statuses: { type: 'array', items: status },
      recursive: { ...flag, default: true },
    }),
    payloads: [],
    optional: false,
  },
  success: { 200: { description: 'Removed.', schema: object({ deletedCount: count }, ['deletedCount']) } },
  example: {
    params: { component: 'default' },
    body: { statuses: ['COMPLETED'], completedBefore: '2024-01-01T00:00:00Z' },
  },
  async handle(call, { body }) {
    const completedBeforeMs = body.completedBefore === undefined ? undefined : parseTime(body.completedBefore);
    const { deletedCount } = await call.parts.service.purgeByFilter(componentOf(call), {
      recursive: body.recursive ?? true,
      ...(body.statuses === undefined ? {} : { statuses: body.statuses }),
      ...(completedBeforeMs === undefined ? {} : { completedBeforeMs }),
      ...createdBetween(body),
    });
    return { status: 200, body: writeJson({ deletedCount }) };
  },
});

function createdBetween({ createdFrom, createdTo }: FilterFields): { createdFromMs?: number; createdToMs?: number } {
  const createdFromMs = createdFrom === undefined ? undefined : parseTime(createdFrom);
  const createdToMs = createdTo === undefined ? undefined : parseTime(createdTo);
  return {
    ...(createdFromMs === undefined ? {} : { createdFromMs }),
    ...(createdToMs === undefined ? {} : { createdToMs }),
  };
}

/**
 * Runs a wait that ends with the time (`ERR_WAIT_TIMEOUT`, saying how far the instance was) or with the call itself
 * (the call's own reason). Nothing is left behind in either case.
 */
async function within<T>(
  call: Call,
  timeoutMs: number,
  instanceId: string,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, service } = call.parts;
  const controller = new AbortController();
  const callSignal = call.signal();
  const end = (): void => controller.abort();
  callSignal.addEventListener('abort', end, { once: true });
  const cancelTimer = clock.at(clock.now() + timeoutMs, end);
  if (callSignal.aborted) end();
  try {
    return await run(controller.signal);
  } catch (error) {
    if (callSignal.aborted) throw callSignal.reason;
    const known = WorkflowError.from(error);
    if (known.code !== 'ERR_CANCELLED') throw known;
    throw new WorkflowError('ERR_WAIT_TIMEOUT', {
      instanceId,
      timeoutMs,
      status: await lastSeen(service, call, instanceId),
    });
  } finally {
    cancelTimer();
    callSignal.removeEventListener('abort', end);
  }
}

async function lastSeen(service: Call['parts']['service'], call: Call, instanceId: string): Promise<string> {
  try {
    return (await service.get(componentOf(call), instanceId)).status;
  } catch (error) {
    return WorkflowError.from(error).code;
  }
}
