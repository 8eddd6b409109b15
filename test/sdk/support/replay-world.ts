import type { TurnItem } from '../../../core/index.js';
import * as model from '../../../core/orchestration/index.js';
import { Execution } from '../../../core/orchestration/replay/index.js';
import type { AnyWorkflow } from '../../../sdk/authoring/definitions.js';
import { silentLogger } from '../../../sdk/worker/logger.js';
import { Registry } from '../../../sdk/worker/registry.js';
import { nodeScheduling } from '../../../sdk/worker/scheduling.js';
import { catchUp, type Warm } from '../../../sdk/worker/sticky.js';

/** One thing that is under way outside the workflow, and will come back as a fact. */
export interface Outstanding {
  readonly id: number;
  readonly kind: 'activity' | 'timer' | 'child';
  readonly name: string;
  readonly input?: string;
}

export interface WorldOptions {
  /** Which of `open` comes back next: an index. Default: the first one. */
  readonly pick?: (open: readonly Outstanding[]) => number;
  /** What an activity or a child gives; a thrown error is its failure. Default: its input. */
  readonly perform?: (what: Outstanding) => unknown;
  /** How many facts go into one turn. */
  readonly batch?: number;
  /** Raised before the fact of this number (0-based) comes back. */
  readonly raise?: readonly { readonly before: number; readonly name: string; readonly data?: unknown }[];
  readonly input?: unknown;
}

/** How often and with what a turn was answered. */
export interface Answered {
  readonly past: readonly model.HistoryEvent[];
  readonly fresh: readonly model.HistoryEvent[];
  readonly response: model.TurnResponse;
}

const startedAtMs = Date.UTC(2030, 0, 1);

/**
 * An engine for one instance, made of the pure arrows alone: nothing but `assemble`, a replay, `decide`, `advance`. Time
 * jumps to whatever is due.
 */
export class ReplayWorld {
  readonly registry: Registry;
  readonly answered: Answered[] = [];
  readonly actions: model.Action[] = [];
  history: model.HistoryEvent[] = [];
  state = model.createState('wf-1');
  inbox: model.Fact[] = [];
  nowMs = startedAtMs;
  readonly open: (Outstanding & { readonly atMs: number })[] = [];
  readonly #options: WorldOptions;
  #stamp = 0;
  #generation = 0;
  #warm: Warm | undefined;
  #comeBack = 0;
  readonly #raises: NonNullable<WorldOptions['raise']>[number][];

  constructor(workflows: readonly AnyWorkflow[], options: WorldOptions = {}) {
    this.registry = new Registry(workflows, [], silentLogger);
    this.#options = options;
    this.#raises = [...(options.raise ?? [])];
    const name = workflows[0]?.name ?? '';
    const input = options.input === undefined ? {} : { input: JSON.stringify(options.input) };
    this.post(
      model.executionStarted({
        timestampMs: this.nowMs,
        name,
        instanceId: 'wf-1',
        executionId: executionId(0),
        generation: 0,
        ...input,
      }),
    );
  }

