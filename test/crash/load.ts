import type { HostProcess } from './host-process.js';
import { Life, type LifeLog } from './life.js';
import type { Random } from './random.js';

/** After the last death everything that can run must have run to its end within this time. */
const restMs = 60_000;

/** A fixed number of lanes, each taking one instance after the other from start to end. */
export class Load {
  readonly #host: HostProcess;
  readonly #random: Random;
  readonly #lanes: number;
  readonly #lives: Life[] = [];
  readonly #patience = new AbortController();
  #running: Promise<void>[] = [];
  #resting: Promise<LifeLog[]> | undefined;
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
  rest(): Promise<LifeLog[]> {
    this.#resting ??= this.#rest();
    return this.#resting;
  }

  async #rest(): Promise<LifeLog[]> {
    this.#begins = false;
    const patience = setTimeout(() => this.#patience.abort(), restMs);
    await Promise.all(this.#running);
    clearTimeout(patience);
    return this.#lives.map((life) => life.log);
  }

  async #lane(lane: number): Promise<void> {
    let count = 0;
    while (this.#begins) {
      const life = new Life(`life-${lane}-${count++}`, this.#host, this.#random.fork());
      this.#lives.push(life);
      await life.live(this.#patience.signal);
    }
  }
}
