import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../../host/http/routes.js';
import type { Route } from '../../../host/http/route.js';
import { openDoor, type TestDoor } from './harness.js';

/** Every route with every fault that fits it, from the route table: a new route is tested without a new row. */

const token = 'the-token';
const limit = 20_000;
let door: TestDoor;
beforeAll(async () => {
  door = await openDoor({ apiTokens: [token], maxBodyBytes: limit });
  await door.begin('order-1', 'waitEvt');
});
afterAll(() => door.close());

interface Sent {
  readonly status: number;
  readonly errorCode: unknown;
  readonly text: string;
}

async function send(
  route: Route,
  change: Partial<{ method: string; params: Record<string, string>; query: string; body: string; token: string }>,
): Promise<Sent> {
  const params: Record<string, string> = {
    ...route.example.params,
    instanceId: 'order-1',
    instanceID: 'order-1',
    ...change.params,
  };
  const path = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
  const { status, text } = await door.call(change.method ?? route.method, `${path}${change.query ?? ''}`, {
    headers: { 'dapr-api-token': change.token ?? token },
    ...(change.body === undefined ? {} : { body: change.body }),
  });
  const errorCode = text.startsWith('{') ? (JSON.parse(text) as { errorCode?: unknown }).errorCode : undefined;
  return { status, errorCode, text };
}

const named = (list: readonly Route[]): { name: string; route: Route }[] =>
  list.map((route) => ({ name: `${route.method} ${route.path}`, route }));
const v1 = routes.filter((route) => route.family === 'v1');
const dapr = routes.filter((route) => route.family === 'dapr');
const ofInstance = (route: Route): boolean => /\{instanceI[dD]\}/.test(route.path);
const withPayload = dapr.filter((route) => route.rawBody === 'payload');

describe.each(named(routes.filter((route) => !(route.family === 'plain' && route.open))))('$name', ({ route }) => {
  test('refuses a wrong token', async () => {
    expect((await send(route, { token: 'another' })).status).toBe(401);
  });

  test('refuses other methods', async () => {
    const expected =
      route.family === 'dapr'
        ? { status: 404, errorCode: 'ERR_DIRECT_INVOKE' }
        : { status: 405, errorCode: 'ERR_METHOD_NOT_ALLOWED' };
    for (const method of ['PUT', 'PATCH']) expect(await send(route, { method })).toMatchObject(expected);
    expect((await send(route, { method: 'OPTIONS' })).status).toBe(route.family === 'dapr' ? 404 : 204);
  });

  test('is case-sensitive', async () => {
    const path = route.path.replace(/\/(components|workflows|openapi\.json|health|metadata|metrics)\b/, (name) =>
      name.toUpperCase(),
    );
    expect((await send({ ...route, path }, {})).status).toBe(404);
  });
});

describe.each(named(v1.filter(ofInstance)))('$name', ({ route }) => {
  test('does not know an unknown instance', async () => {
    const waiting = route.operationId === 'waitForInstance';
    if (waiting) return;
    const body = route.example.body === undefined ? {} : { body: JSON.stringify(route.example.body) };
    expect(await send(route, { params: { instanceId: 'nobody' }, ...body })).toMatchObject({
      status: 404,
      errorCode: 'ERR_INSTANCE_NOT_FOUND',
    });
  });
});

describe.each(named(v1.filter((route) => route.path.includes('{component}'))))('$name', ({ route }) => {
  test('does not know an unknown component', async () => {
    const body = route.example.body === undefined ? {} : { body: JSON.stringify(route.example.body) };
    expect(await send(route, { params: { component: 'nowhere' }, ...body })).toMatchObject({
      status: 400,
      errorCode: 'ERR_COMPONENT_NOT_FOUND',
    });
  });

  test('refuses a path that is not percent-encoded UTF-8', async () => {
    expect(await send({ ...route, path: route.path.replace('{component}', '%ff') }, {})).toMatchObject({
      status: 400,
      errorCode: 'ERR_REQUEST_MALFORMED',
    });
  });
});

describe.each(named(v1))('$name', ({ route }) => {
  test.each(['?nothing=1', '?__proto__=1', '?constructor=1'])('refuses the query %s', async (query) => {
    expect(await send(route, { query })).toMatchObject({ status: 400, errorCode: 'ERR_REQUEST_MALFORMED' });
  });
});

const deep = `${'['.repeat(65)}${']'.repeat(65)}`;
const malformed = [
  { name: 'no JSON', body: 'not json' },
  { name: 'a cut-off body', body: '{"workflowName":"x"' },
  { name: 'more than one value', body: '{} {}' },
  { name: 'an array', body: '[]' },
  { name: 'a number', body: '1' },
  { name: 'null', body: 'null' },
  { name: 'a trailing comma', body: '{"reason":"x",}' },
  { name: 'a comment', body: '{/* hello */}' },
  { name: 'single quotes', body: "{'reason':'x'}" },
  { name: 'a repeated name', body: '{"reason":"a","reason":"b"}' },
  { name: 'a repeated name in another spelling', body: '{"reason":"a","\\u0072eason":"b"}' },
  { name: 'a name that reaches a prototype', body: '{"__proto__":{"reason":"x"}}' },
  { name: 'such a name further down', body: '{"tags":{"constructor":"x"}}' },
  { name: 'an unknown field', body: '{"nothing":1}' },
  { name: 'a byte order mark', body: '\ufeff{}' },
  { name: 'a control character in a text', body: '{"reason":"\u0001"}' },
  { name: 'a number JSON does not have', body: '{"eventId":01}' },
];

