import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkAtRest, totalsOf, type Totals } from './checks.js';
import { HostProcess, type WorkerPlace } from './host-process.js';
import { Load } from './load.js';
import { Random } from './random.js';
import { Victim } from './victim.js';
import { readWorkLog } from './work-log.js';

export interface CrashPlan {
  readonly seed: number;
  /** How often the host dies. */
  readonly cycles: number;
  /** Instances that live at a time. */
  readonly lanes: number;
  readonly workers: WorkerPlace;
  /** This harness in the build: processes are started from there. */
  readonly builtFolder: string;
}

export interface CrashResult {
  /** Data and logs, for whoever has to find out. */
  readonly folder: string;
  readonly violations: readonly string[];
  readonly totals: Totals;
  readonly kills: number;
  readonly drains: number;
  readonly startsMs: readonly number[];
}

/** One death in this many is a SIGTERM, which drains. */
const drainEvery = 8;

/** A worker elsewhere has to find the host again before anything happens. */
const longestLifeMs = { embedded: 400, remote: 2_000 } as const satisfies Record<WorkerPlace, number>;

/** Lets a host die under load, again and again, and then holds what it shows against what it promised. */
export async function runCrashes(plan: CrashPlan): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-crash-'));
  const random = new Random(plan.seed);
  const grpcPort = await freePort();
  const host = new HostProcess(plan.builtFolder, folder, plan.workers, grpcPort);
  const workerEntry = join(plan.builtFolder, 'worker-child.js');
  const worker = new Victim(workerEntry, [folder, String(grpcPort)], join(folder, 'worker.log'));
  const load = new Load(host, random.fork(), plan.lanes);
  await host.start();
  if (plan.workers === 'remote') await worker.start();
  try {
    load.begin();
    const kills = await killAgainAndAgain(plan, random, host, worker);
    const lives = await load.rest();
    const work = readWorkLog(join(folder, 'work.log'));
    const violations = await checkAtRest((await host.up()).http, lives, work, kills.all);
    const drains = plan.cycles - kills.host;
    return { folder, violations, totals: totalsOf(lives, work), kills: kills.all, drains, startsMs: host.startsMs };
  } finally {
    await load.rest();
    await worker.end('SIGTERM');
    await host.end('SIGTERM');
  }
}

async function killAgainAndAgain(
  plan: CrashPlan,
  random: Random,
  host: HostProcess,
  worker: Victim,
): Promise<{ readonly host: number; readonly all: number }> {
  let hostKills = 0;
  let workerKills = 0;
  for (let cycle = 1; cycle <= plan.cycles; cycle += 1) {
    await pause(random.between(5, longestLifeMs[plan.workers]));
    if (plan.workers === 'remote' && random.chance(0.5)) {
      workerKills += 1;
      await worker.end('SIGKILL');
      await worker.start();
    }
    const drains = cycle % drainEvery === 0;
    if (!drains) hostKills += 1;
    await host.end(drains ? 'SIGTERM' : 'SIGKILL');
    await host.start();
  }
  return { host: hostKills, all: hostKills + workerKills };
}

/** A port nobody has at the moment: workers come back to the same one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
