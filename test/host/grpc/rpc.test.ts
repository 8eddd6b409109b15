import { afterEach, expect, test } from '@jest/globals';
import { Client, Server, ServerCredentials, credentials } from '@grpc/grpc-js';
import { Connections } from '../../../host/grpc/connections.js';
import { addMethods, type CallContext } from '../../../host/grpc/rpc.js';
import { silentLogger } from '../../support/engine-harness.js';

const path = '/test.Service/Call';
const empty = new Uint8Array(0);
const bytes = (message: Uint8Array): Buffer => Buffer.from(message);
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server whose connections are known by whatever name they have. */
class AnyPeer extends Connections {
  override tie(): () => void {
    return () => undefined;
  }
}

/** Serves one method and gives a client of it. */
async function serve(handle: (call: CallContext) => Promise<Uint8Array>): Promise<Client> {
  const server = new Server();
  addMethods(server, [{ kind: 'unary', path, handle: (_request, call) => handle(call) }], {
    connections: new AnyPeer(() => undefined),
    logger: silentLogger,
    draining: () => false,
  });
  const port = await new Promise<number>((resolve, reject) => {
    const insecure = ServerCredentials.createInsecure();
    server.bindAsync('127.0.0.1:0', insecure, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  closing.push(
    () => client.close(),
    () => server.forceShutdown(),
  );
  return client;
}

function call(client: Client): { readonly ended: Promise<unknown>; readonly cancel: () => void } {
  let cancel = (): void => undefined;
  const ended = new Promise((resolve) => {
    const sent = client.makeUnaryRequest(path, bytes, bytes, empty, (error) => resolve(error?.code ?? 0));
    cancel = () => sent.cancel();
  });
  return { ended, cancel: () => cancel() };
}

test('a call that was answered is not called off afterwards', async () => {
  const signals: AbortSignal[] = [];
  const client = await serve(async ({ signal }) => {
    signals.push(signal);
    return empty;
  });
  expect(await call(client).ended).toBe(0);
  // The second answer comes after whatever the end of the first call still set off.
  expect(await call(client).ended).toBe(0);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('a parked call is called off when its caller cancels it', async () => {
  let park: (aborted: Promise<void>) => void = () => undefined;
  const parked = new Promise<{ readonly aborted: Promise<void> }>((resolve) => {
    park = (aborted) => resolve({ aborted });
  });
  const client = await serve(async ({ signal }) => {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    park(aborted);
    await aborted;
    return empty;
  });
  const { ended, cancel } = call(client);
  const { aborted } = await parked;
  cancel();
  await aborted;
  expect(await ended).toBe(1);
});
