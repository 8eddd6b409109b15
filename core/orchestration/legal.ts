import type { HistoryEvent, HistoryEventKind } from './history-event.js';
import type { OpenTask } from './state.js';

/**
 * The oracle: could the turn model have produced this history? It accepts every order the model allows and nothing
 * else, needs no second engine, and works on a history read through the API. Used by random programs, the conformance
 * suite and the crash harness.
 */

/** What a client did to the instance, in the order of its calls. Absent parts are not checked. */
export interface ClientLog {
  readonly raised?: readonly {
    readonly name: string;
    readonly data?: string;
    /** `acknowledged`: must be seen; `unknown`: the answer was lost, it may be. */
    readonly outcome: 'acknowledged' | 'unknown';
  }[];
  /** Whether the instance had time to take in everything: then an acknowledged event must be there. */
  readonly quiescent?: boolean;
}

/** What workers did for the instance. */
export interface WorkLog {
  /** Ids of activities that ran, once per run. */
  readonly ran: readonly number[];
}

/** One broken rule: which, and where. */
export interface Violation {
  readonly rule: string;
  /** Index of the event, -1 for the history as a whole. */
  readonly index: number;
  readonly detail: string;
}

/** All broken rules; empty: legal. */
export function legal(history: readonly HistoryEvent[], client: ClientLog = {}, work?: WorkLog): readonly Violation[] {
  const checker = new HistoryChecker();
  history.forEach((event, index) => checker.take(event, index));
  checker.finish(history.length);
  return [...checker.violations, ...checkRaised(history, client), ...(work ? checkWork(history, work) : [])];
}

const actionKinds: ReadonlySet<HistoryEventKind> = new Set<HistoryEventKind>([
  'taskScheduled',
  'timerCreated',
  'childWorkflowCreated',
  'eventSent',
  'detachedWorkflowCreated',
]);

class HistoryChecker {
  readonly violations: Violation[] = [];
  readonly #open = new Map<number, OpenTask>();
  readonly #used = new Set<number>();
  #turnClock: number | undefined;
  #started = false;
  #closed = false;
  #suspended = false;
  #terminated = false;
  #actionsInTurn = 0;

