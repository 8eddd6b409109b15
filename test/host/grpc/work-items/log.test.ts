import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LogFields, Logger } from '../../../../core/index.js';
import { openDoor, until, type TestClient, type TestDoor } from '../harness.js';
import { WireWorker } from '../wire-worker.js';

/** What a worker does wrong is told in one line: who, which instance, why. */

interface Line {
  readonly fields: LogFields;
  readonly message: string;
}

let door: TestDoor;
let client: TestClient;
let lines: Line[];

beforeEach(async () => {
  lines = [];
  const keep = (fields: LogFields, message: string): void => void lines.push({ fields, message });
  const logger: Logger = { debug: keep, info: keep, warn: keep, error: keep };
  door = await openDoor({ logger, maxBodyBytes: 64 * 1024 });
  client = door.client();
});
afterEach(() => door.close());

const lineOf = (message: string): Promise<Line | undefined> =>
  until(
    `the line "${message}"`,
    () => lines.find((line) => line.message === message),
    (line) => line !== undefined,
  );

async function withTurn(): Promise<WireWorker> {
  const worker = new WireWorker(client);
  await door.main.start({ instanceId: 'a', workflowName: 'w' });
  await until(
    'a turn',
    () => worker.turns(),
    (turns) => turns.length > 0,
  );
  return worker;
}

const aWorker = expect.stringMatching(/^stream 1 of 127\.0\.0\.1:\d+ /);

test('an answer that cannot be read', async () => {
  await withTurn();
  const garbage = Buffer.from([0x0a, 1, 0x61, 0x12, 3, 0xff, 0xff, 0xff]);
  await client.send('/TaskHubSidecarService/CompleteOrchestratorTask', garbage).response;
  const line = await lineOf('an answer could not be read');
  expect(line?.fields).toMatchObject({ worker: aWorker, instanceId: 'a', reason: expect.any(String) });
});

test('an answer given twice', async () => {
  const worker = await withTurn();
  await worker.answerTurn('a', []);
  await worker.answerTurn('a', []);
  const line = await lineOf('an answer was not applied');
  expect(line?.fields).toMatchObject({ peer: expect.any(String), instanceId: 'a', reason: 'unknown item' });
});

test('an item that is too large for a message', async () => {
  const worker = new WireWorker(client);
  await worker.opened;
  await door.main.start({ instanceId: 'big', workflowName: 'w', input: 'x'.repeat(63 * 1024) });
  const line = await lineOf('an item cannot be sent');
  expect(line?.fields).toMatchObject({ worker: aWorker, instanceId: 'big', reason: expect.stringContaining('limit') });
});

test('a stream that ends with work in hand', async () => {
  const worker = await withTurn();
  worker.stream.cancel();
  const line = await lineOf('a worker left work unanswered');
  expect(line?.fields).toMatchObject({ worker: aWorker, items: 1, reason: 'the worker ended its stream' });
});
