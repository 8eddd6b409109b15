import { assertNever } from '../assert.js';
import type { Action, CompleteWorkflow, ContinueAsNew, ScheduleTask, TurnResponse } from './action.js';
import type { Turn } from './assemble.js';
import type { Closing, Effect, RunActivity } from './effect.js';
import { anyGeneration, type Fact } from './fact.js';
import type {
  ExecutionCompleted,
  ExecutionStarted,
  ExecutionTerminated,
  HistoryEvent,
  StalledReason,
  TaskScheduled,
  TraceContext,
  WorkflowStarted,
} from './history-event.js';
import { childId } from './ids.js';
import { parentLink } from './parent-link.js';
import { createState, currentRulesVersion, fold, type State } from './state.js';

/** While it is being built. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What becomes history, what leaves, what the next state is. All or nothing. */
export type Decision =
  | {
      readonly kind: 'advance';
      readonly taken: number;
      readonly append: readonly HistoryEvent[];
      readonly effects: readonly Effect[];
      /** Present when the turn was answered: the custom status from now on (absent value: none). */
      readonly customStatus?: { readonly value?: string };
    }
  /** Continue-as-new: history begins again; `carry` goes to the head of the inbox, before the facts not taken. */
  | {
      readonly kind: 'newGeneration';
      readonly taken: number;
      readonly effects: readonly Effect[];
      readonly carry: readonly Fact[];
      readonly customStatus?: { readonly value?: string };
    }
  /** Takes no facts. Retried when a worker connects, never by polling. */
  | {
      readonly kind: 'stall';
      readonly reason: StalledReason;
      readonly description: string;
      readonly append: readonly HistoryEvent[];
    }
  /** The answer cannot be applied at all: nothing changes, the turn is handed out again. */
  | { readonly kind: 'reject'; readonly reason: string };

/** What a decision needs from the world. */
export interface DecideInput {
  readonly nowMs: number;
  /** Makes the next generation's id (32 hex digits); called only for continue-as-new. */
  newExecutionId(): string;
}

/** A timer at or after this instant (year 9999) marks an unlimited wait: accepted, never armed. */
export const neverMs = Date.UTC(9999, 11, 31);

/** A decision that can be made durable: everything but a refusal. */
export type Committable = Exclude<Decision, { kind: 'reject' }>;

/** The decision of a turn that no worker is asked about: terminated, suspended, or nothing but dropped facts. */
export function decideAlone(state: State, turn: Turn, input: DecideInput): Committable {
  if (turn.terminated) return terminate(state, turn, turn.terminated, input);
  return { kind: 'advance', taken: turn.taken, append: turn.events, effects: [] };
}

/** Turns a worker's answer into a decision. */
export function decide(state: State, turn: Turn, response: TurnResponse, input: DecideInput): Decision {
  const stalled = stallOf(state, response, input);
  if (stalled) return stalled;
  return new DecisionDraft(state, turn, response, input).build();
}

/** The state after a decision; for `newGeneration` a fresh one. The old state must not be used afterwards. */
export function advance(state: State, decision: Committable): State {
  let next = state;
  if (decision.kind === 'newGeneration') next = createState(state.instanceId, state.generation + 1, state.customStatus);
  else for (const event of decision.append) fold(state, event);
  if (decision.kind !== 'stall' && decision.customStatus) {
    if (decision.customStatus.value === undefined) delete next.customStatus;
    else next.customStatus = decision.customStatus.value;
  }
  return next;
}

/** An execution's first event, for a start and for every new generation. */
export function executionStarted(
  fields: Omit<ExecutionStarted, 'kind' | 'eventId' | 'rulesVersion'>,
): ExecutionStarted {
  return { kind: 'executionStarted', eventId: -1, rulesVersion: currentRulesVersion, ...fields };
}

/** A stall, recorded unless the same one already stands. */
export function stall(state: State, reason: StalledReason, description: string, nowMs: number): Committable {
  const same = state.stalled?.reason === reason && state.stalled.description === description;
  const event: HistoryEvent = { kind: 'executionStalled', eventId: -1, timestampMs: nowMs, reason, description };
  return { kind: 'stall', reason, description, append: same ? [] : [event] };
}

function stallOf(state: State, response: TurnResponse, input: DecideInput): Decision | undefined {
  if (response.nonDeterminism) return stall(state, 'NON_DETERMINISM', response.nonDeterminism.description, input.nowMs);
  if (response.actions.some((action) => action.kind === 'versionNotAvailable')) {
    const version = state.versionName ?? response.version?.name ?? '';
    return stall(state, 'VERSION_NOT_AVAILABLE', `Version not available: ${version}`, input.nowMs);
  }
  if (state.patches.length === 0) return undefined;
  const now = response.version?.patches ?? [];
  if (state.patches.every((patch, index) => now[index] === patch)) return undefined;
  const list = (patches: readonly string[]): string => `[${patches.join(', ')}]`;
  return stall(
    state,
    'PATCH_MISMATCH',
    `Patch mismatch. History patches: ${list(state.patches)}, current patches: ${list(now)}. `,
    input.nowMs,
  );
}