describe.each(named(v1.filter((route) => route.body !== undefined)))('the body of $name', ({ route }) => {
  test.each(malformed)('may not be $name', async ({ body }) => {
    expect(await send(route, { body })).toMatchObject({ status: 400, errorCode: 'ERR_REQUEST_MALFORMED' });
  });

  test('may not be other bytes than UTF-8', async () => {
    const reply = await door.call(
      route.method,
      route.path.replace(/\{\w+\}/g, 'order-1').replace('order-1', 'default'),
      {
        headers: { 'dapr-api-token': token },
        body: Buffer.from([0x7b, 0xff, 0x7d]),
      },
    );
    expect(reply).toMatchObject({ status: 400, text: expect.stringContaining('not UTF-8') });
  });

  test('may not be deep', async () => {
    expect(await send(route, { body: `{"tags":${deep}}` })).toMatchObject({
      status: 400,
      errorCode: 'ERR_JSON_TOO_DEEP',
    });
  });

  test('may not be over the limit', async () => {
    expect(await send(route, { body: `{"reason":"${'x'.repeat(limit)}"}` })).toMatchObject({
      status: 413,
      errorCode: 'ERR_PAYLOAD_TOO_LARGE',
    });
  });
});

describe.each(named(dapr))('$name', ({ route }) => {
  test('refuses a body over the limit', async () => {
    expect(await send(route, { body: 'x'.repeat(limit + 1) })).toMatchObject({
      status: 400,
      errorCode: 'ERR_BODY_READ',
    });
  });

  test('refuses an unknown component', async () => {
    expect(await send(route, { params: { component: 'nowhere' } })).toMatchObject({
      status: 400,
      errorCode: 'ERR_WORKFLOW_COMPONENT_NOT_FOUND',
    });
  });

  test('refuses a path that is not percent-encoded UTF-8', async () => {
    expect(await send({ ...route, path: route.path.replace('{component}', '%zz') }, {})).toMatchObject({
      status: 400,
      errorCode: 'ERR_MALFORMED_REQUEST',
    });
  });
});

describe.each(named(dapr.filter((route) => !withPayload.includes(route))))('the body of $name', ({ route }) => {
  test.each([...malformed.filter(({ name }) => name !== 'an unknown field'), { name: 'deep', body: `{"x":${deep}}` }])(
    'may not be $name',
    async ({ body }) => {
      expect(await send(route, { body })).toMatchObject({ status: 400, errorCode: 'ERR_MALFORMED_REQUEST' });
    },
  );
});

describe.each(named(withPayload))('the payload of $name', ({ route }) => {
  test('may be anything but other bytes than UTF-8, which are refused at once', async () => {
    const path = route.path.replace('{component}', 'dapr').replace(/\{\w+\}/g, 'order-1');
    const reply = await door.call('POST', path, {
      headers: { 'dapr-api-token': token },
      body: Buffer.from([0xff, 0xfe]),
    });
    expect(reply).toMatchObject({
      status: 500,
      text: expect.stringMatching(/"errorCode":"ERR_(START_WORKFLOW|RAISE_EVENT_WORKFLOW)".*not valid UTF-8/),
    });
  });
});

describe('the place of a fault is named', () => {
  test.each([
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","tags":{"a":1}}',
      place: 'body/tags/a: must be string',
    },
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","oops":1}',
      place: 'body: unknown field "oops"',
    },
    { path: '/v1/components/default/instances', body: '{"workflowName":""}', place: 'body/workflowName: ' },
    { path: '/v1/components/default/instances', body: '{}', place: "body: must have required property 'workflowName'" },
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","onConflict":"ignore"}',
      place: 'body/onConflict: must be one of error, returnExisting',
    },
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","scheduledStart":"tomorrow"}',
      place: 'body/scheduledStart: must be a time',
    },
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","scheduledStart":"2030-02-30T00:00:00Z"}',
      place: 'body/scheduledStart: must be a time',
    },
    {
      path: '/v1/components/default/instances',
      body: '{"workflowName":"x","input":1,"inputText":"1"}',
      place: 'not both',
    },
    { path: '/v1/components/default/instances', body: '{"workflowName":"x" "y"}', place: 'JSON at character 21: ' },
    {
      path: '/v1/components/default/purge',
      body: '{"statuses":["DONE"]}',
      place: 'body/statuses/0: must be one of PENDING',
    },
    {
      path: '/v1/components/default/instances/order-1/rerun',
      body: '{"eventId":1.5}',
      place: 'body/eventId: must be integer',
    },
    {
      path: '/v1/components/default/instances/order-1/rerun',
      body: '{"eventId":"1"}',
      place: 'body/eventId: must be integer',
    },
  ])('$place', async ({ path, body, place }) => {
    const { status, text } = await door.call('POST', path, { headers: { 'dapr-api-token': token }, body });
    expect({ status, text }).toEqual({
      status: 400,
      text: expect.stringContaining(JSON.stringify(place).slice(1, -1)),
    });
  });

  test.each([
    { query: 'pageSize=0', place: 'query/pageSize: must be >= 1' },
    { query: 'pageSize=1025', place: 'query/pageSize: must be <= 1024' },
    { query: 'pageSize=1e2', place: 'query/pageSize: must be integer' },
    { query: 'pageSize=', place: 'query/pageSize: must be integer' },
    { query: 'pageSize=10&pageSize=20', place: 'query/pageSize: given more than once' },
    { query: 'status=RUNNING&status=running', place: 'query/status/1: must be one of' },
    { query: 'createdFrom=2030-01-01', place: 'query/createdFrom: must be a time' },
  ])('$place', async ({ query, place }) => {
    const path = `/v1/components/default/instances?${query}`;
    const { status, text } = await door.call('GET', path, { headers: { 'dapr-api-token': token } });
    expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(place) });
  });
});

test('after all that the door serves, and nothing has changed', async () => {
  expect((await door.engine.get('order-1')).status).toBe('RUNNING');
});
