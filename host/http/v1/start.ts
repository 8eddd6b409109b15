import { createHash } from 'node:crypto';
import { WorkflowError } from '../../../core/index.js';
import type { WorkflowInstance } from '../../../core/index.js';
import type { StartCall } from '../../service/workflow-service.js';
import type { Answer } from '../answer.js';
import { writeJson } from '../json/write.js';
import { param, v1Route, type Call, type Input } from '../route.js';
import { traceOf } from '../trace.js';
import { parseTime } from '../time.js';
import { componentOf } from '../component-of.js';
import { payloadOf } from './payloads.js';
import { flag, object, oneForm, payload, stringMap, text, time } from './schemas.js';

interface StartBody {
  readonly workflowName: string;
  readonly instanceId?: string;
  readonly version?: string;
  readonly scheduledStart?: string;
  readonly onConflict?: 'error' | 'returnExisting';
  readonly enforceUniqueId?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, string>>;
}

const schema = object(
  {
    workflowName: { ...text, minLength: 1 },
    instanceId: {
      ...text,
      minLength: 1,
      description: '1 to 64 bytes of letters, digits, "-", "_". Absent: one is made up.',
    },
    ...payload('input'),
    version: text,
    scheduledStart: { ...time, description: 'RFC 3339. Not before this time; the instance is PENDING until then.' },
    onConflict: {
      type: 'string',
      enum: ['error', 'returnExisting'],
      default: 'error',
      description: 'When the id is taken: an error, or the instance that has it (also one that has ended).',
    },
    enforceUniqueId: { ...flag, default: false, description: 'Refuse the id of an instance that has ended, too.' },
    tags: stringMap,
    options: { ...stringMap, description: 'Options of the component.' },
  },
  ['workflowName'],
);

export const start = v1Route<object, StartBody>({
  method: 'POST',
  path: '/v1/components/{component}/instances',
  operationId: 'startInstance',
  tag: 'instances',
  summary: 'Start a workflow',
  description:
    'Answers once the start is durable; no worker needs to be connected. With the header Idempotency-Key a repeated request is answered with the instance the first one made (200); a different request under the same key is refused (409).',
  requestHeaders: { 'Idempotency-Key': { ...text, minLength: 1, maxLength: 255 } },
  body: {
    schema: oneForm(schema, 'input'),
    payloads: ['input'],
    optional: false,
  },
  success: {
    201: {
      description: 'Started.',
      schema: object({ instanceId: text, created: { const: true } }, ['instanceId', 'created']),
    },
    200: {
      description: 'The id was taken: this instance has it.',
      schema: object({ instanceId: text, created: { const: false } }, ['instanceId', 'created']),
    },
  },
  example: {
    params: { component: 'default' },
    body: { workflowName: 'process-order', instanceId: 'order-2', input: { items: 3 } },
  },
  async handle(call, input) {
    const key = idempotencyKey(call);
    const request = startCall(call, input, key);
    const unique =
      key !== undefined || input.body.onConflict === 'returnExisting' || input.body.enforceUniqueId === true;
    try {
      const { instanceId } = await call.parts.service.start(
        componentOf(call),
        { ...request, enforceUniqueId: unique },
        'dapr',
      );
      return started(call, instanceId, true);
    } catch (error) {
      const taken = WorkflowError.from(error);
      if (!isTaken(taken) || request.instanceId === undefined) throw taken;
      if (key === undefined && input.body.onConflict !== 'returnExisting') throw taken;
      const existing = await call.parts.service.get(componentOf(call), request.instanceId);
      if (key !== undefined && !isRepetition(existing, request)) throw taken;
      return started(call, existing.instanceId, false);
    }
  },
});

function startCall(call: Call, { body, payloads }: Input<object, StartBody>, key: string | undefined): StartCall {
  const instanceId = body.instanceId ?? (key === undefined ? undefined : idOfKey(key));
  const input = payloadOf('input', payloads, body);
  const scheduledStartMs = body.scheduledStart === undefined ? undefined : parseTime(body.scheduledStart);
  const trace = traceOf(call.headers);
  return {
    workflowName: body.workflowName,
    ...(instanceId === undefined ? {} : { instanceId }),
    ...(input === undefined ? {} : { input }),
    ...(body.version === undefined ? {} : { version: body.version }),
    ...(scheduledStartMs === undefined ? {} : { scheduledStartMs }),
    ...(body.tags === undefined ? {} : { tags: body.tags }),
    ...(body.options === undefined ? {} : { options: body.options }),
    ...(trace === undefined ? {} : { trace }),
  };
}

function idempotencyKey(call: Call): string | undefined {
  const key = call.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return key;
  throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason: 'header Idempotency-Key: 1 to 255 characters' });
}

/** The key becomes the id, so that no memory of keys is needed and a restart forgets none. */
function idOfKey(key: string): string {
  return `key-${createHash('sha256').update(key).digest('hex').slice(0, 40)}`;
}

/** Continue-as-new replaces the input, so only the first run can be held against it. */
function isRepetition(existing: WorkflowInstance, request: StartCall): boolean {
  if (existing.workflowName !== request.workflowName) return false;
  return existing.generation > 0 || existing.input === request.input;
}

function isTaken(error: WorkflowError): boolean {
  return error.code === 'ERR_INSTANCE_EXISTS' || error.code === 'ERR_INSTANCE_ID_IN_USE';
}

function started(call: Call, instanceId: string, created: boolean): Answer {
  const location = `/v1/components/${encodeURIComponent(param(call, 'component'))}/instances/${encodeURIComponent(instanceId)}`;
  return { status: created ? 201 : 200, headers: { Location: location }, body: writeJson({ instanceId, created }) };
}
