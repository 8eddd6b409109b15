import type { EnginePort, Lease } from './engine-port.js';
import type { ComponentContext } from './component-spec.js';
import { WorkflowError } from './errors.js';
import { assertNever } from './assert.js';
import { assemble, type Turn } from './orchestration/assemble.js';
import { decide, decideAlone, stall, type Committable, type DecideInput } from './orchestration/decide.js';
import type { TurnResponse } from './orchestration/action.js';
import { asksForInline } from './orchestration/inline.js';
import { runInline } from './run-inline.js';
import { turnItem } from './turn-item.js';
import type { TurnOutcome } from './worker-port.js';

/** A turn that failed this many times in a row (worker gone, answer unusable) quarantines its instance. */
export const strikesToQuarantine = 5;

/** A round of the loop for one instance. Replaced, and thereby fenced, by an urgent wake. */
interface Round {
  /** Facts came while a worker held the turn: look again afterwards. */
  again: boolean;
  /** A worker holds a turn of this round. */
  offered: boolean;
}

type Progress = 'idle' | 'parked' | 'offered';

/**
 * The one loop: load -> assemble -> replay -> decide -> commit, until an instance has nothing to do. It awaits the port
 * and the worker, and nothing else; all rules are in `core/orchestration`. One round per instance at a time.
 */
export class Driver {
  readonly #port: EnginePort;
  readonly #context: ComponentContext;
  readonly #rounds = new Map<string, Round>();
  /** Instances whose turn found no worker, by workflow name, first come first served. */
  readonly #parked = new Map<string, Set<string>>();
  /** Instances a (re)connecting worker may free. */
  readonly #stalled = new Set<string>();
  readonly #strikes = new Map<string, number>();
  readonly #newExecutionId: () => string;
  readonly #unsubscribe: () => void;
  #offering = false;
  #offerAgain = false;
  #closed = false;

