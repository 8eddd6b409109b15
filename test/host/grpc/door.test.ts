import { afterEach, describe, expect, test } from '@jest/globals';
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { WorkflowError } from '../../../core/index.js';
import { Dapr } from '../../../proto/gen/dapr_pb.js';
import {
  Health,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as Serving,
} from '../../../proto/gen/health_pb.js';
import { ServerReflectionRequestSchema, ServerReflectionResponseSchema } from '../../../proto/gen/reflection_pb.js';
import { TaskHubSidecarService } from '../../../proto/gen/taskhub_pb.js';
import { startGrpcDoor } from '../../../host/grpc/door.js';
import type { Readiness } from '../../../host/door.js';
import { openDoor, statusOfStream, until, type DoorOptions, type TestClient, type TestDoor } from './harness.js';
import { WireWorker } from './wire-worker.js';

const hub = TaskHubSidecarService.method;

let door: TestDoor | undefined;

async function open(options?: DoorOptions): Promise<{ door: TestDoor; client: TestClient }> {
  door = await openDoor(options);
  return { door, client: door.client() };
}
afterEach(() => door?.close());

describe('with an API token', () => {
  const apiTokens = ['a-token-of-some-length', 'the-next-token'];

  test.each(apiTokens)('the token %s opens the door', async (token) => {
    const { client } = await open({ apiTokens });
    const options = { metadata: { 'dapr-api-token': token } };
    expect(await client.call(hub.getInstance, { instanceId: 'a' }, options)).toMatchObject({ code: 0 });
    expect(await client.call(Dapr.method.getMetadata, {}, options)).toMatchObject({ code: 0 });
  });

  test.each([
    { name: 'no token', metadata: {} },
    { name: 'an empty one', metadata: { 'dapr-api-token': '' } },
    { name: 'another one', metadata: { 'dapr-api-token': 'other' } },
    { name: 'the beginning of one', metadata: { 'dapr-api-token': 'a-token-of-some' } },
    { name: 'one with more behind it', metadata: { 'dapr-api-token': 'the-next-token2' } },
    { name: 'both in one', metadata: { 'dapr-api-token': apiTokens.join(', ') } },
    { name: 'one under another key', metadata: { authorization: 'the-next-token' } },
  ])('$name is refused everywhere but at health', async ({ metadata }) => {
    const { door, client } = await open({ apiTokens });
    const refused = { code: 16, details: 'invalid api token' };
    expect(await client.call(hub.hello, {}, { metadata })).toEqual(refused);
    expect(await client.call(Dapr.method.getMetadata, {}, { metadata })).toEqual(refused);
    const worker = new WireWorker(door.client(), { metadata });
    expect(await statusOfStream(worker.stream)).toMatchObject(refused);
    expect(await client.call(Health.method.check, {}, { metadata })).toMatchObject({ code: 0 });
  });
});

describe('the size of messages', () => {
  const maxBodyBytes = 10_000;

  test('is limited on the way in', async () => {
    const { client } = await open({ maxBodyBytes });
    const input = 'x'.repeat(maxBodyBytes);
    expect(await client.call(hub.startInstance, { instanceId: 'a', name: 'w', input })).toMatchObject({ code: 8 });
    expect(await client.call(hub.getInstance, { instanceId: 'a' })).toMatchObject({ message: { exists: false } });
  });

  test('lets an answer hold more than one payload of that size', async () => {
    const { door, client } = await open({ maxBodyBytes });
    const [input, output] = ['x', 'y'].map((letter) => letter.repeat(maxBodyBytes - 100));
    await door.main.start({ instanceId: 'a', workflowName: 'w', ...(input ? { input } : {}) });
    await door.main.terminate({ instanceId: 'a', recursive: false, ...(output ? { output } : {}) });
    const request = { instanceId: 'a', getInputsAndOutputs: true };
    expect(await client.call(hub.waitForInstanceCompletion, request)).toMatchObject({
      message: { workflowState: { input, output } },
    });
  });
});

