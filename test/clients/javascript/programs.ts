import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { DaprWorkflowClient } from '@dapr/dapr';

/** What is done to the workflows; resolves with a remark for the table, or rejects. */
export type Program = (client: DaprWorkflowClient) => Promise<string | void>;

/** `WorkflowRuntimeStatus` of the SDK. */
const status = { running: 0, completed: 1, failed: 3, terminated: 5, suspended: 7 } as const;

const cities = ['Tokyo', 'Seattle', 'London', 'Amsterdam', 'Mumbai'];
const deadlineSeconds = 60;
const alphabet = 'åß∂ 日本語 العربية 🙂\u0000\u2028 ';

export const programs: Readonly<Record<string, Program>> = {
  chain: async (client) => assert.equal(await run(client, 'Chain', 1), 4),
  greetings: async (client) => {
    const greetings = cities.map((city) => `Hello ${city}!`);
    assert.deepEqual(await run(client, 'Greetings', cities), greetings);
  },
  'fan-out-100': async (client) => assert.equal(await run(client, 'FanOut', 100), 5150),
  'fan-out-500': async (client) => assert.equal(await run(client, 'FanOut', 500), 125_750),
  'ten-fan-outs': async (client) => {
    const sums = await Promise.all(Array.from({ length: 10 }, () => run(client, 'FanOut', 100)));
    assert.deepEqual(new Set(sums), new Set([5150]));
  },
  timer: async (client) => {
    const began = Date.now();
    assert.equal(await run(client, 'Sleep', 1), 'rested');
    assert.ok(Date.now() - began >= 1_000);
  },
  'far-future-wait': async (client) => {
    const id = await client.scheduleNewWorkflow('FarFuture');
    await client.raiseEvent(id, 'go', 'now');
    assert.equal(await output(client, id), 'now');
  },
  'external-event': async (client) => {
    const id = await client.scheduleNewWorkflow('WaitGo');
    await client.raiseEvent(id, 'go', { amount: 12 });
    assert.deepEqual(await output(client, id), { amount: 12 });
  },
  'event-timer-race': async (client) => {
    const id = await client.scheduleNewWorkflow('Approval', 3_600);
    await client.raiseEvent(id, 'approve', 'Ann');
    assert.equal(await output(client, id), 'approved by Ann');
    assert.equal(await run(client, 'Approval', 1), 'timed out');
  },
  'child-workflows': async (client) => assert.equal(await run(client, 'Parent', 1), 9),
  'continue-as-new': async (client) => {
    const id = await client.scheduleNewWorkflow('Sum', { left: 5, total: 100 });
    for (const item of [1, 2, 3, 4, 5]) await client.raiseEvent(id, 'item', item);
    assert.equal(await output(client, id), 115);
  },
  'failure-details': async (client) => {
    const state = await ended(client, await client.scheduleNewWorkflow('Throws', 'no bananas'));
    assert.equal(state.runtimeStatus, status.failed);
    assert.match(state.workflowFailureDetails?.getErrorMessage() ?? '', /no bananas/);
    assert.match(String(await run(client, 'Catches', 'no bananas')), /^caught .*no bananas/s);
  },
  'custom-status': async (client) => {
    const id = await client.scheduleNewWorkflow('Status');
    assert.equal((await client.getWorkflowState(id, true))?.customStatus, 'first');
    await client.raiseEvent(id, 'go', 'last ✓');
    assert.equal((await ended(client, id)).customStatus, 'last ✓');
  },
  'suspend-resume': async (client) => {
    const id = await client.scheduleNewWorkflow('WaitGo');
    await client.suspendWorkflow(id);
    await client.suspendWorkflow(id);
    assert.equal(await statusOf(client, id), status.suspended);
    await client.raiseEvent(id, 'go', 'kept');
    assert.equal(await statusOf(client, id), status.suspended);
    await client.resumeWorkflow(id);
    assert.notEqual(await statusOf(client, id), status.suspended);
    assert.equal(await output(client, id), 'kept');
  },
  terminate: async (client) => {
    const id = await client.scheduleNewWorkflow('Guardian', 'ward-js');
    await client.waitForWorkflowStart('ward-js', false, deadlineSeconds);
    await client.terminateWorkflow(id, 'enough');
    const state = await ended(client, id);
    assert.deepEqual([state.runtimeStatus, state.serializedOutput], [status.terminated, '"enough"']);
    assert.equal(await statusOf(client, 'ward-js'), status.running);
    await client.raiseEvent('ward-js', 'go', 'free');
    assert.equal(await output(client, 'ward-js'), 'free');
    return 'the child stays: this SDK cannot ask for more';
  },
  purge: async (client) => {
    const id = await client.scheduleNewWorkflow('Chain', 1);
    await ended(client, id);
    assert.equal(await client.purgeWorkflow(id), true);
    assert.equal(await client.getWorkflowState(id, true), undefined);
    assert.equal(await client.purgeWorkflow('never-was').catch(() => false), false);
  },
  payloads: async (client) => {
    const megabyte = alphabet.repeat(Math.ceil(2 ** 20 / Buffer.byteLength(alphabet)));
    for (const text of [alphabet, megabyte]) assert.equal(await run(client, 'Echoes', text), text);
  },
  'two-workers': async (client) => assert.equal(await run(client, 'MeetAll', 'meeting'), 2),
  'worker-killed': async (client) => assert.equal(await run(client, 'DieOnce', 'death'), 'survived after 2'),
};

/** What the SDK has no call for. */
export const lacking: Readonly<Record<string, string>> = {
  retries: '@dapr/dapr has no retry policies',
  rerun: '@dapr/dapr has no rerun',
  list: '@dapr/dapr cannot list instances',
  history: '@dapr/dapr cannot read histories',
  versions: '@dapr/dapr has neither versions nor patches',
  'task-execution-id': '@dapr/dapr does not give it to activities',
};

async function run(client: DaprWorkflowClient, workflow: string, input: unknown): Promise<unknown> {
  return output(client, await client.scheduleNewWorkflow(workflow, input));
}

async function output(client: DaprWorkflowClient, id: string): Promise<unknown> {
  const state = await ended(client, id);
  assert.equal(state.runtimeStatus, status.completed, state.workflowFailureDetails?.getErrorMessage());
  return JSON.parse(state.serializedOutput ?? 'null') as unknown;
}

async function ended(client: DaprWorkflowClient, id: string) {
  const state = await client.waitForWorkflowCompletion(id, true, deadlineSeconds);
  assert.ok(state, `${id} is gone`);
  return state;
}

async function statusOf(client: DaprWorkflowClient, id: string): Promise<number | undefined> {
  return (await client.getWorkflowState(id, false))?.runtimeStatus;
}

/** Rejects a program that does not end; the SDK's own waits are shorter. */
export async function inTime(work: Promise<string | void>): Promise<string | void> {
  const given = new AbortController();
  const late = pause((deadlineSeconds + 30) * 1_000, undefined, { signal: given.signal }).then(() => {
    throw new Error('did not end in time');
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    given.abort();
    await late.catch(() => undefined);
  }
}
