import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DescMessage, DescMethod, MessageInitShape } from '@bufbuild/protobuf';
import { Dapr } from '../../../proto/gen/dapr_pb.js';
import { openDoor, until, type CallOptions, type Outcome, type TestClient, type TestDoor } from './harness.js';
import { WireWorker, sampleCode } from './wire-worker.js';

let door: TestDoor;
let client: TestClient;

beforeAll(async () => {
  door = await openDoor();
  client = door.client();
  await new WireWorker(door.client(), { code: sampleCode }).opened;
});
afterAll(() => door.close());

type Op =
  | 'startWorkflow'
  | 'getWorkflow'
  | 'raiseEventWorkflow'
  | 'pauseWorkflow'
  | 'resumeWorkflow'
  | 'terminateWorkflow'
  | 'purgeWorkflow';

describe.each(['Alpha1', 'Beta1'] as const)('the Dapr service under its %s names', (suffix) => {
  function call<I extends DescMessage, O extends DescMessage>(
    method: DescMethod & { readonly input: I; readonly output: O },
    request: MessageInitShape<I>,
    options?: CallOptions,
  ): Promise<Outcome<O>> {
    return client.call(method, request, options);
  }
  const { method } = Dapr;
  const ops = {
    start: method[`startWorkflow${suffix}`],
    get: method[`getWorkflow${suffix}`],
    raise: method[`raiseEventWorkflow${suffix}`],
    pause: method[`pauseWorkflow${suffix}`],
    resume: method[`resumeWorkflow${suffix}`],
    terminate: method[`terminateWorkflow${suffix}`],
    purge: method[`purgeWorkflow${suffix}`],
  } satisfies Record<string, (typeof method)[`${Op}${'Alpha1' | 'Beta1'}`]>;
  const start = (id: string, workflowName: string, more: MessageInitShape<typeof ops.start.input> = {}) =>
    call(ops.start, { instanceId: id, workflowComponent: 'dapr', workflowName, input: Buffer.from('"in"'), ...more });
  const statusOf = async (instanceId: string): Promise<string> => {
    const found = await call(ops.get, { instanceId });
    return 'message' in found ? found.message.runtimeStatus : found.details;
  };
  const reaches = (instanceId: string, status: string): Promise<string> =>
    until(
      `${instanceId} is ${status}`,
      () => statusOf(instanceId),
      (seen) => seen === status,
    );

  test('starts, shows, pauses, resumes and completes an instance', async () => {
    const id = `life-${suffix}`;
    expect(await start(id, 'waitGo')).toMatchObject({ message: { instanceId: id } });
    await reaches(id, 'RUNNING');
    expect(await call(ops.pause, { instanceId: id })).toMatchObject({ code: 0 });
    expect(await statusOf(id)).toBe('SUSPENDED');
    expect(await call(ops.resume, { instanceId: id })).toMatchObject({ code: 0 });
    expect(await statusOf(id)).toBe('RUNNING');
    expect(await call(ops.raise, { instanceId: id, eventName: 'go', eventData: Buffer.from('"yes"') })).toMatchObject({
      code: 0,
    });
    await reaches(id, 'COMPLETED');
    expect(await call(ops.get, { instanceId: id })).toMatchObject({
      message: {
        workflowName: 'waitGo',
        properties: { 'dapr.workflow.input': '"in"', 'dapr.workflow.output': '"yes"' },
      },
    });
    expect(await call(ops.purge, { instanceId: id })).toMatchObject({ code: 0 });
    expect(await call(ops.get, { instanceId: id })).toMatchObject({
      message: { instanceId: id, runtimeStatus: '', properties: {} },
    });
  });

  test('terminates, and a repeat changes nothing', async () => {
    const id = `end-${suffix}`;
    await start(id, 'waitGo');
    expect(await call(ops.terminate, { instanceId: id })).toMatchObject({ code: 0 });
    await reaches(id, 'TERMINATED');
    expect(await call(ops.terminate, { instanceId: id })).toMatchObject({ code: 0 });
  });

  test('tells an unset payload from an empty one', async () => {
    await start(`unset-${suffix}`, 'waitGo');
    await start(`empty-${suffix}`, 'waitGo');
    await call(ops.raise, { instanceId: `unset-${suffix}`, eventName: 'go' });
    await call(ops.raise, { instanceId: `empty-${suffix}`, eventName: 'go', eventData: Buffer.alloc(0) });
    await reaches(`unset-${suffix}`, 'COMPLETED');
    await reaches(`empty-${suffix}`, 'COMPLETED');
    const outputs = await Promise.all(
      [`unset-${suffix}`, `empty-${suffix}`].map(async (instanceId) => {
        const found = await call(ops.get, { instanceId });
        return 'message' in found ? found.message.properties['dapr.workflow.output'] : found;
      }),
    );
    expect(outputs).toEqual(['"undef"', '']);
  });

  test('keeps an instance PENDING until its start time', async () => {
    const id = `later-${suffix}`;
    const options = { 'dapr.workflow.start_time': new Date(Date.now() + 3_600_000).toISOString() };
    expect(await start(id, 'echo', { options })).toMatchObject({ code: 0 });
    expect(await call(ops.get, { instanceId: id })).toMatchObject({
      message: { runtimeStatus: 'PENDING', workflowName: '', properties: {}, createdAt: { seconds: -62135596800n } },
    });
  });

  test.each([
    [
      'a start of a live id',
      () => start('live', 'waitGo').then(() => start('live', 'waitGo')),
      6,
      "error starting workflow 'waitGo': an active workflow with ID 'live' already exists",
    ],
    ['a start without a name', () => start('x', ''), 3, 'workflow name is not configured'],
    ['a start with a space in its id', () => start('a b', 'echo'), 3, "workflow instance ID 'a b' is invalid"],
    ['a start with a colon in its id', () => start('a:b', 'echo'), 3, "workflow instance ID 'a:b' is invalid"],
    ['a start with 66 bytes of id', () => start('日'.repeat(22), 'echo'), 3, 'exceeds the max length of 64'],
    [
      'a start in an unknown component',
      () => start('x', 'echo', { workflowComponent: 'zzz' }),
      3,
      "workflow component 'zzz' does not exist",
    ],
    [
      'a start at a time that is none',
      () => start('x', 'echo', { options: { 'dapr.workflow.start_time': '' } }),
      13,
      'RFC 3339',
    ],
    ['a start with bytes that are no text', () => start('x', 'echo', { input: Buffer.from([0xff]) }), 13, 'not UTF-8'],
    [
      'a purge of a running instance',
      () => start('run', 'waitGo').then(() => call(ops.purge, { instanceId: 'run' })),
      13,
      'orchestration has not yet completed',
    ],
    [
      'terminate of an unknown id',
      () => call(ops.terminate, { instanceId: 'none' }),
      5,
      'unable to find workflow with the provided instance ID: none',
    ],
    [
      'purge of an unknown id',
      () => call(ops.purge, { instanceId: 'none' }),
      5,
      'unable to find workflow with the provided instance ID: none',
    ],
    [
      'pause of an unknown id',
      () => call(ops.pause, { instanceId: 'none' }),
      13,
      'error pausing workflow none: no such instance exists',
    ],
    [
      'resume of an unknown id',
      () => call(ops.resume, { instanceId: 'none' }),
      13,
      'error resuming workflow none: no such instance exists',
    ],
    [
      'raise on an unknown id',
      () => call(ops.raise, { instanceId: 'none', eventName: 'go' }),
      13,
      "error raising event on workflow 'none': no such instance exists",
    ],
    ['raise without an event name', () => call(ops.raise, { instanceId: 'none' }), 3, 'missing workflow event name'],
    ['raise without an id', () => call(ops.raise, { eventName: 'go' }), 3, 'no instance ID was provided'],
    ['get without an id', () => call(ops.get, {}), 3, 'no instance ID was provided'],
    ['pause without an id', () => call(ops.pause, {}), 3, 'no instance ID was provided'],
  ])('refuses %s', async (_name, run, code, details) => {
    expect(await run()).toEqual({ code, details: expect.stringContaining(details) });
  });
});

test('GetMetadata tells the app, its components and the connected workers', async () => {
  expect(await client.call(Dapr.method.getMetadata, {})).toMatchObject({
    message: {
      id: 'shop',
      runtimeVersion: '9.9.9',
      registeredComponents: [{ name: 'main', type: 'workflow.template', version: 'v1' }],
      extendedMetadata: { site: 'lab' },
      workflows: { connectedWorkers: 1 },
    },
  });
});