/** Ends the instance at once: no worker is asked, whatever turn is open is fenced by the commit. */
function terminate(state: State, turn: Turn, terminated: ExecutionTerminated, input: DecideInput): Committable {
  const started = startedOf(state, turn);
  const completed: ExecutionCompleted = {
    kind: 'executionCompleted',
    eventId: -1,
    timestampMs: input.nowMs,
    status: 'TERMINATED',
    ...(terminated.output === undefined ? {} : { result: terminated.output }),
  };
  const effects = closingEffects(completed, started);
  if (terminated.recurse) effects.push(...cascade(state));
  return { kind: 'advance', taken: turn.taken, append: [...turn.events, completed], effects };
}

/** A terminate for every live child of this generation; each of them does the same for its own. */
function cascade(state: State): Effect[] {
  const effects: Effect[] = [];
  for (const task of state.open.values()) {
    if (task.kind === 'child') effects.push({ kind: 'terminateOther', instanceId: task.instanceId, recurse: true });
  }
  return effects;
}

function closingEffects(completed: ExecutionCompleted, started: ExecutionStarted | undefined): Effect[] {
  const effects: Effect[] = [{ kind: 'dropTimers' }];
  if (!started?.parent) return effects;
  const outcome: Closing =
    completed.status === 'COMPLETED'
      ? { kind: 'completed', ...(completed.result === undefined ? {} : { result: completed.result }) }
      : { kind: 'failed', ...(completed.failure === undefined ? {} : { failure: completed.failure }) };
  effects.push({ kind: 'reportToParent', parent: started.parent, outcome });
  return effects;
}

function startedOf(state: State, turn: Turn): ExecutionStarted | undefined {
  if (state.started) return state.started;
  return turn.events.find((event): event is ExecutionStarted => event.kind === 'executionStarted');
}

/** Applies a response's actions in order. */
class DecisionDraft {
  readonly #state: State;
  readonly #turn: Turn;
  readonly #response: TurnResponse;
  readonly #input: DecideInput;
  readonly #events: HistoryEvent[] = [];
  readonly #effects: Effect[] = [];
  /** Ids of this answer's actions; a single one cannot be there twice. */
  readonly #ids: Set<number> | undefined;

  constructor(state: State, turn: Turn, response: TurnResponse, input: DecideInput) {
    this.#state = state;
    this.#turn = turn;
    this.#response = response;
    this.#input = input;
    this.#ids = response.actions.length > 1 ? new Set() : undefined;
  }

  build(): Decision {
    for (const action of this.#response.actions) {
      if (action.kind === 'completeWorkflow') return this.#complete(action);
      if (action.kind === 'continueAsNew') return this.#continueAsNew(action);
      if (this.#ids?.has(action.id) || this.#state.usedIds.has(action.id)) {
        return { kind: 'reject', reason: `action id ${action.id} (${action.kind}) is already in use` };
      }
      this.#ids?.add(action.id);
      const refused = this.#apply(action);
      if (refused !== undefined) return { kind: 'reject', reason: refused };
    }
    return this.#advance();
  }

