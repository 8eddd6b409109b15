import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { checkAtRest, totalsOf, type Totals } from './checks.js';
import { HostProcess } from './host-process.js';
import { Life } from './life.js';
import { Random } from './random.js';
import { readWorkLog } from './work-log.js';

export interface CrashPlan {
  readonly seed: number;
  /** How often the host dies. */
  readonly cycles: number;
  /** Instances that live at a time. */
  readonly lanes: number;
  /** The built `host-child.js`. */
  readonly entry: string;
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

/** After the last death everything that can run must have run to its end within this time. */
const restMs = 60_000;
/** One death in this many is a SIGTERM, which drains. */
const drainEvery = 8;

/** Lets a host die under load, again and again, and then holds what it shows against what it promised. */
export async function runCrashes(plan: CrashPlan): Promise<CrashResult> {
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-crash-'));
  const random = new Random(plan.seed);
  const host = new HostProcess(plan.entry, folder);
  const load = new Load(host, random.fork(), plan.lanes);
  await host.start();
  let kills = 0;
  try {
    load.begin();
    for (let cycle = 1; cycle <= plan.cycles; cycle += 1) {
      await pause(random.between(5, 400));
      if (cycle % drainEvery === 0) await host.stop();
      else {
        kills += 1;
        await host.kill();
      }
      await host.start();
    }
    const lives = await load.rest();
    const work = readWorkLog(join(folder, 'work.log'));
    const violations = await checkAtRest((await host.up()).http, lives, work, kills);
    return {
      folder,
      violations,
      totals: totalsOf(lives, work),
      kills,
      drains: plan.cycles - kills,
      startsMs: host.startsMs,
    };
  } finally {
    await load.rest();
    await host.stop();
  }
}

/** A fixed number of lanes, each taking one instance after the other from start to end. */
class Load {
  readonly #host: HostProcess;
  readonly #random: Random;
  readonly #lanes: number;
  readonly #lives: Life[] = [];
  readonly #give = new AbortController();
  #running: Promise<void>[] = [];
  #resting: Promise<Life['log'][]> | undefined;
  #begins = true;

  constructor(host: HostProcess, random: Random, lanes: number) {
    this.#host = host;
    this.#random = random;
    this.#lanes = lanes;
  }

  begin(): void {
    this.#running = Array.from({ length: this.#lanes }, (_, lane) => this.#lane(lane));
  }

  /** Begins no new instance and waits until those that live have ended, or their time is over. */
  rest(): Promise<Life['log'][]> {
    this.#resting ??= this.#rest();
    return this.#resting;
  }

  async #rest(): Promise<Life['log'][]> {
    this.#begins = false;
    const patience = setTimeout(() => this.#give.abort(), restMs);
    await Promise.all(this.#running);
    clearTimeout(patience);
    return this.#lives.map((life) => life.log);
  }

  async #lane(lane: number): Promise<void> {
    let count = 0;
    while (this.#begins) {
      const life = new Life(`life-${lane}-${count++}`, this.#host, this.#random.fork());
      this.#lives.push(life);
      await life.live(this.#give.signal);
    }
  }
}
