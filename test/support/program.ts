import type { Action, ActivityResult, HistoryEvent, TurnResponse } from '../../core/orchestration/index.js';

/**
 * A workflow as data, so that it can be made at random and carried as an input: steps run one after the other, and what
 * a history says about them decides the next actions. It needs no SDK: a second reading of the worker's side.
 */
export type Step =
  /** `count` activities at once, then their results. */
  | { readonly kind: 'call'; readonly count: number }
  | { readonly kind: 'sleep'; readonly ms: number }
  | { readonly kind: 'wait'; readonly name: string }
  /** The event or a timer, whichever comes first. */
  | { readonly kind: 'race'; readonly name: string; readonly ms: number }
  | { readonly kind: 'child'; readonly steps: readonly Step[] }
  | { readonly kind: 'status'; readonly value: string }
  | { readonly kind: 'again'; readonly steps: readonly Step[] }
  | { readonly kind: 'fail'; readonly message: string };

export type Program = readonly Step[];

/** Name under which programs are started; the input is the program as JSON. */
export const programWorkflow = 'program';
export const programActivity = 'work';

interface Resolution {
  readonly index: number;
  readonly text: string;
}

/** What the program does after this history: a pure function, recomputed from the start every time. */
export function runProgram(history: readonly HistoryEvent[]): TurnResponse {
  const run = new ProgramRun(history);
  const steps = JSON.parse(run.input ?? '[]') as Program;
  for (const [index, step] of steps.entries()) {
    const done = run.step(step, index === steps.length - 1);
    if (!done) return run.response();
  }
  return run.complete();
}

class ProgramRun {
  readonly input: string | undefined;
  readonly #scheduled = new Set<number>();
  readonly #resolved = new Map<number, Resolution>();
  readonly #events: { readonly name: string; readonly index: number; readonly text: string; used: boolean }[] = [];
  readonly #raw: HistoryEvent[] = [];
  readonly #actions: Action[] = [];
  readonly #trace: string[] = [];
  readonly #nowMs: number;
  #nextId = 0;
  #status: string | undefined;

  constructor(history: readonly HistoryEvent[]) {
    let input: string | undefined;
    let now = 0;
    history.forEach((event, index) => {
      if (event.kind === 'workflowStarted') now = event.timestampMs;
      if (event.kind === 'executionStarted') input = event.input;
      if (event.eventId >= 0) this.#scheduled.add(event.eventId);
      if (event.kind === 'eventRaised') {
        this.#raw.push(event);
        this.#events.push({ name: event.name, index, text: event.data ?? '', used: false });
      }
      if (event.kind === 'timerFired') this.#resolved.set(event.timerId, { index, text: 'fired' });
      if (event.kind === 'taskCompleted' || event.kind === 'childWorkflowCompleted') {
        this.#resolved.set(event.taskId, { index, text: event.result ?? '' });
      }
      if (event.kind === 'taskFailed' || event.kind === 'childWorkflowFailed') {
        this.#resolved.set(event.taskId, { index, text: `failed ${event.failure?.errorType ?? ''}` });
      }
    });
    this.input = input;
    this.#nowMs = now;
  }

  /** Whether the step is over; otherwise its actions are in the response. */
  step(step: Step, last: boolean): boolean {
    switch (step.kind) {
      case 'call':
        return this.#all(
          Array.from({ length: step.count }, (_unused, index) =>
            this.#task((id) => ({ kind: 'scheduleTask', id, name: programActivity, input: String(index) })),
          ),
        );
      case 'sleep':
        return this.#all([this.#timer(step.ms)]);
      case 'wait': {
        const event = this.#take(step.name);
        if (event) this.#trace.push(event.text);
        return event !== undefined;
      }
      case 'race': {
        const timer = this.#timer(step.ms);
        const fired = this.#resolved.get(timer);
        const event = this.#peek(step.name);
        if (event && (!fired || event.index < fired.index)) event.used = true;
        if (event?.used || fired) this.#trace.push(event?.used ? event.text : 'timeout');
        return event?.used === true || fired !== undefined;
      }
      case 'child':
        return this.#all([
          this.#task((id) => ({
            kind: 'createChildWorkflow',
            id,
            name: programWorkflow,
            input: JSON.stringify(step.steps),
          })),
        ]);
      case 'status':
        this.#status = step.value;
        return true;
      case 'again': {
        if (!last) throw new Error('continue-as-new is the last step');
        const carryover = this.#raw.filter((_event, index) => !this.#events[index]?.used);
        this.#actions.push({
          kind: 'continueAsNew',
          id: this.#nextId,
          input: JSON.stringify(step.steps),
          carryover,
        });
        return false;
      }
      case 'fail':
        this.#actions.push({
          kind: 'completeWorkflow',
          id: this.#nextId,
          status: 'FAILED',
          failure: { errorType: 'ProgramError', errorMessage: step.message },
        });
        return false;
    }
  }

  response(): TurnResponse {
    return { actions: this.#actions, ...(this.#status === undefined ? {} : { customStatus: this.#status }) };
  }

  complete(): TurnResponse {
    this.#actions.push({
      kind: 'completeWorkflow',
      id: this.#nextId,
      status: 'COMPLETED',
      result: JSON.stringify(this.#trace),
    });
    return this.response();
  }

  #all(ids: readonly number[]): boolean {
    const results = ids.map((id) => this.#resolved.get(id));
    if (results.some((result) => result === undefined)) return false;
    for (const result of results) this.#trace.push(result?.text ?? '');
    return true;
  }

  #task(make: (id: number) => Action): number {
    const id = this.#nextId++;
    if (!this.#scheduled.has(id)) this.#actions.push(make(id));
    return id;
  }

  #timer(ms: number): number {
    // The clock of the turn that schedules it; once scheduled, history knows the time.
    return this.#task((id) => ({ kind: 'createTimer', id, fireAt: { ms: this.#nowMs + ms } }));
  }

  #peek(name: string): { name: string; index: number; text: string; used: boolean } | undefined {
    return this.#events.find((event) => event.name === name && !event.used);
  }

  #take(name: string): { text: string } | undefined {
    const event = this.#peek(name);
    if (event) event.used = true;
    return event;
  }
}

/** What the one activity answers. */
export function programResult(input: string | undefined): ActivityResult {
  return { kind: 'completed', result: `"done ${input ?? ''}"` };
}
