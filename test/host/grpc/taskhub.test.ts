import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OrchestrationStatus, TaskHubSidecarService } from '../../../proto/gen/taskhub_pb.js';
import { CutWire, openDoor, until, type TestClient, type TestDoor } from './harness.js';
import { WireWorker, sampleCode } from './wire-worker.js';

const hub = TaskHubSidecarService.method;

let door: TestDoor;
let client: TestClient;

beforeEach(async () => {
  door = await openDoor();
  client = door.client();
});
afterEach(() => door.close());

const call: TestClient['call'] = (method, request, options) => client.call(method, request, options);

function work(): WireWorker {
  return new WireWorker(door.client(), { code: sampleCode });
}

describe('a start', () => {
  test('answers after the first turn', async () => {
    work();
    expect(await call(hub.startInstance, { instanceId: 'a', name: 'waitGo' })).toMatchObject({
      message: { instanceId: 'a' },
    });
    const { status } = await door.main.get({ instanceId: 'a' });
    expect(status).toBe('RUNNING');
  });

  test('gets an id when it has none', async () => {
    work();
    const outcome = await call(hub.startInstance, { name: 'echo' });
    expect(outcome).toMatchObject({ message: { instanceId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
  });

  test('in the future answers at once, with no worker', async () => {
    const scheduledStartTimestamp = { seconds: BigInt(Math.floor(Date.now() / 1000) + 3600) };
    expect(await call(hub.startInstance, { instanceId: 'a', name: 'echo', scheduledStartTimestamp })).toMatchObject({
      code: 0,
    });
    const found = await call(hub.getInstance, { instanceId: 'a', getInputsAndOutputs: true });
    expect(found).toMatchObject({
      message: { exists: true, workflowState: { name: '', workflowStatus: OrchestrationStatus.PENDING } },
    });
  });

  test('without a worker waits until the deadline, and is kept', async () => {
    expect(await call(hub.startInstance, { instanceId: 'a', name: 'echo' }, { deadlineMs: 150 })).toMatchObject({
      code: 4,
    });
    work();
    expect(await call(hub.waitForInstanceCompletion, { instanceId: 'a' })).toMatchObject({ message: { exists: true } });
  });

  test.each([['a||b'], ['a/b'], ['a b'], ['a::b'], ['a\nb'], ['😀'], ['x'.repeat(200)]])(
    'takes the id %j',
    async (instanceId) => {
      work();
      await call(hub.startInstance, { instanceId, name: 'act', input: '1' });
      const done = await call(hub.waitForInstanceCompletion, { instanceId, getInputsAndOutputs: true });
      expect(done).toMatchObject({ message: { workflowState: { instanceId, output: '"did 1"' } } });
    },
  );

  test('of a live id is AlreadyExists, and of 100 at once one wins', async () => {
    work();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => call(hub.startInstance, { instanceId: 'a', name: 'waitGo' })),
    );
    expect(outcomes.filter(({ code }) => code === 0)).toHaveLength(1);
    const refused = outcomes.filter(({ code }) => code !== 0);
    for (const outcome of refused) {
      expect(outcome).toMatchObject({ code: 6, details: "an active workflow with ID 'a' already exists" });
    }
  });

  test('goes to the component that the metadata names', async () => {
    const options = { metadata: { 'workflow-component': 'other' } };
    work();
    await call(hub.startInstance, { instanceId: 'a', name: 'waitGo' }, options);
    expect(await call(hub.getInstance, { instanceId: 'a' })).toMatchObject({ message: { exists: false } });
    expect(await call(hub.getInstance, { instanceId: 'a' }, options)).toMatchObject({ message: { exists: true } });
  });

  test('of an unknown component is refused', async () => {
    const options = { metadata: { 'workflow-component': 'nowhere' } };
    expect(await call(hub.startInstance, { instanceId: 'a', name: 'waitGo' }, options)).toMatchObject({ code: 3 });
  });
});

describe('an unknown instance', () => {
  test('does not exist, and that is an answer', async () => {
    expect(await call(hub.getInstance, { instanceId: 'none' })).toMatchObject({ code: 0, message: { exists: false } });
  });

  test.each([
    ['raiseEvent', { instanceId: 'none', name: 'go' }, 2, 'no such instance exists'],
    ['suspendInstance', { instanceId: 'none' }, 2, 'no such instance exists'],
    ['resumeInstance', { instanceId: 'none' }, 2, 'no such instance exists'],
    ['terminateInstance', { instanceId: 'none' }, 2, 'no such instance exists'],
    ['purgeInstances', { request: { case: 'instanceId', value: 'none' } }, 2, 'no such instance exists'],
    ['purgeInstances', { request: { case: 'instanceId', value: 'none' }, force: true }, 2, 'no such instance exists'],
    ['getInstanceHistory', { instanceId: 'none' }, 5, "workflow instance 'none' not found"],
    [
      'rerunWorkflowFromEvent',
      { sourceInstanceID: 'none', eventID: 0 },
      5,
      "workflow instance does not exist with ID 'none'",
    ],
  ] as const)('fails %s(%j) as SDKs expect', async (name, request, code, details) => {
    expect(await call(hub[name] as typeof hub.raiseEvent, request as never)).toEqual({
      code,
      details: expect.stringContaining(details),
    });
  });

  test('is waited for', async () => {
    const waiting = call(hub.waitForInstanceCompletion, { instanceId: 'a' });
    work();
    await call(hub.startInstance, { instanceId: 'a', name: 'echo' });
    expect(await waiting).toMatchObject({ message: { exists: true } });
  });
});

test.each([
  ['getInstance', { instanceId: '' }],
  ['waitForInstanceStart', { instanceId: '' }],
  ['waitForInstanceCompletion', { instanceId: '' }],
  ['raiseEvent', { instanceId: '', name: 'go' }],
  ['terminateInstance', { instanceId: '' }],
  ['suspendInstance', { instanceId: '' }],
  ['resumeInstance', { instanceId: '' }],
  ['purgeInstances', {}],
  ['getInstanceHistory', { instanceId: '' }],
  ['rerunWorkflowFromEvent', { sourceInstanceID: '' }],
] as const)('%s without an id is InvalidArgument', async (name, request) => {
  expect(await call(hub[name] as typeof hub.raiseEvent, request as never)).toMatchObject({ code: 3 });
});

describe('a running instance', () => {
  beforeEach(async () => {
    work();
    await call(hub.startInstance, { instanceId: 'a', name: 'waitGo', input: '"in"' });
  });

  test('is shown with its payloads only when they are asked for', async () => {
    const state = { instanceId: 'a', name: 'waitGo', workflowStatus: OrchestrationStatus.RUNNING };
    const bare = await call(hub.getInstance, { instanceId: 'a' });
    expect(bare).toMatchObject({ message: { workflowState: state } });
    expect(bare).not.toHaveProperty('message.workflowState.input');
    const full = await call(hub.getInstance, { instanceId: 'a', getInputsAndOutputs: true });
    expect(full).toMatchObject({ message: { workflowState: { ...state, input: '"in"' } } });
  });

  test('takes an event and completes', async () => {
    await call(hub.raiseEvent, { instanceId: 'a', name: 'go', input: '"yes"' });
    const done = await call(hub.waitForInstanceCompletion, { instanceId: 'a', getInputsAndOutputs: true });
    expect(done).toMatchObject({
      message: { workflowState: { workflowStatus: OrchestrationStatus.COMPLETED, output: '"yes"' } },
    });
  });

  test('is suspended and resumed as soon as that is answered', async () => {
    await call(hub.suspendInstance, { instanceId: 'a', reason: 'why' });
    expect(await call(hub.getInstance, { instanceId: 'a' })).toMatchObject({
      message: { workflowState: { workflowStatus: OrchestrationStatus.SUSPENDED } },
    });
    await call(hub.resumeInstance, { instanceId: 'a' });
    expect(await call(hub.getInstance, { instanceId: 'a' })).toMatchObject({
      message: { workflowState: { workflowStatus: OrchestrationStatus.RUNNING } },
    });
  });

  test('has ended when terminate is answered, and a second one changes nothing', async () => {
    expect(await call(hub.terminateInstance, { instanceId: 'a', output: '"out"', recursive: true })).toMatchObject({
      code: 0,
    });
    expect(await call(hub.terminateInstance, { instanceId: 'a', output: '"again"' })).toMatchObject({ code: 0 });
    expect(await call(hub.getInstance, { instanceId: 'a', getInputsAndOutputs: true })).toMatchObject({
      message: { workflowState: { workflowStatus: OrchestrationStatus.TERMINATED, output: '"out"' } },
    });
  });

  test('is purged by force only', async () => {
    const request = { case: 'instanceId', value: 'a' } as const;
    expect(await call(hub.purgeInstances, { request })).toMatchObject({
      code: 2,
      details: expect.stringContaining('orchestration has not yet completed'),
    });
    expect(await call(hub.purgeInstances, { request, force: true })).toMatchObject({
      message: { deletedInstanceCount: 1 },
    });
    expect(await call(hub.getInstance, { instanceId: 'a' })).toMatchObject({ message: { exists: false } });
  });

  test('has a history that begins with the turn and the start', async () => {
    const history = await call(hub.getInstanceHistory, { instanceId: 'a' });
    expect(history).toMatchObject({
      message: { events: [{ eventType: { case: 'workflowStarted' } }, { eventType: { case: 'executionStarted' } }] },
    });
  });

  test('cannot be rerun before it has ended', async () => {
    expect(await call(hub.rerunWorkflowFromEvent, { sourceInstanceID: 'a', eventID: 0 })).toMatchObject({
      code: 3,
      details: "'a' is not in a terminal state",
    });
  });
});

test('a rerun answers with the new id once it has started', async () => {
  work();
  await call(hub.startInstance, { instanceId: 'a', name: 'act', input: '1' });
  await call(hub.waitForInstanceCompletion, { instanceId: 'a' });
  const rerun = await call(hub.rerunWorkflowFromEvent, {
    sourceInstanceID: 'a',
    eventID: 1,
    newInstanceID: 'b',
    input: '2',
    overwriteInput: true,
  });
  expect(rerun).toMatchObject({ message: { newInstanceID: 'b' } });
  const done = await call(hub.waitForInstanceCompletion, { instanceId: 'b', getInputsAndOutputs: true });
  expect(done).toMatchObject({ message: { workflowState: { output: '"did 2"' } } });
});

test('a list pages through everything once, and the last page has no token', async () => {
  work();
  const ids = Array.from({ length: 7 }, (_, index) => `i${index}`);
  for (const instanceId of ids) await call(hub.startInstance, { instanceId, name: 'echo' });
  const seen: string[] = [];
  let continuationToken: string | undefined;
  do {
    const page = await call(hub.listInstanceIDs, { pageSize: 3, ...(continuationToken ? { continuationToken } : {}) });
    if (!('message' in page)) throw new Error(page.details);
    seen.push(...page.message.instanceIds);
    continuationToken = page.message.continuationToken;
  } while (continuationToken !== undefined);
  expect(seen).toEqual(ids);
});

test('a made-up list token is refused', async () => {
  expect(await call(hub.listInstanceIDs, { continuationToken: 'nonsense' })).toMatchObject({ code: 3 });
});

test('a purge by filter is refused by a component that cannot', async () => {
  const request = { case: 'purgeInstanceFilter' as const, value: { runtimeStatus: [OrchestrationStatus.COMPLETED] } };
  expect(await call(hub.purgeInstances, { request })).toMatchObject({ code: 12 });
});

test('a method that does not exist is Unimplemented', async () => {
  const { response } = client.send('/TaskHubSidecarService/QueryInstances', Buffer.alloc(0));
  expect(await response).toMatchObject({ code: 12 });
});

test('a message that is none is InvalidArgument', async () => {
  const { response } = client.send('/TaskHubSidecarService/GetInstance', Buffer.from([0x0a, 0xff]));
  expect(await response).toMatchObject({ code: 3 });
});

describe('a parked wait', () => {
  test('leaves nothing behind when it is cancelled', async () => {
    const bytes = Buffer.from([0x0a, 1, 0x61]);
    const { call: waiting, response } = client.send('/TaskHubSidecarService/WaitForInstanceCompletion', bytes);
    await until(
      'parked',
      () => door.parkedWaits(),
      (count) => count === 1,
    );
    waiting.cancel();
    expect(await response).toMatchObject({ code: 1 });
    await until(
      'released',
      () => door.parkedWaits(),
      (count) => count === 0,
    );
  });

  test('is released with its connection, a thousand of them', async () => {
    const wire = await CutWire.open(door.door.port);
    const far = door.client(wire.port);
    const bytes = Buffer.from([0x0a, 1, 0x61]);
    const path = '/TaskHubSidecarService/WaitForInstanceCompletion';
    const waits = Array.from({ length: 1000 }, () => far.send(path, bytes).response);
    await until(
      'parked',
      () => door.parkedWaits(),
      (count) => count === 1000,
    );
    wire.cut();
    await until(
      'released',
      () => door.parkedWaits(),
      (count) => count === 0,
    );
    expect(new Set((await Promise.all(waits)).map((ended) => Buffer.isBuffer(ended)))).toEqual(new Set([false]));
    await wire.close();
  });

  test('is told when the host goes away', async () => {
    const waiting = call(hub.waitForInstanceCompletion, { instanceId: 'a' });
    await until(
      'parked',
      () => door.parkedWaits(),
      (count) => count === 1,
    );
    await door.door.close();
    expect(await waiting).toMatchObject({ code: 14 });
  });
});
