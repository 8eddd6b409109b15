import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OrchestrationStatus, TaskHubSidecarService } from '../../../../proto/gen/taskhub_pb.js';
import { CutWire, openDoor, statusOfStream, until, type TestClient, type TestDoor } from '../harness.js';
import { WireWorker, complete, sampleCode, schedule, startedIn, type WorkerCode } from '../wire-worker.js';

const hub = TaskHubSidecarService.method;

let door: TestDoor;
let client: TestClient;

beforeEach(async () => {
  door = await openDoor();
  client = door.client();
});
afterEach(() => door.close());

async function begin(instanceId: string, workflowName: string, input?: string): Promise<void> {
  await door.main.start({ instanceId, workflowName, ...(input === undefined ? {} : { input }) });
}

const turnsOf = (worker: WireWorker, count: number): Promise<ReturnType<WireWorker['turns']>> =>
  until(
    `${count} turns`,
    () => worker.turns(),
    (turns) => turns.length >= count,
  );

async function outputOf(instanceId: string): Promise<string | undefined> {
  const done = await client.call(hub.waitForInstanceCompletion, { instanceId, getInputsAndOutputs: true });
  return 'message' in done ? done.message.workflowState?.output : done.details;
}

/** A workflow that schedules `n` activities at once and returns how many results it saw. */
const fanOut: WorkerCode = {
  turn: (events) => {
    const n = Number(startedIn(events).input);
    const count = (kind: string): number => events.filter(({ eventType }) => eventType.case === kind).length;
    if (count('taskCompleted') === n) return [complete(String(n))];
    return count('taskScheduled') > 0 ? [] : Array.from({ length: n }, (_, index) => schedule(index + 1, 'Do'));
  },
  activity: () => '1',
};

test('a turn begins with its clock and, the first one, with the start', async () => {
  const worker = new WireWorker(door.client());
  await begin('a', 'w', '"in"');
  const [turn] = await turnsOf(worker, 1);
  expect(turn?.request.pastEvents).toEqual([]);
  expect(turn?.request.newEvents.map(({ eventType }) => eventType.case)).toEqual([
    'workflowStarted',
    'executionStarted',
  ]);
  expect(turn?.request.executionId).toMatch(/^[0-9a-f]{32}$/);
  expect(turn?.token).not.toBe('');
});

test.each([{ echo: true }, { echo: false }])(
  'activities run side by side, with tokens echoed: $echo',
  async ({ echo }) => {
    new WireWorker(door.client(), { code: fanOut, echo });
    await begin('a', 'fan', '300');
    expect(await outputOf('a')).toBe('300');
  },
);

describe('what a stream holds', () => {
  test('goes to another stream when it is cancelled, and a late answer of the first is dropped', async () => {
    const first = new WireWorker(door.client());
    await begin('a', 'w');
    await turnsOf(first, 1);
    first.cancel();
    const second = new WireWorker(door.client());
    await turnsOf(second, 1);
    await first.answerTurn('a', [complete('"late"')]);
    await second.answerTurn('a', [complete('"right"')]);
    expect(await outputOf('a')).toBe('"right"');
    expect(door.counted.get('wfhost_completions_ignored_total stream was gone')).toBe(1);
  });

  test('goes to another stream when its connection is cut', async () => {
    const wire = await CutWire.open(door.door.port);
    const first = new WireWorker(door.client(wire.port));
    await begin('a', 'w');
    await turnsOf(first, 1);
    const second = new WireWorker(door.client());
    await second.opened;
    wire.cut();
    expect(await turnsOf(second, 1)).toMatchObject([{ request: { instanceId: 'a' } }]);
    await wire.close();
  });

  test('goes to another stream within 15 s when the far end is silently gone', async () => {
    const wire = await CutWire.open(door.door.port);
    const first = new WireWorker(door.client(wire.port));
    await begin('a', 'w');
    await turnsOf(first, 1);
    const second = new WireWorker(door.client());
    await second.opened;
    wire.freeze();
    const endsAt = Date.now() + 25_000;
    while (second.turns().length === 0 && Date.now() < endsAt) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(second.turns()).toHaveLength(1);
    await wire.close();
  }, 40_000);
});

