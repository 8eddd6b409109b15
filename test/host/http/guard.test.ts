import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDoor, type TestDoor } from './harness.js';

const get = '/v1.0/workflows/dapr/some';

describe('with API tokens', () => {
  const token = 'a-token-of-some-length';
  let door: TestDoor;
  beforeAll(async () => {
    door = await openDoor({ apiTokens: [token, 'the-next-one'] });
  });
  afterAll(() => door.close());

  test.each([
    { name: 'the token', value: token },
    { name: 'the other token', value: 'the-next-one' },
  ])('$name opens the door', async ({ value }) => {
    expect((await door.call('GET', get, { headers: { 'dapr-api-token': value } })).status).toBe(404);
    expect((await door.call('GET', '/v1/components', { headers: { 'dapr-api-token': value } })).status).toBe(200);
  });

  test.each<{ name: string; path?: string; headers?: Record<string, string> }>([
    { name: 'no token' },
    { name: 'an empty token', headers: { 'dapr-api-token': '' } },
    { name: 'a prefix of it', headers: { 'dapr-api-token': token.slice(0, -1) } },
    { name: 'it and more', headers: { 'dapr-api-token': `${token}x` } },
    { name: 'another case', headers: { 'dapr-api-token': token.toUpperCase() } },
    { name: 'both tokens in one', headers: { 'dapr-api-token': `${token}, the-next-one` } },
    { name: 'a bearer', headers: { authorization: `Bearer ${token}` } },
    { name: 'a query parameter', path: `${get}?dapr-api-token=${token}` },
    { name: 'a forwarded header', headers: { 'x-dapr-api-token': token } },
    { name: 'a health path with a tail', path: '/v1.0/healthz/../workflows/dapr/some' },
    { name: 'a health path with a slash', path: '/v1.0/healthz/' },
    { name: 'a health path in capitals', path: '/v1.0/HEALTHZ' },
    { name: 'an encoded health path', path: '/v1.0/%68ealthz' },
    { name: 'a health path as a parameter', path: '/metrics?/v1.0/healthz' },
    { name: 'metadata', path: '/v1.0/metadata' },
    { name: 'metrics', path: '/metrics' },
    { name: 'an unknown path', path: '/nowhere' },
  ])('$name does not', async ({ path = get, headers = {} }) => {
    const reply = await door.call('GET', path, { headers });
    expect(reply).toMatchObject({ status: 401, text: 'invalid api token\n' });
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8');
  });

  test('our own routes say it as a problem', async () => {
    expect(await door.json('GET', '/v1/components')).toMatchObject({
      status: 401,
      body: { errorCode: 'ERR_UNAUTHENTICATED' },
    });
  });

  test.each(['/v1.0/healthz', '/v1.0/healthz/outbound', '/v1.0/healthz?x=1'])('%s is open', async (path) => {
    expect((await door.call('GET', path)).status).toBe(204);
  });

  test('health is open to GET alone', async () => {
    expect((await door.call('POST', '/v1.0/healthz')).status).toBe(401);
  });
});

describe('the site a request names', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openDoor({ allowedHosts: ['workflows.example'] });
  });
  afterAll(() => door.close());

  test.each<{ host: string; origin?: string }>([
    { host: 'localhost' },
    { host: 'localhost:3500' },
    { host: 'LocalHost:3500' },
    { host: '127.0.0.1:3500' },
    { host: '127.9.9.9' },
    { host: '[::1]:3500' },
    { host: 'workflows.example' },
    { host: 'Workflows.Example:443' },
    { host: 'localhost:3500', origin: 'http://localhost:3500' },
    { host: 'localhost', origin: 'https://workflows.example' },
  ])('is served: $host from $origin', async ({ host, origin }) => {
    const headers = { host, ...(origin ? { origin } : {}) };
    expect((await door.call('GET', get, { headers })).status).toBe(404);
    expect((await door.call('GET', '/v1/components', { headers })).status).toBe(200);
  });

  test.each<{ host: string; origin?: string }>([
    { host: 'evil.example' },
    { host: 'evil.example:3500' },
    { host: 'localhost.evil.example' },
    { host: 'workflows.example.evil.example' },
    { host: '127.evil.example' },
    { host: '10.0.0.9' },
    { host: '[::2]' },
    { host: 'user@localhost' },
    { host: 'localhost', origin: 'http://evil.example' },
    { host: 'localhost', origin: 'null' },
    { host: 'localhost:3500', origin: 'http://localhost:8080' },
    { host: 'localhost', origin: 'http://localhost.evil.example' },
    { host: 'localhost', origin: 'file://localhost' },
  ])('is refused: $host from $origin', async ({ host, origin }) => {
    const headers = { host, ...(origin ? { origin } : {}) };
    for (const path of [get, '/v1.0/healthz', '/v1/components', '/metrics']) {
      expect(await door.call('GET', path, { headers })).toMatchObject({
        status: 403,
        text: expect.stringContaining('"errorCode":"ERR_HOST_NOT_ALLOWED"'),
      });
    }
  });
});

describe('every answer', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openDoor();
  });
  afterAll(() => door.close());

  test.each([get, '/v1/components', '/v1.0/healthz', '/nowhere', '/v1/nowhere'])(
    'of %s forbids browsers to make anything of it, and says nothing of the server',
    async (path) => {
      const { headers } = await door.call('GET', path, { headers: { origin: 'http://127.0.0.1', host: '127.0.0.1' } });
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      });
      expect(Object.keys(headers).filter((name) => /^(access-control|x-powered-by|server$|etag)/.test(name))).toEqual(
        [],
      );
    },
  );
});
