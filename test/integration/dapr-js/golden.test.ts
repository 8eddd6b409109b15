import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { status } from '@grpc/grpc-js';
import { fromBinary, fromJson, toBinary, toJson, type DescMethod, type JsonValue } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowRuntime } from '@dapr/dapr';
import { factory } from '../../../components/builtin/component.js';
import { componentSpec, configWith } from '../../../host/config/defaults.js';
import { startHost, type RunningHost } from '../../../host/host.js';
import { Dapr } from '../../../proto/gen/dapr_pb.js';
import { TaskHubSidecarService } from '../../../proto/gen/taskhub_pb.js';
import { TestClient } from '../../host/grpc/harness.js';
import { codeWithoutWorker, differences } from './golden-differences.js';
import { comparable, protoJson, readRecords, type GoldenRecord, type Json } from './golden-records.js';
import { reach, setUp } from './golden-setup.js';
import { registerGolden } from './golden-workflows.js';

const { getInstance } = TaskHubSidecarService.method;

interface Replay {
  readonly host: RunningHost;
  /** Calls with a request as transcripts have it; `expected`: the code it should end with. */
  call(
    method: DescMethod,
    request: Json,
    expected?: status,
  ): Promise<{ readonly code: number; readonly body: unknown }>;
  stopWorker(): Promise<void>;
  close(): Promise<void>;
}

async function openReplay(): Promise<Replay> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'wfhost-golden-'));
  const config = configWith({
    components: [componentSpec({ name: 'engine', type: factory.type })],
    grpc: { host: '127.0.0.1', port: 0 },
    dataDir,
    logLevel: 'silent',
  });
  const host = await startHost(config, { factories: [factory] });
  const port = host.grpc?.port ?? 0;
  const runtime = new WorkflowRuntime({ daprHost: '127.0.0.1', daprPort: String(port) });
  registerGolden(runtime);
  await runtime.start();
  const client = new TestClient(port);
  let stopping: Promise<void> | undefined;
  const stopWorker = (): Promise<void> => (stopping ??= runtime.stop());
  return {
    host,
    stopWorker,
    call: (method, request, expected = status.OK) => call(client, method, request, expected),
    close: async () => {
      client.close();
      await stopWorker();
      await host.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls that park are ended by their deadline; all others have time. */
const parkedMs = 500;
const answeredMs = 30_000;

async function call(
  client: TestClient,
  method: DescMethod,
  request: Json,
  expected: status,
): Promise<{ readonly code: number; readonly body: unknown }> {
  const deadlineMs = expected === status.DEADLINE_EXCEEDED ? parkedMs : answeredMs;
  const message = fromJson(method.input, protoJson(filledIn(request)) as JsonValue, { ignoreUnknownFields: true });
  const bytes = Buffer.from(toBinary(method.input, message));
  const { response } = client.send(`/${method.parent.typeName}/${method.name}`, bytes, { deadlineMs });
  const ended = await response;
  if (!Buffer.isBuffer(ended)) return { code: ended.code, body: null };
  const useProtoFieldName = method.parent === Dapr;
  return { code: 0, body: toJson(method.output, fromBinary(method.output, ended), { useProtoFieldName }) };
}

/** Transcripts name sizes and times that they do not repeat. */
function filledIn(request: Json): Json {
  const text = JSON.stringify(request)
    .replace(/"<(\d+) chars>"/, (_whole, length: string) => `"${'A'.repeat(Number(length))}"`)
    .replace('"<time>"', '"2020-01-01T00:00:00Z"')
    .replace('{"seconds":"<s>"}', `{"seconds":"${Math.floor(Date.now() / 1000) + 2}"}`);
  return JSON.parse(text) as Json;
}

/** Answers that a worker of bytes gave: `test/host/grpc/work-items/stream.test.ts` has those. */
const isPlain = (record: GoldenRecord): boolean => record.note !== 'raw worker';
const isWithWorker = (record: GoldenRecord): boolean => !record.case.startsWith('noworker/');

const transcripts = [
  { name: 'grpc', service: Dapr },
  { name: 'taskhub', service: TaskHubSidecarService },
] as const;

describe.each(transcripts)('the recorded calls of $name are answered as by the real runtime', ({ name, service }) => {
  const done = new Set<string>();
  let replay: Replay;
  beforeAll(async () => {
    replay = await openReplay();
  });
  afterAll(() => replay.close());

  const rows = readRecords(name).filter((record) => isPlain(record) && isWithWorker(record));
  test.each(rows.map((record) => [record.case, record] as const))('%s', async (name_, record) => {
    const known = differences[name].find(({ cases }) => cases.test(name_));
    await setUp(replay.host.service, record, done);
    const code = known?.code ?? record.code;
    const answer = await replay.call(methodOf(service, record), record.request.message ?? {}, code);
    expect(answer.code).toBe(code);
    expect(known?.notBody ? null : comparable(answer.body)).toEqual(known?.notBody ? null : bodyOf(record));
    await expectAfter(replay, known?.notAfter ? {} : record);
    if (record.case === 'start/scheduled-1s') await settled(replay, 'ID-s1', 'ORCHESTRATION_STATUS_COMPLETED');
  });
});

describe('the recorded calls without a worker', () => {
  const rows = readRecords('taskhub').filter((record) => isPlain(record) && !isWithWorker(record));
  let replay: Replay;
  beforeAll(async () => {
    replay = await openReplay();
    const done = new Set<string>();
    for (const record of rows) await setUp(replay.host.service, record, done);
    await replay.stopWorker();
  });
  afterAll(() => replay.close());

  test.each(rows.map((record) => [record.case, record] as const))(
    '%s is answered all the same',
    async (name, record) => {
      const [, operation = '', state = ''] = name.split('/');
      const code = codeWithoutWorker(operation, state);
      const answer = await replay.call(methodOf(TaskHubSidecarService, record), record.request.message ?? {}, code);
      expect(answer.code).toBe(code);
      expect(record.code === 0 ? comparable(answer.body) : null).toEqual(bodyOf(record));
    },
  );
});

/** The recorded response; null where there was none. */
function bodyOf(record: GoldenRecord): unknown {
  return comparable(protoJson(record.body ?? null));
}

/** What the instance looks like afterwards, at the latest after a moment. */
async function expectAfter(replay: Replay, { getAfter }: Pick<GoldenRecord, 'getAfter'>): Promise<void> {
  const state = getAfter?.['workflowState'] as Json | undefined;
  if (!state) return;
  const expected = comparable(protoJson(getAfter));
  let seen: unknown;
  await reach(async () => {
    const request = { instanceId: state['instanceId'], getInputsAndOutputs: true };
    seen = comparable((await replay.call(getInstance, request)).body);
    return isDeepStrictEqual(seen, expected);
  });
  expect(seen).toEqual(expected);
}

async function settled(replay: Replay, instanceId: string, status: string): Promise<void> {
  const isThere = await reach(async () => {
    const { body } = await replay.call(getInstance, { instanceId });
    return JSON.stringify(body).includes(status);
  });
  expect(isThere).toBe(true);
}

/** A method that is not served is called all the same. */
function methodOf(service: typeof Dapr | typeof TaskHubSidecarService, { request }: GoldenRecord): DescMethod {
  const methods: readonly DescMethod[] = service.methods;
  const method = methods.find(({ name }) => name === request.method);
  return method ?? { ...TaskHubSidecarService.method.hello, name: request.method };
}
