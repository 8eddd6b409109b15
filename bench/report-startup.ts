import { inChild } from './child.js';
import { openHost, sequence } from './embedded.js';
import { inTemporaryFolder } from './folder.js';
import { createReport, type Report } from './report.js';
import { spread } from './statistics.js';
import { isExpected, workloads } from './workloads.js';

interface Startup {
  /** From the process's start to a host whose doors listen. */
  readonly listeningMs: number;
  /** To the answer of the first workflow, on a fresh file. */
  readonly firstResultMs: number;
  readonly rssBytes: number;
}

/** Process start to the first finished workflow, HTTP and gRPC listening. */
export async function reportStartup(rounds: number): Promise<Report> {
  const found: Startup[] = [];
  for (let round = 0; round < rounds; round += 1) {
    found.push(await inTemporaryFolder((folder) => inChild<Startup>({ task: 'startup', argument: folder })));
  }
  const line = [
    spread(found.map((one) => one.listeningMs)),
    spread(found.map((one) => one.firstResultMs)),
    spread(found.map((one) => one.rssBytes / 2 ** 20)),
  ];
  return createReport(
    `start-up, ${rounds} rounds`,
    ['listening ms', 'first result ms', 'RSS MB'],
    [line],
    found.map((one) => ({ ...one })),
  );
}

export async function startupOnce(folder: string): Promise<Startup> {
  const host = await openHost(folder, 'both');
  // The monotonic clock of a Node process starts with the process.
  const listeningMs = performance.now();
  const { hello5 } = workloads;
  const answer = await (await host.client.start(sequence, hello5?.inputs ?? [])).result();
  const firstResultMs = performance.now();
  if (!hello5 || !isExpected(hello5, answer)) throw new Error(`wrong answer: ${JSON.stringify(answer)}`);
  const rssBytes = process.memoryUsage.rss();
  await host.close();
  return { listeningMs, firstResultMs, rssBytes };
}
