import { param, v1Route } from '../route.js';
import { writeJson } from '../json/write.js';
import { componentOf } from '../component-of.js';
import { payloadOf } from './payloads.js';
import { count, flag, object, oneForm, payload, text } from './schemas.js';

/** Routes that change one instance. An answer means durable. */

const instance = '/v1/components/{component}/instances/{instanceId}';
const running = { component: 'default', instanceId: 'order-1' };
const done = { 204: { description: 'Recorded.' } };

export const raiseEvent = v1Route<object, object>({
  method: 'POST',
  path: `${instance}/events/{eventName}`,
  operationId: 'raiseEvent',
  tag: 'instances',
  summary: 'Raise an event',
  description:
    'Delivered first in first out per name; kept until the workflow asks for it. Names are compared without case.',
  body: {
    schema: oneForm(object(payload('data')), 'data'),
    payloads: ['data'],
    optional: true,
  },
  success: done,
  example: { params: { ...running, eventName: 'approval' }, body: { data: { approved: true } } },
  async handle(call, { body, payloads }) {
    const data = payloadOf('data', payloads, body);
    await call.parts.service.raiseEvent(componentOf(call), {
      instanceId: param(call, 'instanceId'),
      eventName: param(call, 'eventName'),
      ...(data === undefined ? {} : { data }),
    });
    return { status: 204 };
  },
});

interface ReasonBody {
  readonly reason?: string;
}

const reasonBody = { schema: object({ reason: text }), payloads: [], optional: true };

export const suspend = v1Route<object, ReasonBody>({
  method: 'POST',
  path: `${instance}/suspend`,
  operationId: 'suspendInstance',
  tag: 'instances',
  summary: 'Suspend an instance',
  description:
    'Stops new steps; running activities finish, events and timers are kept. Visible at once. Repeating it has no effect.',
  body: reasonBody,
  success: done,
  example: { params: running, body: { reason: 'stock-taking' } },
  async handle(call, { body }) {
    await call.parts.service.suspend(componentOf(call), { instanceId: param(call, 'instanceId'), ...body });
    return { status: 204 };
  },
});

export const resume = v1Route<object, ReasonBody>({
  method: 'POST',
  path: `${instance}/resume`,
  operationId: 'resumeInstance',
  tag: 'instances',
  summary: 'Resume an instance',
  description: 'What arrived while it was suspended is delivered in order. Repeating it has no effect.',
  body: reasonBody,
  success: done,
  example: { params: running, body: { reason: 'stock-taking is over' } },
  async handle(call, { body }) {
    await call.parts.service.resume(componentOf(call), { instanceId: param(call, 'instanceId'), ...body });
    return { status: 204 };
  },
});

interface TerminateBody {
  readonly recursive?: boolean;
}

export const terminate = v1Route<object, TerminateBody>({
  method: 'POST',
  path: `${instance}/terminate`,
  operationId: 'terminateInstance',
  tag: 'instances',
  summary: 'Terminate an instance',
  description: 'Ends it as TERMINATED, without a worker. On an instance that has ended: accepted, no effect.',
  body: {
    schema: oneForm(
      object({
        ...payload('output'),
        recursive: { ...flag, default: true, description: 'Whether its live children end, too.' },
      }),
      'output',
    ),
    payloads: ['output'],
    optional: true,
  },
  success: done,
  example: { params: running, body: { output: 'cancelled by the customer' } },
  async handle(call, { body, payloads }) {
    const output = payloadOf('output', payloads, body);
    await call.parts.service.terminate(componentOf(call), {
      instanceId: param(call, 'instanceId'),
      recursive: body.recursive ?? true,
      ...(output === undefined ? {} : { output }),
    });
    return { status: 204 };
  },
});

interface PurgeQuery {
  readonly recursive?: boolean;
  readonly force?: boolean;
}

export const purge = v1Route<PurgeQuery, object>({
  method: 'DELETE',
  path: instance,
  operationId: 'purgeInstance',
  tag: 'instances',
  summary: 'Purge an instance',
  description: 'Removes an instance that has ended and all that belongs to it.',
  query: object({
    recursive: { ...flag, default: true, description: 'Whether its children go, too.' },
    force: { ...flag, default: false, description: 'Also when it has not ended.' },
  }),
  success: { 200: { description: 'Removed.', schema: object({ deletedCount: count }, ['deletedCount']) } },
  example: { params: { component: 'default', instanceId: 'order-0' } },
  async handle(call, { query }) {
    const answer = await call.parts.service.purge(componentOf(call), {
      instanceId: param(call, 'instanceId'),
      recursive: query.recursive ?? true,
      force: query.force ?? false,
    });
    return { status: 200, body: writeJson({ deletedCount: answer.deletedCount }) };
  },
});

interface RerunBody {
  readonly eventId: number;
  readonly newInstanceId?: string;
  readonly newChildInstanceId?: string;
  readonly overwriteInput?: boolean;
}

export const rerun = v1Route<object, RerunBody>({
  method: 'POST',
  path: `${instance}/rerun`,
  operationId: 'rerunInstance',
  tag: 'instances',
  summary: 'Run an instance again from an event',
  description:
    'Starts a new instance with the history of an ended one up to a scheduled activity, timer or child workflow, which is then run again.',
  body: {
    schema: oneForm(
      object(
        {
          eventId: { type: 'integer', minimum: 0, maximum: 2 ** 31 - 1 },
          newInstanceId: { ...text, minLength: 1 },
          newChildInstanceId: { ...text, minLength: 1 },
          ...payload('input'),
          overwriteInput: { ...flag, default: false, description: 'With no input given: run the step without input.' },
        },
        ['eventId'],
      ),
      'input',
    ),
    payloads: ['input'],
    optional: false,
  },
  success: { 201: { description: 'Started.', schema: object({ instanceId: text }, ['instanceId']) } },
  example: {
    params: { component: 'default', instanceId: 'order-0' },
    body: { eventId: 1, newInstanceId: 'order-0-again' },
  },
  async handle(call, { body, payloads }) {
    const input = payloadOf('input', payloads, body);
    const { newInstanceId } = await call.parts.service.rerun(componentOf(call), {
      sourceInstanceId: param(call, 'instanceId'),
      eventId: body.eventId,
      overwriteInput: input !== undefined || body.overwriteInput === true,
      ...(input === undefined ? {} : { input }),
      ...(body.newInstanceId === undefined ? {} : { newInstanceId: body.newInstanceId }),
      ...(body.newChildInstanceId === undefined ? {} : { newChildInstanceId: body.newChildInstanceId }),
    });
    return { status: 201, body: writeJson({ instanceId: newInstanceId }) };
  },
});