describe('a completion', () => {
  test('with a made-up token is answered OK and not applied', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    const [turn] = await turnsOf(worker, 1);
    expect(await worker.answerTurn('a', [complete('"wrong"')], 'made-up')).toBeInstanceOf(Buffer);
    await worker.answerTurn('a', [complete('"right"')], turn?.token);
    expect(await outputOf('a')).toBe('"right"');
    expect(door.counted.get('wfhost_completions_ignored_total wrong token')).toBe(1);
  });

  test('of nothing known is answered OK', async () => {
    const worker = new WireWorker(door.client());
    expect(await worker.answerTurn('none', [])).toBeInstanceOf(Buffer);
    expect(await worker.answerActivity('none', 3, '')).toBeInstanceOf(Buffer);
    expect(door.counted.get('wfhost_completions_ignored_total unknown item')).toBe(2);
  });

  test('is taken under its newer name too', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    const [turn] = await turnsOf(worker, 1);
    const message = { instanceId: 'a', actions: [complete('"done"')], completionToken: turn?.token ?? '' };
    expect(await client.call(hub.completeWorkflowTask, message)).toMatchObject({ code: 0 });
    expect(await outputOf('a')).toBe('"done"');
  });

  test('that cannot be read spoils its own turn, which is handed out again', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    await turnsOf(worker, 1);
    const garbage = Buffer.from([0x0a, 1, 0x61, 0x12, 3, 0xff, 0xff, 0xff]);
    expect(await client.send('/TaskHubSidecarService/CompleteOrchestratorTask', garbage).response).toMatchObject({
      code: 3,
    });
    await turnsOf(worker, 2);
    await worker.answerTurn('a', [complete('"done"')]);
    expect(await outputOf('a')).toBe('"done"');
  });

  test('of an activity that cannot be read fails the activity', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    await turnsOf(worker, 1);
    await worker.answerTurn('a', [schedule(1, 'Do')]);
    await until(
      'an activity',
      () => worker.activities(),
      ({ length }) => length === 1,
    );
    const garbage = Buffer.from([0x0a, 1, 0x61, 0x10, 1, 0x1a, 9, 0xff]);
    expect(await client.send('/TaskHubSidecarService/CompleteActivityTask', garbage).response).toMatchObject({
      code: 3,
    });
    const turns = await turnsOf(worker, 2);
    expect(turns[1]?.request.newEvents[1]).toMatchObject({
      eventType: { case: 'taskFailed', value: { failureDetails: { errorType: 'UnreadableResult' } } },
    });
  });
});

test('a worker that echoes no tokens has one turn of an id out, over components', async () => {
  const worker = new WireWorker(door.client());
  await begin('a', 'w');
  await turnsOf(worker, 1);
  await door.other.start({ instanceId: 'a', workflowName: 'w' });
  await begin('b', 'w');
  expect((await turnsOf(worker, 2)).map(({ request }) => request.instanceId)).toEqual(['a', 'b']);
  await worker.answerTurn('a', [complete('"main"')]);
  await turnsOf(worker, 3);
  await worker.answerTurn('a', [complete('"other"')]);
  expect(await outputOf('a')).toBe('"main"');
  await until(
    'the other one',
    () => door.other.get({ instanceId: 'a' }),
    ({ output }) => output === '"other"',
  );
});

describe('credit', () => {
  test.each([
    { name: 'of the JavaScript SDK', options: {}, activities: 90 },
    { name: 'as declared', options: { request: { maxConcurrentActivityWorkItems: 7 } }, activities: 7 },
    {
      name: 'of our own SDK as declared',
      options: { metadata: { 'x-wfhost-sdk': '1' }, request: { maxConcurrentActivityWorkItems: 5 } },
      activities: 5,
    },
  ])('$name bounds what is out, and no item is lost', async ({ options, activities }) => {
    const worker = new WireWorker(door.client(), options);
    await begin('a', 'w');
    const [turn] = await turnsOf(worker, 1);
    await worker.answerTurn(
      'a',
      Array.from({ length: 120 }, (_, index) => schedule(index + 1, 'Do')),
      turn?.token,
    );
    await until(
      'full',
      () => worker.activities(),
      ({ length }) => length >= activities,
    );
    // A turn that comes through behind them shows that nothing more was on its way.
    await begin('b', 'w');
    await turnsOf(worker, 2);
    expect(worker.activities()).toHaveLength(activities);
    for (let index = 0; index < 120; index++) {
      const all = await until(
        'the next',
        () => worker.activities(),
        ({ length }) => length > index,
      );
      const { request, token } = all[index] ?? { request: { taskId: -1 }, token: '' };
      await worker.answerActivity('a', request.taskId, '1', token);
    }
    expect(new Set(worker.activities().map(({ request }) => request.taskId)).size).toBe(120);
  });
});

