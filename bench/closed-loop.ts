import type { Contender } from './contender.js';
import { contenders } from './contenders.js';
import { inTemporaryFolder } from './folder.js';
import { quantile } from './statistics.js';
import { isExpected, workloads, type Workload } from './workloads.js';

export interface LoopRequest {
  readonly engine: string;
  readonly workload: string;
  /** Instances in flight. */
  readonly concurrency: number;
  readonly warmupMs: number;
  readonly measureMs: number;
}

export interface LoopResult {
  readonly engine: string;
  readonly finished: number;
  readonly perSecond: number;
  /** From the start call to the answer in the caller's hand. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** User and system time of the whole process per workflow. */
  readonly cpuMicros: number;
  /** Transactions made durable, warm-up included. */
  readonly commitsPerWorkflow: number;
  readonly rssBytes: number;
}

/** Keeps `concurrency` workflows in flight: a new one starts when one has answered. Throws on the first wrong answer. */
export async function measureLoop(request: LoopRequest): Promise<LoopResult> {
  const workload = workloads[request.workload];
  const open = await contenders[request.engine]?.();
  if (!workload || !open) throw new Error(`unknown engine "${request.engine}" or workload "${request.workload}"`);
  return inTemporaryFolder(async (folder) => {
    const contender = await open(folder, workload);
    let measured: Measured;
    let warmedUp: number;
    try {
      warmedUp = (await loop(contender, workload, request.concurrency, request.warmupMs, 'warm')).length;
      measured = await measure(contender, workload, request);
    } catch (error) {
      await contender.close();
      throw error;
    }
    const { commits } = await contender.close();
    return { engine: request.engine, ...measured, commitsPerWorkflow: commits / (warmedUp + measured.finished) };
  });
}

type Measured = Omit<LoopResult, 'engine' | 'commitsPerWorkflow'>;

async function measure(contender: Contender, workload: Workload, request: LoopRequest): Promise<Measured> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const latencies = await loop(contender, workload, request.concurrency, request.measureMs, 'measure');
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const finished = latencies.length;
  return {
    finished,
    perSecond: finished / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    cpuMicros: (user + system) / finished,
    rssBytes: process.memoryUsage.rss(),
  };
}

/** Latencies in ms of everything that finished. */
async function loop(
  contender: Contender,
  workload: Workload,
  concurrency: number,
  durationMs: number,
  prefix: string,
): Promise<number[]> {
  const latencies: number[] = [];
  const until = performance.now() + durationMs;
  let started = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const begin = performance.now();
      const answer = await contender.run(`${prefix}-${started++}`);
      if (!isExpected(workload, answer)) throw new Error(`wrong answer: ${JSON.stringify(answer)}`);
      latencies.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return latencies;
}
