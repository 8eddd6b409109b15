import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { TaskHubSidecarService } from '../../../../proto/gen/taskhub_pb.js';
import { openDoor, until, type TestClient, type TestDoor } from '../harness.js';
import { WireWorker, complete, schedule, type WorkerCode } from '../wire-worker.js';

const hub = TaskHubSidecarService.method;

let door: TestDoor;
let client: TestClient;

beforeEach(async () => {
  door = await openDoor();
  client = door.client();
});
afterEach(() => door.close());

async function begin(instanceId: string): Promise<void> {
  await door.main.start({ instanceId, workflowName: 'w' });
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

describe('history', () => {
  const threeSteps: WorkerCode = {
    turn: (events) => {
      const done = events.filter(({ eventType }) => eventType.case === 'taskCompleted').length;
      return done === 3 ? [complete('3')] : [schedule(done + 1, 'Do')];
    },
    activity: () => '1',
  };

  test('goes whole to a worker that keeps none', async () => {
    const worker = new WireWorker(door.client(), { code: threeSteps });
    await begin('a');
    expect(await outputOf('a')).toBe('3');
    expect(worker.turns().map(({ request }) => request.cachedHistory)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(worker.turns().map(({ request }) => request.pastEvents.length)).toEqual([0, 3, 6, 9]);
    const history = await client.call(hub.getInstanceHistory, { instanceId: 'a' });
    const events = 'message' in history ? history.message.events : [];
    const last = worker.turns()[3]?.request;
    const seen = [...(last?.pastEvents ?? []), ...(last?.newEvents ?? [])];
    expect(seen).toEqual(events.slice(0, seen.length));
  });

  test('goes in parts to a worker that keeps it', async () => {
    const worker = new WireWorker(door.client(), { request: { capabilities: [2] }, echo: true });
    await begin('a');
    for (let step = 1; step <= 3; step++) {
      const turn = (await turnsOf(worker, step))[step - 1];
      await worker.answerTurn('a', [schedule(step, 'Do')], turn?.token);
      const activity = (
        await until(
          'an activity',
          () => worker.activities(),
          ({ length }) => length === step,
        )
      )[step - 1];
      await worker.answerActivity('a', step, '1', activity?.token);
    }
    const turns = await turnsOf(worker, 4);
    expect(turns.map(({ request }) => [request.cachedHistory?.eventCount ?? 0, request.pastEvents.length])).toEqual([
      [0, 0],
      [0, 3],
      [3, 3],
      [6, 3],
    ]);
  });

  test('goes whole again to a stream that is new', async () => {
    const first = new WireWorker(door.client(), { request: { capabilities: [2] } });
    await begin('a');
    await turnsOf(first, 1);
    await first.answerTurn('a', [schedule(1, 'Do')]);
    await until(
      'an activity',
      () => first.activities(),
      ({ length }) => length === 1,
    );
    await first.answerActivity('a', 1, '1');
    await turnsOf(first, 2);
    first.cancel();
    const second = new WireWorker(door.client(), { request: { capabilities: [2] } });
    const [turn] = await turnsOf(second, 1);
    expect(turn?.request.pastEvents).toHaveLength(3);
    expect(turn?.request.cachedHistory).toBeUndefined();
  });

  test('a worker asks for is that of the component whose lease it holds', async () => {
    const far = door.client();
    const worker = new WireWorker(far);
    await door.other.start({ instanceId: 'a', workflowName: 'w' });
    await turnsOf(worker, 1);
    expect(await far.call(hub.getInstanceHistory, { instanceId: 'a' })).toMatchObject({ code: 0 });
    expect(await client.call(hub.getInstanceHistory, { instanceId: 'a' })).toMatchObject({ code: 5 });
  });
});
