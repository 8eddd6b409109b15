import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { WorkflowError } from '../../core/errors.js';
import { createClient, inProcess, overHttp, WorkflowClient, WorkflowFailed } from '../../sdk/client/index.js';
import { createHost, type EmbeddedHost } from '../../sdk/hosting/index.js';
import { defineActivity, defineEvent, defineWorkflow, workflowRef, type StandardSchema } from '../../sdk/index.js';
import { inMemory } from './support/in-memory.js';

interface Order {
  readonly id: string;
}

const isOrder: StandardSchema<Order> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    // Asynchronous: checked at the door of a start, where one can wait.
    validate: async (value) =>
      typeof value === 'object' && value !== null && 'id' in value
        ? { value: value as Order }
        : { issues: [{ message: 'an order has an id' }] },
  },
};
const isGrade: StandardSchema<number> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => (typeof value === 'number' ? { value } : { issues: [{ message: 'a grade is a number' }] }),
  },
};

const price = defineActivity('price', async ({ id }: Order) => id.length);
const grade = defineEvent('grade', { schema: isGrade });
class OutOfStock extends Error {}

const quote = defineWorkflow('quote', { input: isOrder }, async (wf, order) => {
  wf.setStatus({ at: 'pricing' });
  return { price: await wf.call(price, order) };
});
const waits = defineWorkflow('waits', async (wf) => wf.waitFor(grade));
const fails = defineWorkflow('fails', async () => {
  throw new OutOfStock('none left', { cause: new TypeError('empty shelf') });
});
const any = workflowRef<unknown, unknown>('waits');

let host: EmbeddedHost;
let clients: Record<'in process' | 'over HTTP', WorkflowClient>;
beforeAll(async () => {
  host = await createHost({
    ...inMemory(),
    http: { port: 0 },
    workflows: [quote, waits, fails],
    activities: [price],
    config: { apiTokens: ['sesame'] },
  });
  clients = {
    'in process': host.client,
    'over HTTP': createClient({ address: `http://127.0.0.1:${host.http?.port}/`, apiToken: 'sesame' }),
  };
});
afterAll(() => host.close());