describe('health', () => {
  test('is what readiness says, for the server and for each service', async () => {
    let readiness: Readiness = { ready: false, reason: 'not yet' };
    const { client } = await open({ readiness: () => readiness });
    const check = (service: string) => client.call(Health.method.check, { service });
    expect(await check('')).toMatchObject({ message: { status: Serving.NOT_SERVING } });
    readiness = { ready: true };
    for (const service of ['', 'TaskHubSidecarService', 'dapr.proto.runtime.v1.Dapr']) {
      expect(await check(service)).toMatchObject({ message: { status: Serving.SERVING } });
    }
    expect(await check('no.such.Service')).toMatchObject({ code: 5 });
  });

  test('is watched', async () => {
    let readiness: Readiness = { ready: true };
    const { client } = await open({ readiness: () => readiness });
    const seen: Serving[] = [];
    const watch = client.stream('/grpc.health.v1.Health/Watch', Buffer.alloc(0));
    watch.on('error', () => undefined);
    watch.on('data', (bytes: Buffer) => seen.push(fromBinary(HealthCheckResponseSchema, bytes).status));
    await until(
      'serving',
      () => seen,
      ({ length }) => length === 1,
    );
    readiness = { ready: false };
    await until(
      'not serving',
      () => seen,
      ({ length }) => length === 2,
    );
    expect(seen).toEqual([Serving.SERVING, Serving.NOT_SERVING]);
    watch.cancel();
  });
});

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  type Request = MessageInitShape<typeof ServerReflectionRequestSchema>['messageRequest'];
  async function ask(client: TestClient, messageRequest: Request): Promise<unknown> {
    const asIs = (bytes: Buffer): Buffer => bytes;
    const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const call = client.raw.makeBidiStreamRequest<Buffer, Buffer>(path, asIs, asIs);
    const answer = new Promise<Buffer>((resolve, reject) => call.once('data', resolve).once('error', reject));
    const request = create(ServerReflectionRequestSchema, messageRequest ? { messageRequest } : {});
    call.write(Buffer.from(toBinary(ServerReflectionRequestSchema, request)));
    call.end();
    return fromBinary(ServerReflectionResponseSchema, await answer).messageResponse;
  }

  test('lists the services', async () => {
    const { client } = await open();
    expect(await ask(client, { case: 'listServices', value: '' })).toMatchObject({
      case: 'listServicesResponse',
      value: {
        service: expect.arrayContaining([
          expect.objectContaining({ name: 'TaskHubSidecarService' }),
          expect.objectContaining({ name: 'dapr.proto.runtime.v1.Dapr' }),
          expect.objectContaining({ name: 'grpc.health.v1.Health' }),
        ]),
      },
    });
  });

  test.each(['TaskHubSidecarService', 'TaskHubSidecarService.GetWorkItems', 'WorkItem'])(
    'finds the file of %s with what it imports',
    async (symbol) => {
      const { client } = await open();
      const found = await ask(client, { case: 'fileContainingSymbol', value: symbol });
      expect(found).toMatchObject({ case: 'fileDescriptorResponse' });
      const { value } = found as { value: { fileDescriptorProto: Uint8Array[] } };
      const names = value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
      expect(names[0]).toBe('taskhub.proto');
      expect(names).toContain('google/protobuf/timestamp.proto');
      expect(await ask(client, { case: 'fileByFilename', value: 'taskhub.proto' })).toEqual(found);
    },
  );

  test.each<{ name: string; request: Request; code: number }>([
    { name: 'an unknown symbol', request: { case: 'fileContainingSymbol', value: 'No.Such' }, code: 5 },
    { name: 'an unknown file', request: { case: 'fileByFilename', value: 'no.proto' }, code: 5 },
    { name: 'nothing', request: undefined, code: 3 },
  ])('answers $name with an error', async ({ request, code }) => {
    const { client } = await open();
    expect(await ask(client, request)).toMatchObject({ case: 'errorResponse', value: { errorCode: code } });
  });
});

test('a port that is taken is an error of the configuration', async () => {
  const { door } = await open();
  const second = startGrpcDoor({ ...door.parts, port: door.door.port });
  await expect(second).rejects.toBeInstanceOf(WorkflowError);
  await expect(second).rejects.toMatchObject({ code: 'ERR_CONFIG_INVALID' });
});

test('closing is done once, and calls under way are told', async () => {
  const { door, client } = await open();
  const worker = new WireWorker(door.client());
  await worker.opened;
  await Promise.all([door.door.close(), door.door.close()]);
  expect(await client.call(hub.hello, {}, { deadlineMs: 2_000 })).toMatchObject({ code: expect.any(Number) });
  expect(door.parts.metadata().connectedWorkers).toBe(0);
});
