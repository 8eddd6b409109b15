import type { Contender } from './contender.js';
import { openHost, parallel, sequence } from './embedded.js';
import type { Workload } from './workloads.js';

/** The built-in engine through the SDK's own client, in process, as a program that embeds the host uses it. */
export async function openBuiltin(folder: string, workload: Workload): Promise<Contender> {
  const host = await openHost(folder);
  const { inputs } = workload;
  const start = async (id: string): Promise<unknown> => {
    if (workload.shape === 'parallel') return (await host.client.start(parallel, inputs, { id })).result();
    return (await host.client.start(sequence, inputs, { id })).result();
  };
  return { run: start, close: () => host.close() };
}
