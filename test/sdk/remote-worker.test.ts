import { afterEach, describe, expect, test } from '@jest/globals';
import { createHost, type EmbeddedHost } from '../../sdk/hosting/index.js';
import { defineActivity, defineEvent, defineWorkflow } from '../../sdk/index.js';
import { createWorker, type RemoteWorker, type RemoteWorkerOptions } from '../../sdk/worker/index.js';
import { eventually } from './support/eventually.js';
import { inMemory } from './support/in-memory.js';

const add = defineActivity('add', async ([one, other]: readonly [number, number]) => one + other);
const next = defineEvent<number>('next');

const sums = defineWorkflow('sums', async (wf, count: number) => {
  let sum = 0;
  for (let step = 1; step <= count; step += 1) sum = await wf.call(add, [sum, step]);
  return wf.step('double', () => sum * 2);
});

const collects = defineWorkflow('collects', async (wf, count: number) => {
  const seen: number[] = [];
  while (seen.length < count) {
    seen.push(await wf.waitFor(next));
    wf.setStatus(seen.length);
  }
  return seen;
});

const hosts: EmbeddedHost[] = [];
const workers: RemoteWorker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) worker.close();
  await Promise.all(hosts.splice(0).map((host) => host.close()));
});

async function openHost(port = 0, token?: string): Promise<EmbeddedHost> {
  const apiTokens = token === undefined ? [] : [token];
  const host = await createHost({ ...inMemory(), grpc: { port }, config: { apiTokens, drainTimeoutMs: 1_000 } });
  hosts.push(host);
  return host;
}

async function openWorker(host: EmbeddedHost, more: Partial<RemoteWorkerOptions> = {}): Promise<RemoteWorker> {
  const address = `127.0.0.1:${host.grpc?.port}`;
  const worker = await createWorker({ address, workflows: [sums, collects], activities: [add], ...more });
  workers.push(worker);
  await worker.connected();
  return worker;
}

describe('a worker in another process', () => {
  test('runs workflows, activities and steps over the stream', async () => {
    const host = await openHost();
    await openWorker(host);
    expect(await (await host.client.start(sums, 5)).result()).toBe(30);
  });

  test('goes on from history when its memory is too small to keep anything', async () => {
    const host = await openHost();
    await openWorker(host, { sticky: { maxExecutions: 0 } });
    const runs = await Promise.all([1, 2, 3, 4].map((count) => host.client.start(sums, count)));
    expect(await Promise.all(runs.map((run) => run.result()))).toEqual([2, 6, 12, 20]);
  });

  test('is replaced by another one in the middle of a workflow', async () => {
    const host = await openHost();
    const first = await openWorker(host);
    const run = await host.client.start(collects, 3);
    await run.raise(next, 1);
    await eventually(async () => (await run.status()).customStatus === 1);
    first.close();
    await run.raise(next, 2);
    await openWorker(host);
    await run.raise(next, 3);
    expect(await run.result()).toEqual([1, 2, 3]);
  });

  test('fails what it has not registered', async () => {
    const host = await openHost();
    await openWorker(host);
    const unknown = defineWorkflow('unknown', async () => 1);
    await expect((await host.client.start(unknown)).result()).rejects.toMatchObject({
      errorType: 'WorkflowNotRegistered',
    });
  });

  test('connects when the host comes later, and again when the host comes back', async () => {
    const first = await openHost();
    const port = first.grpc?.port ?? 0;
    await first.close();
    const worker = await createWorker({
      address: `http://127.0.0.1:${port}`,
      workflows: [sums],
      activities: [add],
    });
    workers.push(worker);
    const second = await openHost(port);
    expect(await (await second.client.start(sums, 2)).result()).toBe(6);
    await second.close();
    const third = await openHost(port);
    expect(await (await third.client.start(sums, 3)).result()).toBe(12);
  });

  test('shows its token', async () => {
    const host = await openHost(0, 'sesame');
    await openWorker(host, { apiToken: 'sesame' });
    expect(await (await host.client.start(sums, 1)).result()).toBe(2);
  });

  test('says that it was closed to those who wait for its connection', async () => {
    const worker = await createWorker({ address: '127.0.0.1:1' });
    const connected = worker.connected();
    worker.close();
    await expect(connected).rejects.toThrow('the worker was closed');
    await expect(worker.connected()).rejects.toThrow('closed');
  });
});
