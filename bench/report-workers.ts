import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { factory } from '../components/builtin/component.js';
import { componentSpec, configWith } from '../host/config/defaults.js';
import { startHost } from '../host/host.js';
import { languages, type Language } from '../test/clients/languages.js';
import { LoggedProcess } from '../test/clients/processes.js';
import { inChild } from './child.js';
import { inTemporaryFolder } from './folder.js';
import { ask, message, serveCpu } from './ipc.js';
import { createReport, type Report } from './report.js';
import { spread } from './statistics.js';
import type { WorkerLoad, WorkerLoadRequest } from './worker-load.js';

/** Published SDKs by the names the command line takes. */
const workers: Readonly<Record<string, Language>> = {
  'dapr-js': languages.javascript,
  go: languages.go,
  python: languages.python,
  java: languages.java,
};

export interface WorkerComparison {
  readonly workers: readonly string[];
  readonly workload: string;
  readonly concurrencies: readonly number[];
  readonly rounds: number;
  readonly measureMs: number;
}

const warmConcurrency = 100;

type Round = WorkerLoad & { readonly hostCpuMicros: number };

/** The built-in engine behind its gRPC door: host, one worker of a published SDK and client are a process each. */
export async function compareWorkers(comparison: WorkerComparison): Promise<Report> {
  const lines: string[][] = [];
  const rows: Record<string, unknown>[] = [];
  for (const worker of comparison.workers) {
    const language = workers[worker];
    if (!language) throw new Error(`there is no worker "${worker}": ${Object.keys(workers).join(', ')}`);
    const command = (await language.prepare())('worker');
    for (const concurrency of comparison.concurrencies) {
      const rounds: Round[] = [];
      for (let round = 0; round < comparison.rounds; round += 1) {
        rounds.push(await inTemporaryFolder((folder) => oneRound(folder, command, comparison, concurrency)));
      }
      lines.push([worker, String(concurrency), ...cells(rounds)]);
      rows.push({ worker, sdk: language.sdk, concurrency, rounds });
    }
  }
  const header = ['worker', 'in flight', 'wf/s', 'p50 ms', 'p99 ms', 'host CPU us/wf'];
  return createReport(`${comparison.workload} over TaskHub, ${comparison.rounds} rounds`, header, lines, rows);
}

function cells(rounds: readonly Round[]): string[] {
  const of = (field: 'perSecond' | 'p50Ms' | 'p99Ms' | 'hostCpuMicros', digits = 0): string =>
    spread(
      rounds.map((round) => round[field]),
      digits,
    );
  return [of('perSecond'), of('p50Ms', 1), of('p99Ms', 1), of('hostCpuMicros')];
}

async function oneRound(
  folder: string,
  command: ReturnType<Awaited<ReturnType<Language['prepare']>>>,
  { workload, measureMs }: WorkerComparison,
  concurrency: number,
): Promise<Round> {
  const main = fileURLToPath(new URL('main.js', import.meta.url));
  const task = JSON.stringify({ task: 'workers-serve', argument: folder });
  const host = fork(main, ['--task', task], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const port = await message<number>(host);
  const env = { DAPR_GRPC_PORT: String(port), DAPR_GRPC_ENDPOINT: `127.0.0.1:${port}`, WFHOST_SCRATCH: folder };
  const worker = new LoggedProcess({ ...command, env }, join(folder, 'worker.log'));
  try {
    await worker.match(/^ready$/, 60_000);
    const load = (prefix: string, durationMs: number, inFlight: number): Promise<WorkerLoad> => {
      const argument: WorkerLoadRequest = { port, workload, concurrency: inFlight, durationMs, prefix };
      return inChild<WorkerLoad>({ task: 'workers-load', argument });
    };
    // Compiled code counts, and at one in flight it would take long to get there.
    await load('warm', 2 * measureMs, warmConcurrency);
    const before = await ask<number>(host, 'cpu');
    const measured = await load('measure', measureMs, concurrency);
    const spent = (await ask<number>(host, 'cpu')) - before;
    return { ...measured, hostCpuMicros: spent / measured.finished };
  } finally {
    await worker.end('SIGKILL');
    host.send('close');
    await once(host, 'close');
  }
}

/** The host's process: tells its gRPC port, then its CPU time whenever it is asked, until it is told to close. */
export async function serveWorkers(folder: string): Promise<void> {
  const config = configWith({
    components: [componentSpec({ name: 'builtin', type: factory.type })],
    grpc: { host: '127.0.0.1', port: 0 },
    dataDir: join(folder, 'data'),
    logLevel: 'warn',
  });
  const host = await startHost(config, { factories: [factory] });
  await serveCpu(host.grpc?.port ?? 0);
  await host.close();
  process.disconnect();
}
