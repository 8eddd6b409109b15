import type { Action, FailureDetails, HistoryEvent, TurnResponse } from '../../core/orchestration/index.js';
import type { Program, Step } from './step.js';
import { echoActivity, type WorkRequest } from './work.js';

export type { Program, Step } from './step.js';

/** Names of the suite's workflows and of the activity that most programs call. */
export const programWorkflow = 'program';
/** How the absence of a result or of data reads in a trace. */
export const absentText = '(absent)';

/** Answers with its input, verbatim; without input, without output. */
export const echoWorkflow = 'echo';
export const workActivity = 'work';

/** What a worker's code knows: changing it is what a deployment does. */
export interface WorkerCode {
  readonly patches: ReadonlySet<string>;
  /** Oldest first. */
  readonly versions: ReadonlySet<string>;
}

export const plainCode: WorkerCode = { patches: new Set(), versions: new Set() };

/** What the workflow does after this history: a pure function, computed from the start every time. */
export function runProgram(history: readonly HistoryEvent[], code: WorkerCode = plainCode): TurnResponse {
  const run = new ProgramRun(history, code);
  if (run.workflowName === echoWorkflow) return run.complete(run.input);
  for (const step of parse(run.input)) if (!run.step(step)) return run.response();
  return run.complete(run.trace);
}

function parse(input: string | undefined): Program {
  const parsed: unknown = JSON.parse(input ?? '[]');
  return Array.isArray(parsed) ? (parsed as Program) : [];
}

interface Resolution {
  readonly index: number;
  readonly text: string;
  readonly failure?: FailureDetails;
}

interface RaisedEvent {
  readonly event: HistoryEvent;
  readonly name: string;
  readonly index: number;
  readonly text: string;
  used: boolean;
}

class ProgramRun {
  input: string | undefined;
  workflowName = '';
  readonly #code: WorkerCode;
  readonly #scheduled = new Map<number, HistoryEvent>();
  readonly #resolved = new Map<number, Resolution>();
  readonly #raised: RaisedEvent[] = [];
  readonly #actions: Action[] = [];
  readonly #trace: string[] = [];
  readonly #historyPatches = new Set<string>();
  readonly #patches: string[] = [];
  readonly #nowMs: number;
  readonly #turnStart: number;
  /** Index of the latest event that a step was waiting for. */
  #reached = 0;
  #pinned: string | undefined;
  #reported: string | undefined;
  #nextId = 0;
  #status: string | undefined;

  constructor(history: readonly HistoryEvent[], code: WorkerCode) {
    this.#code = code;
    let now = 0;
    let turns = 0;
    let turnStart = 0;
    history.forEach((event, index) => {
      this.#read(event, index);
      if (event.kind !== 'workflowStarted') return;
      now = event.timestampMs;
      turnStart = index;
      turns += 1;
    });
    this.#nowMs = now;
    this.#turnStart = turns <= 1 ? 0 : turnStart;
  }