describe('a stream that names a component', () => {
  test('serves that one only', async () => {
    const worker = new WireWorker(door.client(), { metadata: { 'workflow-component': 'other' } });
    await worker.opened;
    await begin('a', 'w');
    await door.other.start({ instanceId: 'b', workflowName: 'w' });
    expect((await turnsOf(worker, 1)).map(({ request }) => request.instanceId)).toEqual(['b']);
  });

  test('is refused when there is no such component', async () => {
    const worker = new WireWorker(door.client(), { metadata: { 'workflow-component': 'nowhere' } });
    expect(await statusOfStream(worker.stream)).toMatchObject({ code: 3 });
  });
});

test('the closures of steps go to our own SDK alone', async () => {
  const foreign = new WireWorker(door.client(), { echo: true });
  await begin('a', 'w');
  const [turn] = await turnsOf(foreign, 1);
  await foreign.answerTurn('a', [schedule(1, 'wf.step/one')], turn?.token);
  const own = new WireWorker(door.client(), { metadata: { 'x-wfhost-sdk': '1' } });
  await until(
    'the step',
    () => own.activities(),
    ({ length }) => length === 1,
  );
  expect(foreign.activities()).toEqual([]);
});

describe('an item over the limit of a message', () => {
  test('stalls its instance and disturbs no other', async () => {
    const input = 'x'.repeat(4 * 1024 * 1024 - 1000);
    new WireWorker(door.client(), { code: sampleCode });
    await begin('big', 'w', input);
    await begin('small', 'w', '"1"');
    expect(await outputOf('small')).toBe('"1"');
    const stalled = await until(
      'stalled',
      () => door.main.get({ instanceId: 'big' }),
      ({ status }) => status === 'STALLED',
    );
    expect(stalled.stalled).toMatchObject({ reason: 'PAYLOAD_SIZE_EXCEEDED' });
  });
});

describe('a worker without the code of a version', () => {
  test('stalls the instance, which takes no changes until a worker comes that has it', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    await turnsOf(worker, 1);
    await worker.answerTurn('a', [{ id: 0, workflowActionType: { case: 'workflowVersionNotAvailable', value: {} } }]);
    await until(
      'stalled',
      () => door.main.get({ instanceId: 'a' }),
      ({ status }) => status === 'STALLED',
    );
    expect(await client.call(hub.getInstance, { instanceId: 'a' })).toMatchObject({
      message: { workflowState: { workflowStatus: OrchestrationStatus.STALLED } },
    });
    const refused = { code: 2, details: expect.stringContaining('workflow is stalled') };
    expect(await client.call(hub.raiseEvent, { instanceId: 'a', name: 'go' })).toEqual(refused);
    expect(await client.call(hub.terminateInstance, { instanceId: 'a' })).toEqual(refused);
    new WireWorker(door.client(), { code: sampleCode });
    worker.cancel();
    expect(await outputOf('a')).toBe('"undef"');
  });
});

describe('a door that drains', () => {
  test('hands out no more, takes no new streams, and takes the answers that are out', async () => {
    const worker = new WireWorker(door.client());
    await begin('a', 'w');
    await turnsOf(worker, 1);
    door.door.drain();
    await begin('b', 'w');
    await worker.answerTurn('a', [complete('"done"')]);
    await until(
      'a is done',
      () => door.main.get({ instanceId: 'a' }),
      ({ output }) => output === '"done"',
    );
    expect(worker.turns()).toHaveLength(1);
    expect(await statusOfStream(new WireWorker(door.client()).stream)).toMatchObject({
      code: 14,
      details: 'unable to establish work item stream at this time: shutting down',
    });
    expect(await client.call(hub.getInstance, { instanceId: 'a' })).toMatchObject({ code: 14 });
  });

  test('tells its streams that it goes', async () => {
    const worker = new WireWorker(door.client());
    await worker.opened;
    const ended = statusOfStream(worker.stream);
    await door.door.close();
    expect(await ended).toMatchObject({ code: 1, details: 'shutting down' });
  });

  test("ends the streams of Dapr's JavaScript SDK in order: after an error on its first one it would not come back", async () => {
    const worker = new WireWorker(door.client(door.door.port, 'dapr-js-sdk/workflow v3.18.0'));
    await worker.opened;
    const ended = statusOfStream(worker.stream);
    await door.door.close();
    expect(await ended).toMatchObject({ code: 0 });
  });
});
