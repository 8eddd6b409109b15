import { connect, type Socket } from 'node:net';
import { request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { LogFields } from '../../../core/index.js';
import { startHttpDoor } from '../../../host/http/door.js';
import { openDoor, type DoorOptions, type TestDoor } from './harness.js';

let door: TestDoor;
afterEach(() => door.close());
const open = async (options?: DoorOptions): Promise<void> => {
  door = await openDoor(options);
};

const daprStart = '/v1.0/workflows/dapr/waitEvt/start?instanceID=big';
const v1Start = '/v1/components/default/instances';

/** Sends bytes as they are and collects what comes back until the server ends the connection. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(door.door.port, '127.0.0.1');
  socket.write(bytes);
  return ended(socket);
}

function ended(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
  });
}

/** Streams a body of this size in chunks, without saying how long it is. */
function stream(path: string, bytes: number): Promise<{ status: number | undefined; sent: number }> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let status: number | undefined;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const outgoing = request(
      { host: '127.0.0.1', port: door.door.port, method: 'POST', path, agent: false },
      (incoming) => {
        status = incoming.statusCode;
        incoming.resume().on('end', () => outgoing.destroy());
      },
    );
    outgoing.on('error', (error) => (status === undefined ? reject(error) : undefined));
    outgoing.on('close', () => resolve({ status, sent }));
    const pump = (): void => {
      while (sent < bytes && !outgoing.destroyed) {
        sent += chunk.length;
        if (!outgoing.write(chunk)) return void outgoing.once('drain', pump);
      }
      outgoing.end();
    };
    pump();
  });
}

describe('bodies', () => {
  const limit = 100_000;

  test.each([
    { bytes: limit - 1, status: 202 },
    { bytes: limit, status: 202 },
    { bytes: limit + 1, status: 400 },
  ])('of $bytes bytes on a Dapr route: $status', async ({ bytes, status }) => {
    await open({ maxBodyBytes: limit });
    const body = 'x'.repeat(bytes);
    expect((await door.call('POST', daprStart, { body })).status).toBe(status);
    const kept = await door.engine.get('big').catch(() => undefined);
    expect(kept?.input).toBe(status === 202 ? body : undefined);
  });

  test.each([
    { bytes: limit - 1, status: 201 },
    { bytes: limit, status: 201 },
    { bytes: limit + 1, status: 413 },
  ])('of $bytes bytes on our own: $status', async ({ bytes, status }) => {
    await open({ maxBodyBytes: limit });
    const frame = '{"workflowName":"waitEvt","instanceId":"big","inputText":""}';
    const body = frame.replace('""', `"${'x'.repeat(bytes - frame.length)}"`);
    expect(Buffer.byteLength(body)).toBe(bytes);
    expect((await door.call('POST', v1Start, { body })).status).toBe(status);
  });

  test('of 4 MiB of nothing but brackets are walked over, not parsed', async () => {
    await open();
    const depth = 2 * 1024 * 1024 - 100;
    const body = `{"workflowName":"waitEvt","instanceId":"big","input":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect((await door.call('POST', v1Start, { body })).status).toBe(201);
    expect((await door.json('GET', `${v1Start}/big`)).body['inputText']).toHaveLength(2 * depth);
  });

  test.each([
    { path: daprStart, status: 400 },
    { path: v1Start, status: 413 },
  ])('without an end are refused at the limit: $path', async ({ path, status }) => {
    await open({ maxBodyBytes: limit });
    const reply = await stream(path, 32 * 1024 * 1024);
    expect(reply.status).toBe(status);
    expect((await door.call('GET', '/v1.0/healthz')).status).toBe(204);
  });

  test('in bytes of several are put together again', async () => {
    await open();
    const body = '"é日😀"'.repeat(10_000);
    const bytes = Buffer.from(body);
    const outgoing = request({
      host: '127.0.0.1',
      port: door.door.port,
      method: 'POST',
      path: daprStart,
      agent: false,
    });
    const status = new Promise((resolve) =>
      outgoing.on('response', (incoming) => resolve(incoming.resume().statusCode)),
    );
    for (let at = 0; at < bytes.length; at += 1001) outgoing.write(bytes.subarray(at, at + 1001));
    outgoing.end();
    expect(await status).toBe(202);
    expect((await door.engine.get('big')).input).toBe(body);
  });

  test('that break off record nothing', async () => {
    await open();
    const socket = connect(door.door.port, '127.0.0.1');
    socket.write(`POST ${daprStart} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n"abc`, () =>
      socket.destroy(),
    );
    await ended(socket);
    expect((await door.call('GET', '/v1.0/workflows/dapr/big')).status).toBe(404);
  });
});

