import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inChild } from './child.js';
import { openHost } from './embedded.js';
import { inTemporaryFolder } from './folder.js';
import { Connection } from './http-connection.js';
import { ask, message, serveCpu } from './ipc.js';
import { createReport, type Report } from './report.js';
import { quantile, spread } from './statistics.js';

/** What one round of load saw. */
type Load = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly requests: number;
};

const connections = 32;

/** Durable starts over the Dapr-compatible route, keep-alive, from another process. */
export async function reportHttp(rounds: number, measureMs: number): Promise<Report> {
  const found: (Load & { readonly hostCpuMicros: number })[] = [];
  for (let round = 0; round < rounds; round += 1) {
    found.push(await inTemporaryFolder((folder) => oneRound(folder, measureMs)));
  }
  const line = [
    spread(found.map((one) => one.perSecond)),
    spread(
      found.map((one) => one.p50Ms),
      2,
    ),
    spread(
      found.map((one) => one.p99Ms),
      2,
    ),
    spread(found.map((one) => one.hostCpuMicros)),
  ];
  const header = ['starts/s', 'p50 ms', 'p99 ms', 'host CPU us/start'];
  return createReport(`starts over HTTP, ${connections} connections, ${rounds} rounds`, header, [line], found);
}

async function oneRound(folder: string, measureMs: number): Promise<Load & { hostCpuMicros: number }> {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const host = fork(main, ['--task', JSON.stringify({ task: 'http-serve', argument: folder })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await message<number>(host);
  await inChild<Load>({ task: 'http-load', argument: { port, measureMs: measureMs / 3 } });
  const before = await ask<number>(host, 'cpu');
  const load = await inChild<Load>({ task: 'http-load', argument: { port, measureMs } });
  const spent = (await ask<number>(host, 'cpu')) - before;
  host.send('close');
  await once(host, 'close');
  return { ...load, hostCpuMicros: spent / load.requests };
}

/** The host's process: tells its port, then its CPU time whenever it is asked, until it is told to close. */
export async function serveHttp(folder: string): Promise<void> {
  const host = await openHost(folder, 'both');
  await serveCpu(host.http?.port ?? 0);
  await host.close();
  process.disconnect();
}

/** The load: one request in flight per connection, each a new instance, each answer checked. */
export async function measureHttp({ port, measureMs }: { port: number; measureMs: number }): Promise<Load> {
  const latencies: number[] = [];
  const began = performance.now();
  const lane = async (lanes: number): Promise<void> => {
    const connection = await Connection.open(port);
    for (let count = 0; performance.now() - began < measureMs; count += 1) {
      const begin = performance.now();
      const id = `http-${process.pid}-${lanes}-${count}`;
      const path = `/v1.0/workflows/dapr/noop/start?instanceID=${id}`;
      const { status, body } = await connection.post(path, 'null');
      if (status !== 202 || !body.includes(id)) throw new Error(`start answered ${status} ${body}`);
      latencies.push(performance.now() - begin);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => lane(index)));
  const seconds = (performance.now() - began) / 1_000;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    requests: latencies.length,
  };
}
