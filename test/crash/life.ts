import { setTimeout as pause } from 'node:timers/promises';
import type { Answer, ChangeApi, Outcome, Shown } from './api.js';
import type { Doors, HostProcess } from './host-process.js';
import { eventsOf, makeProgram, type Op } from './program.js';
import type { Random } from './random.js';

const closed = new Set(['COMPLETED', 'FAILED', 'TERMINATED', 'CANCELED']);
/** Events beyond those a program waits for: nobody may mind one too many. */
const spareEvents = 2;

/** What a client did to one instance and what it was told. The checks read it when all is over. */
export interface LifeLog {
  readonly instanceId: string;
  readonly ops: readonly Op[];
  /** How each attempt to start it ended. */
  readonly starts: string[];
  readonly raised: { readonly data: number; readonly outcome: Outcome }[];
  terminated: boolean;
  purged: boolean;
  /** What it rests in. */
  end: Shown | undefined;
  /** Promises that were broken while it lived. */
  readonly violations: string[];
}

/** One client that takes one instance from its start to its end, over any number of deaths of the host. */
export class Life {
  readonly log: LifeLog;
  readonly #host: HostProcess;
  readonly #random: Random;
  readonly #fate: 'complete' | 'terminate';
  readonly #purges: boolean;
  /** It should be there and is not: there is nothing more to do with it. */
  #isLost = false;

  constructor(instanceId: string, host: HostProcess, random: Random) {
    this.#host = host;
    this.#random = random;
    this.#fate = random.chance(0.15) ? 'terminate' : 'complete';
    this.#purges = random.chance(0.2);
    this.log = {
      instanceId,
      ops: makeProgram(random),
      starts: [],
      raised: [],
      terminated: false,
      purged: false,
      end: undefined,
      violations: [],
    };
  }

  /** Resolves when the instance rests, or `until` aborts. */
  async live(until: AbortSignal): Promise<void> {
    await this.#start(until);
    while (!until.aborted && !this.log.end && !this.#isLost) {
      await this.#act(until);
      await pause(this.#random.between(2, 30));
      await this.#look(until);
    }
    if (this.#purges && this.log.end) await this.#purge(until);
  }

  /**
   * Sometimes the start is sent twice at once: one of them wins. A refusal says that somebody else's start is there,
   * which a client may rely on like on an acknowledgement.
   */
  async #start(until: AbortSignal): Promise<void> {
    const { instanceId, ops } = this.log;
    const twice = this.#random.chance(0.2);
    let lost = false;
    while (!until.aborted) {
      // Over gRPC a start replaces a run that has ended, so that two of them may both be right.
      const doors = await this.#host.up();
      const api = twice ? doors.http : this.#pick(doors);
      const answers = await Promise.all(Array.from({ length: twice ? 2 : 1 }, () => api.start(instanceId, ops)));
      const outcomes = answers.map(({ outcome }) => outcome).toSorted();
      this.log.starts.push(outcomes.join('+'));
      const acknowledged = outcomes.filter((outcome) => outcome === 'acknowledged').length;
      if (acknowledged > 1) this.#broken('two starts of one id were acknowledged');
      lost ||= outcomes.includes('unknown');
      if (outcomes.every((outcome) => outcome === 'unknown')) continue;
      if (acknowledged === 0 && !lost) this.#broken('a fresh id was refused');
      break;
    }
    await this.#look(until);
  }

  async #act(until: AbortSignal): Promise<void> {
    const { raised, ops } = this.log;
    const draw = this.#random.next();
    if (draw < 0.1) return this.#suspendAndResume(until);
    if (draw < 0.25 && this.#fate === 'terminate') return this.#terminate(until);
    // Only an acknowledged event is sure to arrive.
    const sure = raised.filter(({ outcome }) => outcome === 'acknowledged').length;
    if (sure < eventsOf(ops) + spareEvents) await this.#raise();
  }

  /** Not repeated when its answer is lost: it may have been recorded, and a repeat is another event. */
  async #raise(): Promise<void> {
    const data = this.log.raised.length + 1;
    const { outcome, status } = await this.#pick(await this.#host.up()).raise(this.log.instanceId, data);
    this.log.raised.push({ data, outcome });
    if (outcome === 'refused') this.#broken(`a raise was refused with ${status}`);
  }

  async #suspendAndResume(until: AbortSignal): Promise<void> {
    if (!(await this.#insist(until, (doors) => this.#pick(doors).control(this.log.instanceId, 'suspend')))) return;
    const shown = await this.#look(until);
    if (shown && shown.status !== 'SUSPENDED' && !closed.has(shown.status)) {
      this.#broken(`${shown.status} after an acknowledged suspend`);
    }
    await pause(this.#random.between(1, 60));
    await this.#insist(until, (doors) => this.#pick(doors).control(this.log.instanceId, 'resume'));
  }

  async #terminate(until: AbortSignal): Promise<void> {
    this.log.terminated = true;
    if (!(await this.#insist(until, (doors) => this.#pick(doors).control(this.log.instanceId, 'terminate')))) return;
    const shown = await this.#look(until);
    if (shown && !closed.has(shown.status)) this.#broken(`${shown.status} after an acknowledged terminate`);
  }

  async #purge(until: AbortSignal): Promise<void> {
    let lost = false;
    while (!until.aborted) {
      const { outcome, status } = await (await this.#host.up()).http.purge(this.log.instanceId);
      if (outcome === 'acknowledged' || (outcome === 'refused' && status === 404 && lost)) {
        this.log.purged = true;
        break;
      }
      // A child of a terminated instance may still be about to end.
      if (outcome === 'refused' && status !== 409) {
        this.#broken(`a purge was refused with ${status}`);
        return;
      }
      lost ||= outcome === 'unknown';
      await pause(5);
    }
    const shown = await this.#insist(until, ({ http }) => http.get(this.log.instanceId));
    if (shown && shown.status !== 404) this.#broken(`${shown.status} after an acknowledged purge`);
  }

  /** Reads the instance. Everything acknowledged must show: it is there, and what has ended stays as it ended. */
  async #look(until: AbortSignal): Promise<Shown | undefined> {
    const answer = await this.#insist(until, ({ http }) => http.get(this.log.instanceId));
    if (!answer) return undefined;
    if (answer.outcome !== 'acknowledged') {
      this.#broken(`a read of a started instance answered ${answer.status}`);
      this.#isLost = true;
      return undefined;
    }
    const shown = answer.body as Shown;
    if (closed.has(shown.status)) this.log.end ??= shown;
    return shown;
  }

  /** Repeats a call that may be repeated until it is answered. `undefined`: time is over. */
  async #insist(until: AbortSignal, call: (doors: Doors) => Promise<Answer>): Promise<Answer | undefined> {
    while (!until.aborted) {
      const answer = await call(await this.#host.up());
      if (answer.outcome !== 'unknown') return answer;
      if (answer.status === 500) this.#broken(`the host answered 500: ${JSON.stringify(answer.body)}`);
      // The process is gone, or about to be noticed as gone.
      await pause(5);
    }
    return undefined;
  }

  #pick({ http, grpc }: Doors): ChangeApi {
    return this.#random.chance(0.4) ? grpc : http;
  }

  /** Once is enough: the same promise may be seen broken at every look. */
  #broken(what: string): void {
    const violation = `${this.log.instanceId}: ${what} (starts: ${this.log.starts.join(', ')})`;
    if (!this.log.violations.includes(violation)) this.log.violations.push(violation);
  }
}