  post(event: model.Fact['event'], generation = model.anyGeneration): void {
    this.#stamp += 1;
    this.inbox.push({ event, generation, stamp: this.#stamp });
  }

  get status(): string {
    return model.statusOf(this.state, this.inbox);
  }

  /** Until it ends, stalls, or waits for something nobody has started. */
  async run(): Promise<this> {
    for (let turn = 0; turn < 20_000 && !this.state.closed; turn += 1) {
      this.#comesBack();
      if (this.inbox.length === 0) return this;
      if (await this.turn()) continue;
      return this;
    }
    return this;
  }

  /** One turn with what is in the inbox. False: it could not be made. */
  async turn(): Promise<boolean> {
    const turn = model.assemble(this.state, this.inbox, this.nowMs);
    if (!turn) return false;
    const input = { nowMs: this.nowMs, newExecutionId: () => executionId(this.#generation + 1) };
    if (!turn.dispatch) {
      this.#commit(model.decideAlone(this.state, turn, input));
      return true;
    }
    const response = await this.#ask(this.itemOf(turn));
    const decision = model.decide(this.state, turn, response, input);
    if (decision.kind === 'reject') throw new Error(decision.reason);
    this.#commit(decision);
    return decision.kind !== 'stall';
  }

  itemOf(turn: model.Turn): TurnItem {
    const pastCount = this.state.unseenFrom ?? this.state.eventCount;
    return {
      component: 'world',
      instanceId: 'wf-1',
      executionId: executionId(this.#generation),
      generation: this.#generation,
      workflowName: this.state.started?.name ?? '',
      leaseToken: 'token',
      pastCount,
      newEvents: [...this.history.slice(pastCount), ...turn.events],
      past: (from) => this.history.slice(from, pastCount),
    };
  }

  async #ask(item: TurnItem): Promise<model.TurnResponse> {
    const since = this.#warm && catchUp(this.#warm, item);
    if (this.#warm && item.pastCount > 0 && !since) throw new Error('the warm execution does not fit its own history');
    const execution = (since && this.#warm?.execution) || this.newExecution();
    const response = await execution.turn(since ?? [], item.newEvents);
    this.#warm = { execution, pastCount: item.pastCount, fresh: item.newEvents, isBusy: false, bytes: 0 };
    this.answered.push({ past: item.past(0), fresh: item.newEvents, response });
    this.actions.push(...response.actions);
    return response;
  }

  newExecution(): Execution {
    return new Execution(this.registry.find, nodeScheduling);
  }

  #commit(decision: model.Committable): void {
    const { effects } = { effects: [], ...decision };
    this.state = model.advance(this.state, decision);
    if (decision.kind === 'stall') {
      this.history.push(...decision.append);
      return;
    }
    this.inbox = this.inbox.slice(decision.taken);
    if (decision.kind === 'newGeneration') {
      this.#generation += 1;
      this.#warm = undefined;
      this.history = [];
      this.open.length = 0;
      this.inbox.unshift(...decision.carry);
    } else this.history.push(...decision.append);
    for (const effect of effects) this.#release(effect);
  }

  #release(effect: model.Effect): void {
    if (effect.kind === 'runActivity') {
      const { taskId: id, name, input } = effect;
      this.open.push({ id, kind: 'activity', name, atMs: this.nowMs, ...(input === undefined ? {} : { input }) });
    } else if (effect.kind === 'armTimer') {
      this.open.push({ id: effect.timerId, kind: 'timer', name: 'timer', atMs: effect.fireAt.ms });
    } else if (effect.kind === 'startChild') {
      const { name, input } = effect.start;
      this.open.push({
        id: effect.taskId,
        kind: 'child',
        name,
        atMs: this.nowMs,
        ...(input === undefined ? {} : { input }),
      });
    }
  }

  /** Puts the next facts into the inbox. */
  #comesBack(): void {
    const { batch = 1, pick = () => 0 } = this.#options;
    for (let count = 0; count < batch; count += 1) {
      for (let next = this.#raises[0]; next && next.before <= this.#comeBack; next = this.#raises[0]) {
        this.#raises.shift();
        const data = next.data === undefined ? undefined : JSON.stringify(next.data);
        this.post(model.eventRaised(next.name, data, this.nowMs));
      }
      const due = this.open.toSorted((one, other) => Number(one.kind === 'timer') - Number(other.kind === 'timer'));
      const next = due[pick(due)];
      if (!next) return;
      this.#comeBack += 1;
      this.open.splice(this.open.indexOf(next), 1);
      this.nowMs = Math.max(this.nowMs, next.atMs) + 1;
      this.post(this.#outcomeOf(next), this.#generation);
    }
  }

  #outcomeOf(what: Outstanding & { readonly atMs: number }): model.Fact['event'] {
    const base = { eventId: -1, timestampMs: this.nowMs };
    if (what.kind === 'timer') return { kind: 'timerFired', ...base, timerId: what.id, fireAt: { ms: what.atMs } };
    const [completed, failed] =
      what.kind === 'activity'
        ? (['taskCompleted', 'taskFailed'] as const)
        : (['childWorkflowCompleted', 'childWorkflowFailed'] as const);
    try {
      const perform = this.#options.perform ?? (({ input }) => (input === undefined ? undefined : JSON.parse(input)));
      const result = JSON.stringify(perform(what));
      return { kind: completed, ...base, taskId: what.id, ...(result === undefined ? {} : { result }) };
    } catch (error) {
      return { kind: failed, ...base, taskId: what.id, failure: nodeScheduling.failureOf(error) };
    }
  }
}

function executionId(generation: number): string {
  return generation.toString(16).padStart(32, '0');
}