describe('heads', () => {
  test.each([
    { name: 'bytes that are no HTTP', bytes: '\x16\x03\x01\x02\x00\x01\x00\r\n\r\n', status: 400 },
    { name: 'no Host', bytes: 'GET /v1.0/healthz HTTP/1.1\r\n\r\n', status: 400 },
    { name: 'no Host in HTTP/1.0', bytes: 'GET /v1.0/healthz HTTP/1.0\r\n\r\n', status: 403 },
    { name: 'an empty Host', bytes: 'GET /v1.0/healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', status: 403 },
    {
      name: 'more than 8 KiB',
      bytes: `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}\r\n\r\n`,
      status: 431,
    },
    {
      name: 'more than 100 fields',
      bytes: `GET /v1.0/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${'x: 1\r\n'.repeat(99)}\r\n`,
      status: 400,
    },
    {
      name: 'two lengths',
      bytes: 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      status: 400,
    },
    {
      name: 'length and chunks',
      bytes: 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      status: 400,
    },
    {
      name: 'an absolute target',
      bytes: 'GET http://evil.example/v1.0/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      status: 400,
    },
    {
      name: 'a target that is no path',
      bytes: 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      status: 400,
    },
  ])('with $name are refused: $status', async ({ bytes, status }) => {
    await open();
    expect(await raw(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await door.call('GET', '/v1.0/healthz')).status).toBe(204);
  });

  test('that never end are given up', async () => {
    await open();
    expect(await raw('GET /v1.0/healthz HTTP/1.1\r\nHost: local')).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe('what nobody foresaw', () => {
  test.each(['/v1.0/workflows/dapr/x', `${v1Start}/x`])(
    'is logged, and shown as a reference only: %s',
    async (path) => {
      const lines: LogFields[] = [];
      const secret = 'password=hunter2 at /var/lib/store.db';
      await open({
        logger: { debug() {}, info() {}, warn() {}, error: (fields) => void lines.push(fields) },
        wrap: (component) => ({ ...component, get: () => Promise.reject(new TypeError(secret)) }),
      });
      const reply = await door.call('GET', path);
      expect(reply.status).toBe(500);
      expect(reply.text).not.toMatch(/hunter2|TypeError|\.ts|at /);
      expect(lines).toHaveLength(1);
      expect(String(lines[0]?.['err'])).toContain(secret);
      expect(reply.text).toContain(String(lines[0]?.['reference']));
    },
  );
});

describe('drain and close', () => {
  test('a draining door refuses new calls, says so to health, and ends its connections', async () => {
    let ready = true;
    await open({ readiness: () => (ready ? { ready } : { ready, reason: 'shutting down' }) });
    expect((await door.call('GET', '/v1.0/healthz')).status).toBe(204);
    ready = false;
    door.door.drain();
    const health = await door.call('GET', '/v1.0/healthz');
    expect(health).toMatchObject({ status: 500, text: expect.stringContaining('"errorCode":"ERR_HEALTH_NOT_READY"') });
    expect(health.headers.connection).toBe('close');
    for (const path of ['/v1.0/workflows/dapr/x', '/v1/components', '/metrics']) {
      const reply = await door.call('GET', path);
      expect(reply).toMatchObject({ status: 503, text: expect.stringContaining('"errorCode":"ERR_SHUTTING_DOWN"') });
      expect(reply.headers).toMatchObject({ connection: 'close', 'retry-after': '1' });
    }
  });

  test('a call under way is finished', async () => {
    let release = (): void => undefined;
    let begun = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const entered = new Promise<void>((resolve) => (begun = resolve));
    await open({
      wrap: (component) => ({
        ...component,
        start: async (call) => {
          begun();
          await gate;
          return component.start(call);
        },
      }),
    });
    const reply = door.call('POST', daprStart, { body: '1' });
    await entered;
    door.door.drain();
    release();
    expect((await reply).status).toBe(202);
  });

  test('closing releases the port, ends what is open, and may be repeated', async () => {
    await open();
    const { port } = door.door;
    const idle = connect(port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const over = ended(idle);
    await Promise.all([door.door.close(), door.door.close()]);
    await over;
    const again = await startHttpDoor({ ...door.parts, port });
    expect(again.port).toBe(port);
    await again.close();
  });

  test('a port that is taken is an error of the configuration', async () => {
    await open();
    await expect(startHttpDoor({ ...door.parts, port: door.door.port })).rejects.toMatchObject({
      code: 'ERR_CONFIG_INVALID',
      params: { reason: expect.stringContaining(String(door.door.port)) },
    });
  });
});