  /** Returns why the action cannot be applied, or nothing. */
  #apply(action: Exclude<Action, CompleteWorkflow | ContinueAsNew>): string | undefined {
    const base = { eventId: action.id, timestampMs: this.#input.nowMs };
    switch (action.kind) {
      case 'scheduleTask':
        this.#schedule(action);
        return undefined;
      case 'createTimer': {
        const { kind: _kind, id: _id, ...timer } = action;
        this.#events.push({ kind: 'timerCreated', ...base, ...timer });
        if (action.fireAt.ms < neverMs)
          this.#effects.push({ kind: 'armTimer', timerId: action.id, fireAt: action.fireAt });
        return undefined;
      }
      case 'createChildWorkflow':
        this.#createChild(action);
        return undefined;
      case 'sendEvent': {
        const { kind: _kind, id: _id, ...sent } = action;
        this.#events.push({ kind: 'eventSent', ...base, ...sent });
        this.#effects.push({ kind: 'sendEvent', ...sent });
        return undefined;
      }
      case 'terminateWorkflow':
        this.#effects.push({
          kind: 'terminateOther',
          instanceId: action.instanceId,
          recurse: action.recurse,
          ...(action.reason === undefined ? {} : { output: action.reason }),
        });
        return undefined;
      case 'createDetachedWorkflow': {
        if (action.instanceId === '') return 'a detached workflow needs an instance id';
        const { kind: _kind, id: _id, ...start } = action;
        this.#events.push({ kind: 'detachedWorkflowCreated', ...base, instanceId: action.instanceId });
        this.#effects.push({ kind: 'startDetached', start });
        return undefined;
      }
      case 'versionNotAvailable':
        return undefined;
      default:
        return assertNever(action);
    }
  }

  /** The most frequent action by far, so its fields are set one by one: rest and spread copies cost ten times as much. */
  #schedule({ id, name, version, input, taskExecutionId }: ScheduleTask): void {
    const event: Writable<TaskScheduled> = {
      kind: 'taskScheduled',
      eventId: id,
      timestampMs: this.#input.nowMs,
      name,
    };
    const effect: Writable<RunActivity> = { kind: 'runActivity', taskId: id, name };
    if (version !== undefined) event.version = effect.version = version;
    if (input !== undefined) event.input = effect.input = input;
    if (taskExecutionId !== undefined) event.taskExecutionId = effect.taskExecutionId = taskExecutionId;
    const trace = startedOf(this.#state, this.#turn)?.trace;
    if (trace) event.trace = effect.trace = trace;
    this.#events.push(event);
    this.#effects.push(effect);
  }

  #createChild(action: Extract<Action, { kind: 'createChildWorkflow' }>): void {
    const { kind: _kind, id, instanceId: given, retryOf, ...call } = action;
    const instanceId = given === undefined || given === '' ? childId(this.#state.instanceId, id) : given;
    const trace = this.#trace();
    this.#events.push({
      kind: 'childWorkflowCreated',
      eventId: id,
      timestampMs: this.#input.nowMs,
      ...call,
      instanceId,
      ...trace,
      ...(retryOf === undefined ? {} : { retryOf }),
    });
    this.#effects.push({
      kind: 'startChild',
      taskId: id,
      start: { ...call, instanceId, parent: parentLink(this.#state, id, startedOf(this.#state, this.#turn)), ...trace },
    });
  }

  #trace(): { trace?: TraceContext } {
    const trace = startedOf(this.#state, this.#turn)?.trace;
    return trace ? { trace } : {};
  }

  #complete(action: CompleteWorkflow): Decision {
    const completed: ExecutionCompleted = {
      kind: 'executionCompleted',
      eventId: action.id,
      timestampMs: this.#input.nowMs,
      status: action.status,
      ...(action.result === undefined || action.status === 'FAILED' ? {} : { result: action.result }),
      ...(action.failure === undefined ? {} : { failure: action.failure }),
    };
    this.#events.push(completed);
    this.#effects.push(...closingEffects(completed, startedOf(this.#state, this.#turn)));
    return this.#advance();
  }

  #continueAsNew(action: ContinueAsNew): Decision {
    const started = startedOf(this.#state, this.#turn);
    const { nowMs } = this.#input;
    const executionId = this.#input.newExecutionId();
    const generation = this.#state.generation + 1;
    const version = action.newVersion ?? started?.version;
    const start = executionStarted({
      timestampMs: nowMs,
      name: started?.name ?? '',
      instanceId: this.#state.instanceId,
      executionId,
      generation,
      ...(version === undefined ? {} : { version }),
      ...(action.input === undefined ? {} : { input: action.input }),
      ...(started?.parent ? { parent: started.parent } : {}),
      ...(started?.trace ? { trace: started.trace } : {}),
      ...(started?.tags ? { tags: started.tags } : {}),
    });
    // Negative stamps: unique within an inbox, which holds at most one generation's carry, and never given to a new fact.
    const carry: Fact[] = [{ event: start, generation, stamp: -1 }];
    for (const event of action.carryover) {
      if (event.kind === 'eventRaised') carry.push({ event, generation: anyGeneration, stamp: -1 - carry.length });
    }
    this.#effects.push({ kind: 'dropTimers' });
    // A timer of the old generation must not outlive it, also when it was created by this very answer.
    const effects = this.#effects.filter((effect) => effect.kind !== 'armTimer');
    return { kind: 'newGeneration', taken: this.#turn.taken, effects, carry, customStatus: this.#customStatus() };
  }

  #advance(): Decision {
    return {
      kind: 'advance',
      taken: this.#turn.taken,
      append: [...this.#turnEvents(), ...this.#events],
      effects: this.#effects,
      customStatus: this.#customStatus(),
    };
  }

  /** An empty custom status is none: SDKs that have nothing to say send an empty one every time. */
  #customStatus(): { value?: string } {
    const value = this.#response.customStatus;
    return value === undefined || value === '' ? {} : { value };
  }

  /** The turn's events, with the version in its head: the name once, of the patches only the new ones. */
  #turnEvents(): readonly HistoryEvent[] {
    const { version } = this.#response;
    if (!version) return this.#turn.events;
    const [head, ...rest] = this.#turn.events;
    if (head?.kind !== 'workflowStarted') return this.#turn.events;
    const patches = (version.patches ?? []).slice(this.#state.patches.length);
    const name = version.name !== undefined && version.name !== this.#state.versionName ? version.name : undefined;
    if (patches.length === 0 && name === undefined) return this.#turn.events;
    const stamped: WorkflowStarted = {
      ...head,
      version: { ...(name === undefined ? {} : { name }), ...(patches.length === 0 ? {} : { patches }) },
    };
    return [stamped, ...rest];
  }
}
