import type { ScheduleTask, TurnResponse } from './action.js';
import { assemble, type Turn } from './assemble.js';
import { advance, decide, type Committable, type DecideInput, type Decision } from './decide.js';
import type { Effect } from './effect.js';
import type { Fact } from './fact.js';
import type { HistoryEvent } from './history-event.js';
import { activityResult, type ActivityResult } from './inbox-event.js';
import { cloneState, type State } from './state.js';

/** What an inline run needs next from whoever drives it. */
export type InlineNext =
  /** Run these in place, then `ran`. */
  | { readonly kind: 'run'; readonly tasks: readonly ScheduleTask[] }
  /** Ask the worker for this turn, then `answered`. */
  | { readonly kind: 'turn'; readonly turn: Turn }
  | { readonly kind: 'done'; readonly decision: Decision };

export interface InlineBudget {
  /** Activities run in place in one commit; what is beyond is scheduled like any other. */
  readonly maxTasks: number;
}

/** Whether an answer asks for activities that may run inside the turn. */
export function asksForInline(response: TurnResponse): boolean {
  return response.actions.some((action) => action.kind === 'scheduleTask' && action.inline === true);
}

/**
 * Several steps in one commit: turn, run inline activities in place, next turn, until the workflow waits for something
 * else, ends, or the budget is used up; then everything becomes one decision. A stepper without I/O. Until the decision
 * is durable nothing of it is: a crash runs the activities again, which is what the author opted into.
 */
export class InlineRun {
  /** A copy: the real state moves only with the commit. */
  #state: State;
  readonly #taken: number;
  readonly #budget: InlineBudget;
  readonly #append: HistoryEvent[] = [];
  readonly #effects: Effect[] = [];
  #customStatus: { readonly value?: string } | undefined;
  #turn: Turn;
  #tasksRun = 0;
  /** Effects of the tasks being run in place: they leave as usual when the run has to end before their results are in. */
  #inPlace: Effect[] = [];
  #tasks: readonly ScheduleTask[] = [];

  constructor(state: State, turn: Turn, budget: InlineBudget) {
    this.#state = cloneState(state);
    this.#turn = turn;
    this.#taken = turn.taken;
    this.#budget = budget;
  }

  /** The execution as the next turn sees it: with everything decided so far. */
  get state(): State {
    return this.#state;
  }

  /** Decided and not committed yet; they follow the committed history. */
  get pending(): readonly HistoryEvent[] {
    return this.#append;
  }

  answered(response: TurnResponse, input: DecideInput): InlineNext {
    const decision = decide(this.#state, this.#turn, response, input);
    const tasks = this.#tasksWithinBudget(response);
    if (decision.kind === 'advance') {
      this.#take(decision, new Set(tasks.map((task) => task.id)));
      this.#tasks = tasks;
      return tasks.length > 0 ? { kind: 'run', tasks } : this.stop();
    }
    if (this.#append.length === 0) return { kind: 'done', decision };
    if (decision.kind !== 'newGeneration') return this.stop();
    const effects = [...this.#effects.filter((effect) => effect.kind !== 'armTimer'), ...decision.effects];
    return { kind: 'done', decision: { ...decision, taken: this.#taken, effects } };
  }

  /** Results of the tasks of the last `run`, in its order. */
  ran(results: readonly ActivityResult[], nowMs: number): InlineNext {
    const facts = this.#tasks.map((task, index): Fact => {
      const result = results[index] ?? { kind: 'completed' };
      const event = activityResult({ taskId: task.id, ...taskExecution(task) }, result, nowMs);
      return { event, generation: this.#state.generation, stamp: index };
    });
    const turn = assemble(this.#state, facts, nowMs);
    if (!turn?.dispatch) return this.stop();
    this.#turn = turn;
    return { kind: 'turn', turn };
  }

  /** Ends here with what was decided: tasks whose results were not taken in leave as ordinary activities. */
  stop(): { kind: 'done'; decision: Committable } {
    const decision: Committable = {
      kind: 'advance',
      taken: this.#taken,
      append: this.#append,
      effects: [...this.#effects, ...this.#inPlace],
      ...(this.#customStatus ? { customStatus: this.#customStatus } : {}),
    };
    return { kind: 'done', decision };
  }

  #tasksWithinBudget(response: TurnResponse): readonly ScheduleTask[] {
    const inline = response.actions.filter(
      (action): action is ScheduleTask => action.kind === 'scheduleTask' && action.inline === true,
    );
    const left = this.#budget.maxTasks - this.#tasksRun;
    this.#tasksRun += inline.length;
    return inline.length <= left ? inline : [];
  }

  #take(decision: Extract<Decision, { kind: 'advance' }>, inline: ReadonlySet<number>): void {
    const append = decision.append.map((event) =>
      event.kind === 'taskScheduled' && inline.has(event.eventId) ? { ...event, inline: true } : event,
    );
    this.#append.push(...append);
    this.#inPlace = [];
    for (const effect of decision.effects) {
      const stays = effect.kind === 'runActivity' && inline.has(effect.taskId);
      (stays ? this.#inPlace : this.#effects).push(effect);
    }
    this.#customStatus = decision.customStatus;
    this.#state = advance(this.#state, { ...decision, append });
  }
}

function taskExecution(task: ScheduleTask): { taskExecutionId?: string } {
  return task.taskExecutionId === undefined ? {} : { taskExecutionId: task.taskExecutionId };
}
