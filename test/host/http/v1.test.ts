import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDoor, type TestDoor } from './harness.js';

const base = '/v1/components/default/instances';

let door: TestDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

let next = 0;
const newId = (): string => `v1-${(next += 1)}`;

describe('start', () => {
  test('answers 201 with the id, the place of the instance, and starts it', async () => {
    const id = newId();
    const body = JSON.stringify({ workflowName: 'echo', instanceId: id, input: { a: 1 } });
    const reply = await door.call('POST', base, { body });
    expect(reply.status).toBe(201);
    expect(reply.headers.location).toBe(`${base}/${id}`);
    expect(JSON.parse(reply.text)).toEqual({ instanceId: id, created: true });
    await door.engine.settle();
    expect((await door.json('GET', `${base}/${id}`)).body).toMatchObject({
      instanceId: id,
      workflowName: 'echo',
      status: 'COMPLETED',
      input: { a: 1 },
      output: { a: 1 },
    });
  });

  test('makes an id up when none is given', async () => {
    const { body } = await door.json('POST', base, { workflowName: 'echo' });
    expect(body['instanceId']).toMatch(/^[\da-f-]{36}$/);
  });

  test.each([
    {
      form: 'JSON with its own spacing and numbers',
      body: '"input": { "a" : 1.0e2 ,"b":12345678901234567890 }',
      text: '{ "a" : 1.0e2 ,"b":12345678901234567890 }',
    },
    { form: 'null', body: '"input":null', text: 'null' },
    {
      form: 'JSON nested deeper than any control body may be',
      body: `"input":${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      text: '['.repeat(100_000) + ']'.repeat(100_000),
    },
    {
      form: 'repeated names in a payload',
      body: '"input":{"a":1,"a":2,"__proto__":3}',
      text: '{"a":1,"a":2,"__proto__":3}',
    },
    { form: 'text that is no JSON', body: '"inputText":"not json"', text: 'not json' },
    { form: 'an empty text', body: '"inputText":""', text: '' },
  ])('keeps an input of $form verbatim', async ({ body, text }) => {
    const id = newId();
    const { status } = await door.call('POST', base, {
      body: `{"workflowName":"waitEvt","instanceId":"${id}",${body}}`,
    });
    expect(status).toBe(201);
    expect((await door.engine.get(id)).input).toBe(text);
  });

  test('refuses a live id, and answers the instance when that is what was asked for', async () => {
    const id = newId();
    await door.begin(id, 'waitEvt');
    const again = { workflowName: 'waitEvt', instanceId: id };
    expect(await door.json('POST', base, again)).toMatchObject({
      status: 409,
      body: { errorCode: 'ERR_INSTANCE_EXISTS' },
    });
    expect(await door.json('POST', base, { ...again, onConflict: 'returnExisting' })).toEqual({
      status: 200,
      body: { instanceId: id, created: false },
    });
  });

  test('replaces an instance that has ended, unless its id must be unique', async () => {
    const id = newId();
    await door.begin(id, 'echo');
    const again = { workflowName: 'waitEvt', instanceId: id };
    expect(await door.json('POST', base, { ...again, enforceUniqueId: true })).toMatchObject({ status: 409 });
    expect(await door.json('POST', base, again)).toMatchObject({ status: 201 });
  });

  test('keeps a scheduled instance PENDING until its time', async () => {
    const id = newId();
    const body = { workflowName: 'echo', instanceId: id, scheduledStart: '2030-01-01T02:00:00+01:00' };
    expect((await door.json('POST', base, body)).status).toBe(201);
    await door.engine.settle();
    expect((await door.json('GET', `${base}/${id}`)).body).toMatchObject({
      status: 'PENDING',
      scheduledStart: '2030-01-01T01:00:00.000Z',
    });
  });

  test('passes version, tags and the trace on', async () => {
    const id = newId();
    const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const body = JSON.stringify({ workflowName: 'waitEvt', instanceId: id, version: '2', tags: { team: 'a' } });
    await door.call('POST', base, { body, headers: { traceparent: trace, tracestate: 'k=v' } });
    await door.engine.settle();
    const { body: history } = await door.json('GET', `${base}/${id}/history`);
    expect(history['events']).toContainEqual(
      expect.objectContaining({
        kind: 'executionStarted',
        version: '2',
        tags: { team: 'a' },
        trace: { traceParent: trace, traceState: 'k=v' },
      }),
    );
  });
});

describe('a start with an Idempotency-Key', () => {
  const send = (key: string, body: object): Promise<{ status: number; id: unknown; created: unknown }> =>
    door
      .call('POST', base, { body: JSON.stringify(body), headers: { 'idempotency-key': key } })
      .then(({ status, text }) => {
        const { instanceId, created } = JSON.parse(text) as Record<string, unknown>;
        return { status, id: instanceId, created };
      });

  test('starts once, however often it is sent, and also after the instance has ended', async () => {
    const body = { workflowName: 'echo', input: 1 };
    const replies = await Promise.all(Array.from({ length: 20 }, () => send('key-a', body)));
    await door.engine.settle();
    const late = await send('key-a', body);
    expect(new Set([...replies, late].map(({ id }) => id)).size).toBe(1);
    expect([...replies, late].filter(({ created }) => created === true)).toHaveLength(1);
    expect(late.status).toBe(200);
  });

  test.each([
    { other: 'workflow', body: { workflowName: 'waitEvt', input: 1 } },
    { other: 'input', body: { workflowName: 'echo', input: 2 } },
  ])('is refused when it comes with another $other', async ({ other, body }) => {
    await send(`key-${other}`, { workflowName: 'echo', input: 1 });
    expect((await send(`key-${other}`, body)).status).toBe(409);
  });
});

describe('payloads', () => {
  test.each([
    { mode: 'json', input: '{"a": 1}', shown: { input: { a: 1 } } },
    { mode: 'json', input: 'no json', shown: { inputText: 'no json' } },
    {
      mode: 'json',
      input: `${'['.repeat(65)}${']'.repeat(65)}`,
      shown: { inputText: '['.repeat(65) + ']'.repeat(65) },
    },
    { mode: 'text', input: '{"a": 1}', shown: { inputText: '{"a": 1}' } },
    { mode: 'none', input: '{"a": 1}', shown: {} },
  ])('are shown as $shown in mode $mode', async ({ mode, input, shown }) => {
    const id = newId();
    await door.begin(id, 'waitEvt', input);
    const { body } = await door.json('GET', `${base}/${id}?payloads=${mode}`);
    expect({
      ...('input' in body ? { input: body['input'] } : {}),
      ...('inputText' in body ? { inputText: body['inputText'] } : {}),
    }).toEqual(shown);
    const { body: history } = await door.json('GET', `${base}/${id}/history?payloads=${mode}`);
    expect(history['events']).toContainEqual(expect.objectContaining({ kind: 'executionStarted', ...shown }));
  });
});

describe('controls', () => {
  test('raise, suspend, resume and terminate do what they say', async () => {
    const id = newId();
    await door.begin(id, 'waitEvt');
    const status = async (): Promise<unknown> => (await door.json('GET', `${base}/${id}`)).body['status'];
    expect((await door.call('POST', `${base}/${id}/suspend`)).status).toBe(204);
    expect(await status()).toBe('SUSPENDED');
    expect((await door.call('POST', `${base}/${id}/resume`, { body: '{"reason":"go on"}' })).status).toBe(204);
    expect(await status()).toBe('RUNNING');
    expect((await door.call('POST', `${base}/${id}/terminate`, { body: '{"output":"over"}' })).status).toBe(204);
    expect((await door.json('GET', `${base}/${id}`)).body).toMatchObject({ status: 'TERMINATED', output: 'over' });
  });

  test.each([
    { form: 'JSON', body: '{"data": [1, 2]}', output: '[1, 2]' },
    { form: 'text', body: '{"dataText": "plain"}', output: 'plain' },
    { form: 'nothing', body: '', output: undefined },
  ])('an event carries $form', async ({ body, output }) => {
    const id = newId();
    await door.begin(id, 'waitEvt');
    expect((await door.call('POST', `${base}/${id}/events/go`, { body })).status).toBe(204);
    await door.engine.settle();
    const instance = await door.engine.get(id);
    expect({ status: instance.status, output: instance.output }).toEqual({ status: 'COMPLETED', output });
  });

  test('a child stays when the terminate is not recursive', async () => {
    const id = newId();
    await door.begin(id, 'parentWait');
    await door.call('POST', `${base}/${id}/terminate`, { body: '{"recursive":false}' });
    await door.engine.settle();
    expect((await door.json('GET', `${base}/${id}:0001`)).body['status']).toBe('RUNNING');
  });

  test('purge takes what has ended, and with force what has not', async () => {
    const id = newId();
    await door.begin(id, 'waitEvt');
    expect(await door.json('DELETE', `${base}/${id}`)).toMatchObject({
      status: 409,
      body: { errorCode: 'ERR_INSTANCE_NOT_CLOSED' },
    });
    expect(await door.json('DELETE', `${base}/${id}?force=true`)).toEqual({ status: 200, body: { deletedCount: 1 } });
    expect((await door.json('GET', `${base}/${id}`)).status).toBe(404);
  });

  test('rerun starts a new instance from an event of an ended one', async () => {
    const id = newId();
    await door.begin(id, 'one-step');
    const reply = await door.json('POST', `${base}/${id}/rerun`, {
      eventId: 1,
      newInstanceId: `${id}-again`,
      input: 7,
    });
    expect(reply).toEqual({ status: 201, body: { instanceId: `${id}-again` } });
    await door.engine.settle();
    expect((await door.json('GET', `${base}/${id}-again/history`)).body['events']).toContainEqual(
      expect.objectContaining({ kind: 'taskScheduled', input: 7, rerunOf: id }),
    );
  });
});

describe('ids', () => {
  test.each(['a:0001', 'a|b', 'a/b', 'é日', 'a b', '..', 'a%2Fb', 'a?b#c', '"quoted"', 'x'.repeat(300)])(
    'with any character work percent-encoded: %s',
    async (id) => {
      await door.begin(id, 'waitEvt');
      const path = `${base}/${encodeURIComponent(id).replaceAll('.', '%2E')}`;
      expect((await door.json('GET', path)).body['instanceId']).toBe(id);
      expect((await door.call('POST', `${path}/suspend`)).status).toBe(204);
    },
  );
});

describe('list', () => {
  test('pages without loss or repetition, and filters', async () => {
    const prefix = `${newId()}-list-`;
    const ids = Array.from({ length: 25 }, (_, index) => `${prefix}${String(index).padStart(2, '0')}`);
    for (const [index, id] of ids.entries()) await door.begin(id, index % 2 === 0 ? 'waitEvt' : 'echo');
    const seen: string[] = [];
    let token = '';
    do {
      const { body } = await door.json('GET', `${base}?instanceIdPrefix=${prefix}&pageSize=10${token}`);
      seen.push(...(body['instances'] as { instanceId: string }[]).map(({ instanceId }) => instanceId));
      token =
        typeof body['continuationToken'] === 'string'
          ? `&continuationToken=${encodeURIComponent(body['continuationToken'])}`
          : '';
    } while (token !== '');
    expect(seen.toSorted()).toEqual(ids);
    const { body } = await door.json(
      'GET',
      `${base}?instanceIdPrefix=${prefix}&status=COMPLETED&status=FAILED&workflowName=echo`,
    );
    expect(body['instances']).toHaveLength(12);
  });

  test('refuses a token it did not give out', async () => {
    expect(await door.json('GET', `${base}?continuationToken=nonsense`)).toMatchObject({
      status: 400,
      body: { errorCode: 'ERR_CONTINUATION_TOKEN_INVALID' },
    });
  });
});

describe('components', () => {
  test('are listed with what they can do', async () => {
    const { body } = await door.json('GET', '/v1/components');
    expect(body['components']).toMatchObject([
      { name: 'main', isDefault: true, capabilities: { purgeByFilter: true } },
      { name: 'bare', isDefault: false, capabilities: { purgeByFilter: false } },
    ]);
  });

  test.each(['default', 'dapr', 'main'])('%s is the default one', async (name) => {
    expect((await door.json('GET', `/v1/components/${name}`)).body).toMatchObject({ name: 'main', ready: true });
  });

  test('an operation that one lacks is refused, never ignored', async () => {
    expect(await door.json('POST', '/v1/components/bare/purge', {})).toMatchObject({
      status: 501,
      body: { errorCode: 'ERR_NOT_SUPPORTED', params: { component: 'bare', operation: 'purgeByFilter' } },
    });
  });
});
