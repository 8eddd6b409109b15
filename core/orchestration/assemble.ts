import { assertNever } from '../assert.js';
import { anyGeneration, dedupKey, type Fact } from './fact.js';
import type { ExecutionTerminated, HistoryEvent } from './history-event.js';
import type { State } from './state.js';

export type DropReason =
  | 'instance is closed'
  | 'already started'
  | 'belongs to an older generation'
  | 'task is unknown or already resolved'
  | 'same fact twice'
  | 'already suspended'
  | 'not suspended'
  | 'after terminate';

/** Which facts the workflow sees next. */
export interface Turn {
  /** New events in order; `workflowStarted` first. Empty when everything was dropped. */
  readonly events: readonly HistoryEvent[];
  /** How many facts from the head of the inbox this turn takes, dropped ones included. */
  readonly taken: number;
  readonly dropped: readonly { readonly fact: Fact; readonly why: DropReason }[];
  /** False: nothing for a worker to do (suspended, terminated, or nothing left after clean-up). */
  readonly dispatch: boolean;
  /** The engine ends the instance with this turn, without a worker. */
  readonly terminated?: ExecutionTerminated;
}

/** A start that may not begin yet: its time (epoch ms), else undefined. */
export function startsAtMs(state: State, inbox: readonly Fact[]): number | undefined {
  if (state.started) return undefined;
  const start = inbox.find((fact) => fact.event.kind === 'executionStarted');
  return start?.event.kind === 'executionStarted' ? start.event.scheduledStartMs : undefined;
}

/**
 * Takes the inbox into a turn: duplicates, results nobody waits for, results of an older generation and controls
 * without effect are dropped, with the reason. `undefined`: there is nothing to do (or the start time has not come, and
 * then every fact but a terminate waits for it).
 */
export function assemble(state: State, inbox: readonly Fact[], nowMs: number): Turn | undefined {
  const terminating = inbox.some((fact) => fact.event.kind === 'executionTerminated');
  const startsAt = startsAtMs(state, inbox);
  if (inbox.length === 0 || (startsAt !== undefined && startsAt > nowMs && !terminating)) return undefined;

  const draft = new TurnDraft(state, nowMs, inbox.length > 1);
  for (const fact of inbox) draft.take(fact);
  return draft.finish(inbox.length);
}

class TurnDraft {
  readonly #state: State;
  readonly #events: HistoryEvent[];
  #dropped: { fact: Fact; why: DropReason }[] | undefined;
  /** Keys of the turn's facts; a single fact, the common case, needs none. */
  readonly #seen: Set<string> | undefined;
  #started: boolean;
  #suspended: boolean;
  #terminated: ExecutionTerminated | undefined;

  constructor(state: State, nowMs: number, several: boolean) {
    this.#state = state;
    this.#started = state.started !== undefined;
    this.#suspended = state.suspended;
    this.#seen = several ? new Set() : undefined;
    this.#events = [{ kind: 'workflowStarted', eventId: -1, timestampMs: turnClock(state, nowMs) }];
  }

  take(fact: Fact): void {
    const why = this.#whyNot(fact);
    if (why !== undefined) {
      (this.#dropped ??= []).push({ fact, why });
      return;
    }
    const { event } = fact;
    if (event.kind === 'executionStarted') this.#started = true;
    if (event.kind === 'executionSuspended') this.#suspended = true;
    if (event.kind === 'executionResumed') this.#suspended = false;
    if (event.kind === 'executionTerminated') this.#terminated = event;
    this.#events.push(event);
  }

  /** The clean-up rules, one per line of the table in docs/ARCHITECTURE.md. */
  #whyNot(fact: Fact): DropReason | undefined {
    const { event, generation } = fact;
    if (this.#state.closed) return 'instance is closed';
    if (this.#terminated) return 'after terminate';
    if (generation !== anyGeneration && generation !== this.#state.generation) return 'belongs to an older generation';
    if (this.#seen) {
      const key = dedupKey(fact);
      if (this.#seen.has(key)) return 'same fact twice';
      this.#seen.add(key);
    }
    switch (event.kind) {
      case 'executionStarted':
        return this.#started ? 'already started' : undefined;
      case 'taskCompleted':
      case 'taskFailed':
        return this.#opens(event.taskId, 'activity') ? undefined : 'task is unknown or already resolved';
      case 'childWorkflowCompleted':
      case 'childWorkflowFailed':
        return this.#opens(event.taskId, 'child') ? undefined : 'task is unknown or already resolved';
      case 'timerFired':
        return this.#opens(event.timerId, 'timer') ? undefined : 'task is unknown or already resolved';
      case 'executionSuspended':
        return this.#suspended ? 'already suspended' : undefined;
      case 'executionResumed':
        return this.#suspended ? undefined : 'not suspended';
      case 'executionTerminated':
      case 'eventRaised':
        return undefined;
      default:
        return assertNever(event);
    }
  }

  #opens(id: number, kind: 'activity' | 'child' | 'timer'): boolean {
    return this.#state.open.get(id)?.kind === kind;
  }

  finish(taken: number): Turn {
    const dropped = this.#dropped ?? none;
    if (this.#events.length === 1) return { events: none, taken, dropped, dispatch: false };
    const dispatch = !this.#suspended && !this.#terminated;
    const turn = { events: this.#events, taken, dropped, dispatch };
    return this.#terminated ? { ...turn, terminated: this.#terminated } : turn;
  }
}

const none: readonly never[] = [];

/** The workflow's clock never runs backwards, whatever the machine's does. */
function turnClock(state: State, nowMs: number): number {
  return Math.max(nowMs, state.lastUpdatedMs ?? nowMs);
}