  #read(event: HistoryEvent, index: number): void {
    if (event.eventId >= 0) this.#scheduled.set(event.eventId, event);
    switch (event.kind) {
      case 'workflowStarted':
        for (const patch of event.version?.patches ?? []) this.#historyPatches.add(patch);
        this.#pinned ??= event.version?.name;
        return;
      case 'executionStarted':
        this.input = event.input;
        this.workflowName = event.name;
        return;
      case 'eventRaised':
        this.#raised.push({ event, name: event.name, index, text: event.data ?? absentText, used: false });
        return;
      case 'timerFired':
        this.#resolved.set(event.timerId, { index, text: 'fired' });
        return;
      case 'taskCompleted':
      case 'childWorkflowCompleted':
        this.#resolved.set(event.taskId, { index, text: event.result ?? absentText });
        return;
      case 'taskFailed':
      case 'childWorkflowFailed': {
        const { failure } = event;
        this.#resolved.set(event.taskId, { index, text: failedText(failure), failure: failure ?? noDetails });
        return;
      }
      default:
    }
  }

  get trace(): string {
    return JSON.stringify(this.#trace);
  }

  response(): TurnResponse {
    return {
      actions: this.#actions,
      ...(this.#status === undefined ? {} : { customStatus: this.#status }),
      version: { patches: this.#patches, ...(this.#reported === undefined ? {} : { name: this.#reported }) },
    };
  }

  complete(result: string | undefined): TurnResponse {
    this.#actions.push({
      kind: 'completeWorkflow',
      id: this.#nextId,
      status: 'COMPLETED',
      ...(result === undefined ? {} : { result }),
    });
    return this.response();
  }

  /** Whether the step is over; otherwise its actions are in the response. */
  step(step: Step): boolean {
    switch (step.kind) {
      case 'call':
        return this.#all(Array.from({ length: step.count }, (_unused, index) => this.#work({ echo: index })));
      case 'work':
        return this.#all(
          step.requests.map((request) => this.#work(request)),
          step.forget,
        );
      case 'echo':
        return this.#all([this.#echo(step)]);
      case 'any':
        return this.#any(step.requests.map((request) => this.#work(request)));
      case 'retry':
        return this.#retry(step);
      case 'sleep':
        return this.#all([this.#timer({ ms: this.#nowMs + step.ms })]);
      case 'sleepUntil':
        return this.#all([
          this.#timer({ ms: step.atMs, ...(step.subNanos === undefined ? {} : { subNanos: step.subNanos }) }),
        ]);
      case 'timers':
        return this.#timers(step.ms);
      case 'wait':
        return this.#take(step.name);
      case 'race':
        return this.#race(step.name, step.ms);
      case 'child':
        return this.#child(step);
      case 'detached':
        this.#task((id) => ({
          kind: 'createDetachedWorkflow',
          id,
          instanceId: step.id,
          name: programWorkflow,
          input: JSON.stringify(step.steps),
        }));
        return true;
      case 'send': {
        const data = step.data === undefined ? {} : { data: step.data };
        this.#task((id) => ({ kind: 'sendEvent', id, instanceId: step.to, name: step.name, ...data }));
        return true;
      }
      case 'saga':
        return this.#saga(step.parts);
      case 'status':
        this.#status = step.value;
        return true;
      case 'patch':
        return this.#patch(step.name);
      case 'version':
        return this.#version(step.name);
      case 'again':
        return this.#again(step);
      case 'fail':
        return this.#fail(step.failure ?? { errorType: 'ProgramError', errorMessage: step.message }, step.result);
    }
  }

  #all(ids: readonly number[], forget = false): boolean {
    if (forget) return true;
    const results = ids.map((id) => this.#resolved.get(id));
    if (results.some((result) => result === undefined)) return false;
    for (const result of results) this.#reach(result?.index ?? 0, result?.text ?? '');
    return true;
  }

  #any(ids: readonly number[]): boolean {
    const [first] = ids.flatMap((id) => this.#resolved.get(id) ?? []).sort((a, b) => a.index - b.index);
    if (first) this.#reach(first.index, first.text);
    return first !== undefined;
  }

  #retry(step: Extract<Step, { kind: 'retry' }>): boolean {
    let delayMs = step.delayMs;
    const taskExecutionId = `retry-${this.#nextId}`;
    for (let attempt = 1; ; attempt += 1) {
      const id = this.#work({ ...step.request, attempt }, taskExecutionId);
      const result = this.#resolved.get(id);
      if (!result) return false;
      if (!result.failure || attempt === step.attempts || result.failure.nonRetriable) {
        this.#reach(result.index, result.text);
        return true;
      }
      const timer = this.#timer({ ms: this.#nowMs + delayMs });
      if (!this.#resolved.has(timer)) return false;
      delayMs *= step.backoff ?? 1;
    }
  }

  #timers(delaysMs: readonly number[]): boolean {
    const timers = delaysMs.map((ms) => ({ ms, id: this.#timer({ ms: this.#nowMs + ms }) }));
    const fired = timers.flatMap(({ ms, id }) => {
      const result = this.#resolved.get(id);
      return result ? [{ ms, index: result.index }] : [];
    });
    if (fired.length < timers.length) return false;
    for (const { ms, index } of fired.sort((a, b) => a.index - b.index)) this.#reach(index, String(ms));
    return true;
  }

  #race(name: string, ms: number): boolean {
    const timer = this.#resolved.get(this.#timer({ ms: this.#nowMs + ms }));
    const event = this.#waiting(name);
    if (event && (!timer || event.index < timer.index)) {
      event.used = true;
      this.#reach(event.index, event.text);
      return true;
    }
    if (timer) this.#reach(timer.index, 'timeout');
    return timer !== undefined;
  }

  #child(step: Extract<Step, { kind: 'child' }>): boolean {
    const id = this.#task((taskId) => ({
      kind: 'createChildWorkflow',
      id: taskId,
      name: programWorkflow,
      input: JSON.stringify(step.steps),
      ...(step.id === undefined ? {} : { instanceId: step.id }),
    }));
    return this.#all([id], step.forget);
  }

  #echo({ by, text }: Extract<Step, { kind: 'echo' }>): number {
    const input = text === undefined ? {} : { input: text };
    return this.#task((id) =>
      by === 'activity'
        ? { kind: 'scheduleTask', id, name: echoActivity, ...input }
        : { kind: 'createChildWorkflow', id, name: echoWorkflow, ...input },
    );
  }

  #saga(parts: Extract<Step, { kind: 'saga' }>['parts']): boolean {
    const done: WorkRequest[] = [];
    for (const { run, undo } of parts) {
      const result = this.#resolved.get(this.#work(run));
      if (!result) return false;
      if (result.failure) return this.#undo(done, result.failure);
      this.#reach(result.index, result.text);
      done.unshift(undo);
    }
    return true;
  }

  #undo(undos: readonly WorkRequest[], cause: FailureDetails): boolean {
    for (const undo of undos) if (!this.#resolved.has(this.#work(undo))) return false;
    return this.#fail({ errorType: 'SagaFailed', errorMessage: this.trace, inner: cause });
  }

  /** Recorded: yes. New code on a path that never ran: yes, and reported. Old history without it: no. */
  #patch(name: string): boolean {
    const fresh = this.#reached >= this.#turnStart;
    const has = this.#code.patches.has(name) && (fresh || this.#historyPatches.has(name));
    if (has) this.#patches.push(name);
    this.#trace.push(`${name} ${has}`);
    return true;
  }

  #version(name = [...this.#code.versions].at(-1) ?? ''): boolean {
    const wanted = this.#pinned ?? name;
    if (!this.#code.versions.has(wanted)) {
      this.#actions.push({ kind: 'versionNotAvailable', id: this.#nextId });
      return false;
    }
    this.#reported = wanted;
    this.#trace.push(wanted);
    return true;
  }

  #again(step: Extract<Step, { kind: 'again' }>): boolean {
    const carryover = step.dropEvents ? [] : this.#raised.filter((one) => !one.used).map((one) => one.event);
    this.#actions.push({ kind: 'continueAsNew', id: this.#nextId, input: JSON.stringify(step.steps), carryover });
    return false;
  }

  #fail(failure: FailureDetails, given?: string): boolean {
    const result = given === undefined ? {} : { result: given };
    this.#actions.push({ kind: 'completeWorkflow', id: this.#nextId, status: 'FAILED', failure, ...result });
    return false;
  }

  #work(request: WorkRequest, taskExecutionId?: string): number {
    const identity = taskExecutionId === undefined ? {} : { taskExecutionId };
    const input = JSON.stringify(request);
    return this.#task((id) => ({ kind: 'scheduleTask', id, name: workActivity, input, ...identity }));
  }

  /** The clock of the turn that creates it; once created, history knows the time. */
  #timer(fireAt: { readonly ms: number; readonly subNanos?: number }): number {
    return this.#task((id) => ({ kind: 'createTimer', id, fireAt }));
  }

  #task(make: (id: number) => Action): number {
    const id = this.#nextId;
    this.#nextId += 1;
    if (!this.#scheduled.has(id)) this.#actions.push(make(id));
    return id;
  }

  #waiting(name: string): RaisedEvent | undefined {
    return this.#raised.find((one) => one.name === name && !one.used);
  }

  #take(name: string): boolean {
    const event = this.#waiting(name);
    if (!event) return false;
    event.used = true;
    this.#reach(event.index, event.text);
    return true;
  }

  #reach(index: number, text: string): void {
    this.#reached = Math.max(this.#reached, index);
    this.#trace.push(text);
  }
}

const noDetails: FailureDetails = { errorType: '', errorMessage: '' };

/** How a failure reads in a trace: its chain of types and messages. */
export function failedText(failure: FailureDetails | undefined): string {
  if (!failure) return 'failed';
  const chain: string[] = [];
  for (let one: FailureDetails | undefined = failure; one; one = one.inner) {
    chain.push(`${one.errorType}: ${one.errorMessage}`);
  }
  return `failed ${chain.join(' <- ')}`;
}