  constructor(port: EnginePort, context: ComponentContext) {
    this.#port = port;
    this.#context = context;
    this.#newExecutionId = () => context.ids.executionId();
    this.#unsubscribe = context.workers.onCapacity((event) => {
      if (event.cause === 'connected') this.#retryStalled();
      this.#offerParked();
    });
  }

  /**
   * The instance has facts. `urgent` (terminate) does not wait for the worker that holds its turn: a new round begins
   * and fences the old one.
   */
  wake(instanceId: string, options: { readonly urgent?: boolean } = {}): void {
    if (this.#closed) return;
    const round = this.#rounds.get(instanceId);
    if (round && !(options.urgent && round.offered)) {
      round.again = true;
      return;
    }
    this.#begin(instanceId);
  }

  /** Forgets what is remembered about an instance: it was purged. An open turn's answer is fenced by the port. */
  forget(instanceId: string): void {
    this.#rounds.delete(instanceId);
    this.#stalled.delete(instanceId);
    this.#strikes.delete(instanceId);
    this.#unpark(instanceId);
  }

  /** Counts for health and tests. */
  get counts(): { readonly rounds: number; readonly parked: number; readonly stalled: number } {
    let parked = 0;
    for (const ids of this.#parked.values()) parked += ids.size;
    return { rounds: this.#rounds.size, parked, stalled: this.#stalled.size };
  }

  /** Begins no new turn. Answers that still come are dropped: the work is handed out again by whoever owns it next. */
  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#rounds.clear();
    this.#parked.clear();
    this.#stalled.clear();
  }

  #begin(instanceId: string): void {
    const round: Round = { again: false, offered: false };
    this.#rounds.set(instanceId, round);
    this.#unpark(instanceId);
    const progress = this.#run(instanceId, round);
    if (progress instanceof Promise) void progress;
  }

  /** Runs until the instance is idle, parked, or in a worker's hands. Synchronous as long as the port is. */
  #run(instanceId: string, round: Round): Progress | Promise<Progress> {
    try {
      for (;;) {
        if (!this.#isCurrent(instanceId, round)) return 'idle';
        round.again = false;
        const loaded = this.#port.load(instanceId);
        if (loaded instanceof Promise) return this.#runAsync(instanceId, round, loaded);
        const step = this.#step(instanceId, round, loaded);
        if (step instanceof Promise) return this.#continueAfter(instanceId, round, step);
        if (step !== 'continue') return step;
      }
    } catch (error) {
      return this.#fault(instanceId, round, error);
    }
  }

  async #runAsync(instanceId: string, round: Round, loading: Promise<Lease | undefined>): Promise<Progress> {
    try {
      const step = await this.#step(instanceId, round, await loading);
      return step === 'continue' ? await this.#run(instanceId, round) : step;
    } catch (error) {
      return this.#fault(instanceId, round, error);
    }
  }

  async #continueAfter(
    instanceId: string,
    round: Round,
    step: Progress | 'continue' | Promise<Progress | 'continue'>,
  ): Promise<Progress> {
    try {
      const progress = await step;
      return progress === 'continue' ? await this.#run(instanceId, round) : progress;
    } catch (error) {
      return this.#fault(instanceId, round, error);
    }
  }

  /** One load's worth: nothing to do, a decision without a worker, or a turn offered to one. */
  #step(
    instanceId: string,
    round: Round,
    lease: Lease | undefined,
  ): Progress | 'continue' | Promise<Progress | 'continue'> {
    if (!this.#isCurrent(instanceId, round)) return 'idle';
    const turn = lease && assemble(lease.state, lease.inbox, lease.nowMs ?? this.#context.clock.now());
    if (!lease || !turn) return this.#endRound(instanceId, round);
    for (const { fact, why } of turn.dropped) {
      this.#context.metrics.count('wfhost_facts_dropped_total', { kind: fact.event.kind, why });
    }
    if (turn.dispatch) return this.#offer(instanceId, round, lease, turn);
    return this.#commit(instanceId, round, lease, decideAlone(lease.state, turn, this.#decideInput()));
  }

  #offer(instanceId: string, round: Round, lease: Lease, turn: Turn): Progress {
    const item = turnItem(this.#context.name, lease, turn);
    const answer = this.#context.workers.turn(item);
    if (!answer) {
      this.#park(instanceId, item.workflowName);
      this.#rounds.delete(instanceId);
      return 'parked';
    }
    round.offered = true;
    void answer.then((outcome) => this.#answered(instanceId, round, lease, turn, outcome));
    return 'offered';
  }

  #answered(instanceId: string, round: Round, lease: Lease, turn: Turn, outcome: TurnOutcome): void {
    if (!this.#isCurrent(instanceId, round)) return;
    if (outcome.kind === 'answered' && asksForInline(outcome.response)) {
      void this.#answeredInline(instanceId, round, lease, turn, outcome.response);
      return;
    }
    round.offered = false;
    try {
      const decision = this.#decisionOf(instanceId, lease, turn, outcome);
      const step = decision ? this.#commit(instanceId, round, lease, decision) : 'continue';
      if (step instanceof Promise) void this.#continueAfter(instanceId, round, step);
      else if (step === 'continue') void this.#run(instanceId, round);
    } catch (error) {
      this.#fault(instanceId, round, error);
    }
  }

  /** Steps that may run inside the turn are run before anything is committed. The round stays open: a terminate fences it. */
  async #answeredInline(
    instanceId: string,
    round: Round,
    lease: Lease,
    turn: Turn,
    response: TurnResponse,
  ): Promise<void> {
    try {
      const decision = await runInline(this.#context, lease, turn, response, this.#decideInput());
      if (!this.#isCurrent(instanceId, round)) return;
      round.offered = false;
      const committable = decision.kind === 'reject' ? this.#strike(instanceId, lease, decision.reason) : decision;
      if (committable)
        await this.#continueAfter(instanceId, round, this.#commit(instanceId, round, lease, committable));
      else await this.#run(instanceId, round);
    } catch (error) {
      this.#fault(instanceId, round, error);
    }
  }

  /** `undefined`: nothing changes, hand the turn out again. */
  #decisionOf(instanceId: string, lease: Lease, turn: Turn, outcome: TurnOutcome): Committable | undefined {
    switch (outcome.kind) {
      case 'answered': {
        const decision = decide(lease.state, turn, outcome.response, this.#decideInput());
        if (decision.kind === 'reject') return this.#strike(instanceId, lease, decision.reason);
        this.#strikes.delete(instanceId);
        return decision;
      }
      case 'gone':
      case 'rejected':
        return this.#strike(instanceId, lease, outcome.reason);
      case 'stalled':
        return stall(lease.state, outcome.reason, outcome.description, this.#context.clock.now());
      default:
        return assertNever(outcome);
    }
  }

  /** Counts a failed turn; the last straw quarantines the instance, so that others are not disturbed. */
  #strike(instanceId: string, lease: Lease, reason: string): Committable | undefined {
    const strikes = (this.#strikes.get(instanceId) ?? 0) + 1;
    this.#strikes.set(instanceId, strikes);
    this.#context.logger.warn({ instanceId, strikes, reason }, 'a turn was not answered');
    if (strikes < strikesToQuarantine) return undefined;
    this.#strikes.delete(instanceId);
    const description = `its turn failed ${strikes} times in a row, last: ${reason}`;
    return stall(lease.state, 'POISONED', description, this.#context.clock.now());
  }

  #commit(
    instanceId: string,
    round: Round,
    lease: Lease,
    decision: Committable,
  ): Progress | 'continue' | Promise<Progress | 'continue'> {
    const result = this.#port.commit(lease, decision);
    if (result instanceof Promise) return result.then(() => this.#committed(instanceId, round, decision));
    return this.#committed(instanceId, round, decision);
  }

  /** Accepted or lost, what comes next is the same: look at what is there now. Only a stall waits for a worker. */
  #committed(instanceId: string, round: Round, decision: Committable): Progress | 'continue' {
    if (decision.kind !== 'stall') {
      this.#stalled.delete(instanceId);
      return 'continue';
    }
    // A poisoned instance is not offered to every worker that comes back from the crash it caused.
    if (decision.reason !== 'POISONED') this.#stalled.add(instanceId);
    if (decision.append.length > 0) {
      const { reason, description } = decision;
      this.#context.logger.warn({ instanceId, reason, description }, 'instance stalled');
    }
    if (this.#rounds.get(instanceId) === round) this.#rounds.delete(instanceId);
    return 'idle';
  }

  #endRound(instanceId: string, round: Round): Progress | 'continue' {
    if (round.again) return 'continue';
    if (this.#rounds.get(instanceId) === round) this.#rounds.delete(instanceId);
    return 'idle';
  }

  /** The port failed. Facts are where they were; the port wakes the instance when it can serve again. */
  #fault(instanceId: string, round: Round, error: unknown): Progress {
    const { code, message } = WorkflowError.from(error);
    this.#context.logger.error({ instanceId, code, err: error }, `turn could not be made: ${message}`);
    if (this.#rounds.get(instanceId) === round) this.#rounds.delete(instanceId);
    return 'idle';
  }

  #isCurrent(instanceId: string, round: Round): boolean {
    return !this.#closed && this.#rounds.get(instanceId) === round;
  }

  #decideInput(): DecideInput {
    return { nowMs: this.#context.clock.now(), newExecutionId: this.#newExecutionId };
  }

  #park(instanceId: string, workflowName: string): void {
    const ids = this.#parked.get(workflowName);
    if (ids) ids.add(instanceId);
    else this.#parked.set(workflowName, new Set([instanceId]));
  }

  #unpark(instanceId: string): void {
    for (const [name, ids] of this.#parked) {
      if (ids.delete(instanceId) && ids.size === 0) this.#parked.delete(name);
    }
  }

  #retryStalled(): void {
    const ids = [...this.#stalled];
    this.#stalled.clear();
    for (const id of ids) this.wake(id);
  }

  /** Offers parked turns, per workflow name until one is refused again. */
  #offerParked(): void {
    this.#offerAgain = true;
    if (this.#offering || this.#parked.size === 0) return;
    this.#offering = true;
    void this.#offerAll().finally(() => {
      this.#offering = false;
    });
  }

  async #offerAll(): Promise<void> {
    while (this.#offerAgain && !this.#closed) {
      this.#offerAgain = false;
      for (const [name, ids] of [...this.#parked]) await this.#offerNamed(name, ids);
    }
  }

  async #offerNamed(name: string, ids: Set<string>): Promise<void> {
    for (const instanceId of [...ids]) {
      if (!ids.has(instanceId) || this.#rounds.has(instanceId)) continue;
      const round: Round = { again: false, offered: false };
      this.#rounds.set(instanceId, round);
      // It keeps its place in the line until somebody takes it.
      if ((await this.#run(instanceId, round)) === 'parked') return;
      ids.delete(instanceId);
      if (ids.size === 0) this.#parked.delete(name);
    }
  }
}