  take(event: HistoryEvent, index: number): void {
    const broken = (rule: string, detail: string): void => void this.violations.push({ rule, index, detail });
    if (this.#closed) broken('nothing follows the end', event.kind);
    if (this.#turnClock === undefined && event.kind !== 'workflowStarted' && event.kind !== 'executionStalled') {
      broken('a turn begins with workflowStarted', event.kind);
    }
    if (this.#terminated && event.kind !== 'executionCompleted')
      broken('a terminate ends the turn at once', event.kind);
    if (actionKinds.has(event.kind)) this.#action(event, broken);
    this.#apply(event, broken);
  }

  finish(length: number): void {
    if (length > 0 && this.#turnClock !== undefined && !this.#started) {
      this.violations.push({ rule: 'the first turn starts the execution', index: -1, detail: 'no executionStarted' });
    }
    this.#endTurn(length - 1);
    if (this.#terminated && !this.#closed) {
      this.violations.push({ rule: 'a terminate ends the turn at once', index: length - 1, detail: 'not completed' });
    }
  }

  #action(event: HistoryEvent, broken: (rule: string, detail: string) => void): void {
    this.#actionsInTurn += 1;
    if (this.#used.has(event.eventId)) broken('an action id is used once', `${event.kind} ${event.eventId}`);
    this.#used.add(event.eventId);
  }

  #apply(event: HistoryEvent, broken: (rule: string, detail: string) => void): void {
    switch (event.kind) {
      case 'workflowStarted':
        this.#endTurn(-1);
        if (this.#turnClock !== undefined && event.timestampMs < this.#turnClock) {
          broken('the clock of turns never runs back', `${event.timestampMs} after ${this.#turnClock}`);
        }
        this.#turnClock = event.timestampMs;
        return;
      case 'executionStarted':
        if (this.#started) broken('an execution starts once', event.executionId);
        this.#started = true;
        return;
      case 'executionCompleted':
        if (this.#terminated && event.status !== 'TERMINATED') broken('a terminate is final', event.status);
        this.#closed = true;
        return;
      case 'executionTerminated':
        this.#terminated = true;
        return;
      case 'executionSuspended':
        if (this.#suspended) broken('suspend is recorded on a running instance only', '');
        this.#suspended = true;
        return;
      case 'executionResumed':
        if (!this.#suspended) broken('resume is recorded on a suspended instance only', '');
        this.#suspended = false;
        return;
      case 'taskScheduled':
        this.#open.set(event.eventId, { kind: 'activity', name: event.name });
        return;
      case 'timerCreated':
        this.#open.set(event.eventId, { kind: 'timer', fireAt: event.fireAt });
        return;
      case 'childWorkflowCreated':
        this.#open.set(event.eventId, { kind: 'child', instanceId: event.instanceId });
        return;
      case 'taskCompleted':
      case 'taskFailed':
        return this.#resolve('activity', event.taskId, event, broken);
      case 'childWorkflowCompleted':
      case 'childWorkflowFailed':
        return this.#resolve('child', event.taskId, event, broken);
      case 'timerFired':
        return this.#resolve('timer', event.timerId, event, broken);
      case 'eventRaised':
      case 'eventSent':
      case 'detachedWorkflowCreated':
      case 'executionStalled':
    }
  }

  #resolve(
    kind: OpenTask['kind'],
    id: number,
    event: HistoryEvent,
    broken: (rule: string, detail: string) => void,
  ): void {
    const task = this.#open.get(id);
    if (task?.kind !== kind) {
      broken('a result belongs to an open task of its kind', `${event.kind} ${id}`);
      return;
    }
    this.#open.delete(id);
    if (task.kind === 'timer' && (this.#turnClock ?? 0) < task.fireAt.ms) {
      broken('a timer never fires early', `${task.fireAt.ms - (this.#turnClock ?? 0)} ms early`);
    }
  }

  #endTurn(index: number): void {
    if (this.#suspended && this.#actionsInTurn > 0) {
      this.violations.push({
        rule: 'a suspended instance does nothing',
        index,
        detail: `${this.#actionsInTurn} actions`,
      });
    }
    this.#actionsInTurn = 0;
  }
}

/** Events: nothing invented, nothing doubled, FIFO per name, and at rest nothing acknowledged is missing. */
function checkRaised(history: readonly HistoryEvent[], client: ClientLog): readonly Violation[] {
  if (!client.raised) return [];
  const violations: Violation[] = [];
  const closed = history.some((event) => event.kind === 'executionCompleted');
  const names = new Set(client.raised.map((raise) => raise.name));
  for (const event of history) if (event.kind === 'eventRaised') names.add(event.name);
  for (const name of names) {
    const sent = client.raised.filter((raise) => raise.name === name);
    let next = 0;
    history.forEach((event, index) => {
      if (event.kind !== 'eventRaised' || event.name !== name) return;
      // A raise whose answer was lost may be missing; an acknowledged one may not be overtaken.
      while (next < sent.length && sent[next]?.data !== event.data && sent[next]?.outcome === 'unknown') next += 1;
      if (sent[next]?.data !== event.data || next >= sent.length) {
        violations.push({ rule: 'events arrive once and in order', index, detail: `${name} ${event.data ?? ''}` });
      } else next += 1;
    });
    const missing = sent.slice(next).filter((raise) => raise.outcome === 'acknowledged');
    if (client.quiescent && !closed && missing.length > 0) {
      const detail = `${name}: ${missing.length} of ${sent.length}`;
      violations.push({ rule: 'an acknowledged event is not lost', index: -1, detail });
    }
  }
  return violations;
}

function checkWork(history: readonly HistoryEvent[], work: WorkLog): readonly Violation[] {
  const ran = new Set(work.ran);
  const violations: Violation[] = [];
  history.forEach((event, index) => {
    if (event.kind === 'taskCompleted' && !ran.has(event.taskId)) {
      violations.push({ rule: 'a result comes from a run', index, detail: `task ${event.taskId}` });
    }
  });
  return violations;
}
