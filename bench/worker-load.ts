import { taskHubWire, type Message, type WireClient } from '../conformance/wire/client.js';
import { quantile } from './statistics.js';
import { isExpected, workloads } from './workloads.js';

export interface WorkerLoadRequest {
  readonly port: number;
  readonly workload: string;
  /** Instances in flight. */
  readonly concurrency: number;
  readonly durationMs: number;
  /** Ids begin with it. */
  readonly prefix: string;
}

export interface WorkerLoad {
  readonly finished: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Starts and awaits workflows over TaskHub from a process of its own, as an app's client does. Every answer is checked. */
export async function measureWorkerLoad(request: WorkerLoadRequest): Promise<WorkerLoad> {
  const workload = workloads[request.workload];
  if (!workload) throw new Error(`unknown workload "${request.workload}"`);
  const name = workload.shape === 'parallel' ? 'FanOut' : 'Greetings';
  const input = workload.shape === 'parallel' ? workload.inputs.length : workload.inputs;
  const sum = (workload.inputs.length * (workload.inputs.length + 3)) / 2;
  const wire = taskHubWire({ address: `127.0.0.1:${request.port}` });
  const latencies: number[] = [];
  const began = performance.now();
  let started = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - began < request.durationMs) {
      const begin = performance.now();
      const answer = await runOne(wire, `${request.prefix}-${started++}`, name, input);
      const isRight = workload.shape === 'parallel' ? answer === sum : isExpected(workload, answer);
      if (!isRight) throw new Error(`wrong answer: ${JSON.stringify(answer)}`);
      latencies.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: request.concurrency }, lane));
  const seconds = (performance.now() - began) / 1_000;
  wire.close();
  return {
    finished: latencies.length,
    perSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

async function runOne(wire: WireClient, instanceId: string, name: string, input: unknown): Promise<unknown> {
  await wire.call('StartInstance', { instanceId, name, input: { value: JSON.stringify(input) } });
  const answer = await wire.call('WaitForInstanceCompletion', { instanceId, getInputsAndOutputs: true });
  const { output } = answer['workflowState'] as { readonly output?: Message };
  return JSON.parse((output?.['value'] ?? 'null') as string) as unknown;
}
