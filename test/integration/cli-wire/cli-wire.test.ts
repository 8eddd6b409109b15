import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary, fromJson, toBinary, toJson, type DescMethod, type JsonValue } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DaprWorkflowClient, WorkflowRuntime, type WorkflowActivityContext, type WorkflowContext } from '@dapr/dapr';
import { TaskHubSidecarService } from '../../../proto/gen/taskhub_pb.js';
import { WfhostProcess, wfhost } from '../../apps/cli/processes.js';
import { TestClient } from '../../host/grpc/harness.js';
import { comparable, protoJson, type Json } from '../dapr-js/golden-records.js';
import { findSidecar, type Sidecar } from './daprd.js';

/** What `dapr workflow ...` sends and gets, per command, as recorded with the real runtime. */
interface Transcript {
  readonly commands: readonly {
    readonly command: string;
    readonly calls: readonly { readonly method: string; readonly request: Json; readonly response: Json }[];
  }[];
}

const transcript = JSON.parse(readFileSync(join(import.meta.dirname, 'transcript.json'), 'utf8')) as Transcript;
const appId = `proxied-${process.pid}`;
const cities = ['Tokyo', 'Seattle', 'London', 'Paris', 'Rome'];

const workflows = {
  async *waitEvt(context: WorkflowContext): AsyncGenerator<unknown, unknown, unknown> {
    return yield context.waitForExternalEvent('go');
  },
  async *hello5(context: WorkflowContext): AsyncGenerator<unknown, unknown[], unknown> {
    const greetings: unknown[] = [];
    for (const city of cities) greetings.push(yield context.callActivity('SayHello', city));
    return greetings;
  },
};

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe("a host that Dapr's own command line finds", () => {
  let folder: string;
  let host: WfhostProcess;
  let sidecar: Sidecar | undefined;
  let runtime: WorkflowRuntime;
  let wire: TestClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wfhost-cli-wire-'));
    const expected = { appId, httpPort: await freePort(), grpcPort: await freePort() };
    const ports = ['-H', String(expected.httpPort), '-G', String(expected.grpcPort)];
    host = new WfhostProcess(['run', '--dapr-cli-compat', '-a', appId, ...ports, '--data-dir', folder]);
    await host.match(/host is up/);
    // Elsewhere processes are not named in files, and there is nothing to look the host up in.
    sidecar = process.platform === 'linux' ? findSidecar(appId) : expected;
    expect(sidecar).toEqual(expected);
    const address = { daprHost: '127.0.0.1', daprPort: String(sidecar?.grpcPort) };
    runtime = new WorkflowRuntime(address);
    runtime.registerActivityWithName('SayHello', async (_: WorkflowActivityContext, name: string) => `Hello ${name}!`);
    for (const [name, workflow] of Object.entries(workflows)) runtime.registerWorkflowWithName(name, workflow);
    await runtime.start();
    const client = new DaprWorkflowClient(address);
    await client.scheduleNewWorkflow('waitEvt', undefined, 'cli2');
    await client.raiseEvent('cli2', 'go', '"1"');
    await client.scheduleNewWorkflow('hello5', undefined, 'cli3');
    for (const id of ['cli2', 'cli3']) await client.waitForWorkflowCompletion(id, false, 60);
    await client.stop();
    wire = new TestClient(sidecar?.grpcPort ?? 0);
  });

  afterAll(async () => {
    wire.close();
    await runtime.stop();
    host.signal('SIGTERM');
    const { code } = await host.finished();
    await rm(folder, { recursive: true, force: true });
    expect(code).toBe(0);
    if (process.platform === 'linux') expect(findSidecar(appId)).toBeUndefined();
  });

  async function call(name: string, request: Json): Promise<unknown> {
    const method = (TaskHubSidecarService.methods as readonly DescMethod[]).find((each) => each.name === name);
    if (!method) throw new Error(`there is no method ${name}`);
    const bytes = Buffer.from(toBinary(method.input, fromJson(method.input, protoJson(request) as JsonValue)));
    const answer = await wire.send(`/TaskHubSidecarService/${name}`, bytes, { deadlineMs: 30_000 }).response;
    if (!Buffer.isBuffer(answer)) throw answer;
    return toJson(method.output, fromBinary(method.output, answer));
  }

  test('its metadata names the app', async () => {
    const response = await fetch(`http://127.0.0.1:${sidecar?.httpPort}/v1.0/metadata`);
    expect(await response.json()).toMatchObject({ id: appId, workflows: { connectedWorkers: 1 } });
  });

  test.each(transcript.commands.map(({ command, calls }, index) => ({ index, command, calls })))(
    '$command ($index)',
    async ({ calls }) => {
      for (const { method, request, response } of calls) {
        expect(levelled(await call(method, request))).toEqual(levelled(protoJson(response)));
      }
    },
  );
});

test('it needs ports that can be looked for', async () => {
  expect(await wfhost(['run', '--dapr-cli-compat', '-H', '0'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('needs a fixed HTTP port'),
  });
});

/** Ids and times levelled; a list has no order. */
function levelled(value: unknown): unknown {
  if (Array.isArray(value)) {
    const parts = value.map(levelled);
    return parts.every((part) => typeof part === 'string') ? parts.sort() : parts;
  }
  const plain = comparable(value);
  if (typeof plain !== 'object' || plain === null) return plain;
  return Object.fromEntries(Object.entries(plain).map(([key, each]) => [key, levelled(each)]));
}