describe.each(['in process', 'over HTTP'] as const)('a client %s', (name) => {
  const client = (): WorkflowClient => clients[name];
  const id = (what: string): string => `${what}-${name === 'in process' ? 'a' : 'b'}`;

  test('starts a workflow, reads its result, status and history', async () => {
    const run = await client().start(quote, { id: 'four' }, { id: id('quote'), tags: { tier: 'gold' } });
    expect(await run.result()).toEqual({ price: 4 });
    expect(await run.status()).toMatchObject({
      instanceId: id('quote'),
      workflowName: 'quote',
      status: 'COMPLETED',
      input: { id: 'four' },
      output: { price: 4 },
      customStatus: { at: 'pricing' },
      tags: { tier: 'gold' },
      completedAtMs: expect.any(Number),
    });
    const history = await run.history();
    expect(history.map(({ kind }) => kind)).toEqual([
      'workflowStarted',
      'executionStarted',
      'taskScheduled',
      'workflowStarted',
      'taskCompleted',
      'executionCompleted',
    ]);
    expect(history[4]).toMatchObject({ taskId: 1, result: '4', timestampMs: expect.any(Number) });
  });

  test('refuses an input that does not meet the schema: nothing is started', async () => {
    const wrong = { name: 'no id' } as unknown as Order;
    await expect(client().start(quote, wrong, { id: id('refused') })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'input of "quote" is invalid: an order has an id',
    });
    await expect(client().get(id('refused')).status()).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
  });

  test('sees a failure with type, message and causes', async () => {
    const failed = (await client().start(fails)).result();
    await expect(failed).rejects.toBeInstanceOf(WorkflowFailed);
    await expect(failed).rejects.toMatchObject({
      errorType: 'OutOfStock',
      cause: { name: 'OutOfStock', message: 'none left', cause: { name: 'TypeError', message: 'empty shelf' } },
    });
  });

  test('raises events that meet their schema', async () => {
    const run = await client().start(waits);
    await expect(run.raise(grade, 'A' as unknown as number)).rejects.toMatchObject({ name: 'InvalidInput' });
    await run.raise(grade, 5);
    expect(await run.result()).toBe(5);
  });

  test('suspends, resumes, terminates and purges', async () => {
    const run = await client().start(waits, undefined, { id: id('handled') });
    await run.wait('started');
    await run.suspend('a pause');
    expect((await run.status()).status).toBe('SUSPENDED');
    await run.resume();
    expect((await run.status()).status).toBe('RUNNING');
    await run.terminate({ output: { why: 'enough' } });
    await expect(run.result()).rejects.toMatchObject({ name: 'WorkflowTerminated', output: '{"why":"enough"}' });
    expect(await run.purge()).toBe(1);
    await expect(run.status()).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
  });

  test('is refused an id in use, or given the instance that has it', async () => {
    const first = await client().start(waits, undefined, { id: id('taken') });
    await expect(client().start(waits, undefined, { id: id('taken') })).rejects.toMatchObject({
      code: 'ERR_INSTANCE_EXISTS',
    });
    const second = await client().start(waits, undefined, { id: id('taken'), onConflict: 'returnExisting' });
    expect(second.id).toBe(first.id);
    await first.raise(grade, 1);
    expect(await second.result()).toBe(1);
    const third = await client().start(waits, undefined, { id: id('taken'), onConflict: 'returnExisting' });
    expect(await third.result()).toBe(1);
  });

  test('starts later, and lists page by page', async () => {
    const at = new Date(Date.now() + 3_600_000);
    for (const number of [1, 2, 3]) await client().start(waits, undefined, { id: id(`later${number}`), at });
    expect(await client().get(id('later1')).status()).toMatchObject({ status: 'PENDING' });
    const filter = { instanceIdPrefix: id('later').slice(0, 5), pageSize: 2, statuses: ['PENDING'] as const };
    const first = await client().list(filter);
    expect(first.instances).toHaveLength(2);
    const { continuationToken = '' } = first;
    const second = await client().list({ ...filter, continuationToken });
    expect([...first.instances, ...second.instances].map(({ workflowName }) => workflowName)).toContain('waits');
    for (const number of [1, 2, 3])
      await client()
        .get(id(`later${number}`))
        .terminate();
    expect(await client().purge({ statuses: ['TERMINATED'] })).toBeGreaterThanOrEqual(3);
  });

  test('runs again from an event', async () => {
    const run = await client().start(quote, { id: 'again' });
    await run.result();
    const rerun = await client().rerun({ sourceInstanceId: run.id, eventId: 1, overwriteInput: false });
    expect(await rerun.result()).toEqual({ price: 5 });
  });

  test('stops waiting when it is told to, and the instance goes on', async () => {
    const run = await client().start(waits);
    const aborted = new AbortController();
    const result = run.result({ signal: aborted.signal });
    aborted.abort();
    await expect(result).rejects.toMatchObject({ code: 'ERR_CANCELLED' });
    await run.raise(grade, 2);
    expect(await run.result()).toBe(2);
  });
});

describe('a client over HTTP', () => {
  test('is told when nobody answers', async () => {
    const nobody = createClient({ address: 'http://127.0.0.1:1' });
    await expect(nobody.get('x').status()).rejects.toMatchObject({ code: 'ERR_COMPONENT_NOT_READY' });
  });

  test('is told when its token is wrong', async () => {
    const stranger = createClient({ address: `http://127.0.0.1:${host.http?.port}`, apiToken: 'open' });
    await expect(stranger.start(any)).rejects.toBeInstanceOf(WorkflowError);
  });

  test('and one in process may name the component', async () => {
    const named = new WorkflowClient(inProcess(host.service, 'memory'));
    expect(await named.list()).toMatchObject({ instances: expect.any(Array) });
    const port = overHttp({ address: `http://127.0.0.1:${host.http?.port}`, component: 'nope', apiToken: 'sesame' });
    await expect(port.get('x')).rejects.toMatchObject({ code: 'ERR_COMPONENT_NOT_FOUND' });
  });
});
