import { join } from 'node:path';
import { openReadOnly } from '../components/builtin/store/sqlite-driver.js';
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
  const close = async (): Promise<{ commits: number }> => {
    await host.close();
    return { commits: lastGroup(join(folder, 'data', 'wfhost.db')) };
  };
  return { run: start, close };
}

/** Groups are numbered from one, and each is one transaction: the newest number is how many there were. */
function lastGroup(path: string): number {
  const database = openReadOnly(path);
  const numbers = 'SELECT lsn FROM log UNION ALL SELECT lsn FROM instance';
  const last = database?.prepare(`SELECT max(lsn) AS last FROM (${numbers})`).get()?.['last'];
  database?.close();
  return Number(last);
}
