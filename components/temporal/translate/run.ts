import {
  advance,
  anyGeneration,
  createState,
  decideAlone,
  assemble,
  fold,
  foldAll,
  timerFired,
  type Fact,
  type HistoryEvent,
  type State,
} from '../../../core/orchestration/index.js';
import { numberOf, timeOf, typeOf, type TemporalEvent } from '../vendor.js';
import { eventType, isMadeByTask, isMessage, leftBy } from './event-type.js';
import { actionEventOf, closingOf, memoChange, noteOfMarker, timerOfMarker } from './made-by-task.js';
import { arrivalOf, type Arrival } from './arrival.js';
import type { TurnNote } from './note.js';

/** A step as the server knows it. `timerMs`: fire time of a timer. */
export interface ServerTask {
  readonly generation: number;
  readonly taskId: number;
  readonly taskExecutionId?: string;
  readonly detached?: boolean;
}

/** A workflow task that was handed out: the events up to it are what its turn sees. */
interface StartedTask {
  readonly eventId: number;
  readonly timeMs: number;
}

interface CompletedTask {
  readonly eventId: number;
  readonly startedMs: number;
  readonly timeMs: number;
  readonly made: TemporalEvent[];
}

/**
 * One run of a Temporal workflow, as the turn model sees it: a pure function of the events fed so far, whether they came
 * at once or piece by piece. All that was decided is read back from the events the decision made, so what a host does
 * with its own decision and what any other host makes of it later cannot differ.
 */
export class Run {
  readonly instanceId: string;
  readonly runId: string;
  state: State;
  history: HistoryEvent[] = [];
  inbox: Fact[] = [];
  workflowType = '';
  /** The last event taken in; the pair that opens an unanswered workflow task is not counted. */
  lastEventId = 0;
  /** Timers the server holds, by its id. */
  readonly armed = new Set<string>();
  /** Open steps of this generation that the server has been asked for. What is open and not here is owed. */
  readonly issued = new Set<number>();
  /** Children being started and events being sent: a run that ends before the server has done so takes them with it. */
  readonly leaving = new Set<number>();
  /** Request ids of signals, to tell which of those sent have arrived. */
  readonly signals = new Set<string>();
  /** Steps by the event that scheduled them. */
  readonly tasks = new Map<number, ServerTask>();
  #started: StartedTask | undefined;
  #completed: CompletedTask | undefined;

  constructor(instanceId: string, runId: string) {
    this.instanceId = instanceId;
    this.runId = runId;
    this.state = createState(instanceId);
  }

  /** The first event that is not known yet, the open task's pair included. */
  get nextEventId(): number {
    return Math.max(this.lastEventId, this.#started?.eventId ?? 0) + 1;
  }

  /** Takes events in order; those it has already taken are passed over. */
  feed(events: readonly TemporalEvent[]): void {
    for (const event of withoutOpenTask(events)) {
      const eventId = numberOf(event.eventId);
      if (eventId <= this.lastEventId) continue;
      this.lastEventId = eventId;
      const type = typeOf(event);
      if (this.#completed && isMadeByTask(type)) {
        this.#completed.made.push(event);
        continue;
      }
      this.#closeTask();
      this.#take(event, type);
    }
    this.#closeTask();
    const last = events.at(-1);
    if (last && typeOf(last) === eventType.workflowTaskStarted) this.#noteStarted(last);
  }

  /** Timers whose time has come by the clock of a turn, whatever the server has said of them. */
  dueAt(nowMs: number): Fact[] {
    const due: Fact[] = [];
    const { generation } = this.state;
    for (const [timerId, task] of this.state.open) {
      if (task.kind !== 'timer' || task.fireAt.ms + (task.fireAt.subNanos ? 1 : 0) > nowMs) continue;
      if (this.inbox.some((fact) => fact.event.kind === 'timerFired' && fact.event.timerId === timerId)) continue;
      due.push({ event: timerFired(timerId, task.fireAt, nowMs), generation, stamp: 0 });
    }
    return due.sort((one, other) => fireMs(one) - fireMs(other));
  }

  #take(event: TemporalEvent, type: number): void {
    const left = leftBy(event);
    if (left !== undefined) this.leaving.delete(left);
    const timeMs = timeOf(event.eventTime);
    switch (type) {
      case eventType.workflowTaskScheduled:
      case eventType.workflowTaskTimedOut:
      case eventType.workflowTaskFailed:
      case eventType.activityTaskStarted:
        return;
      case eventType.workflowTaskStarted:
        this.#noteStarted(event);
        return;
      case eventType.workflowTaskCompleted: {
        const startedMs = this.#started?.timeMs ?? timeMs;
        this.#completed = { eventId: numberOf(event.eventId), startedMs, timeMs, made: [] };
        return;
      }
      default:
        this.#arrived(arrivalOf(this, event, type), timeMs);
    }
  }

  #noteStarted(event: TemporalEvent): void {
    this.#started = { eventId: numberOf(event.eventId), timeMs: timeOf(event.eventTime) };
  }

  #arrived(arrival: Arrival | undefined, timeMs: number): void {
    switch (arrival?.kind) {
      case undefined:
        return;
      case 'seed':
        this.history = [...arrival.history];
        this.state = foldAll(this.instanceId, this.history);
        return;
      case 'generation':
        this.#begin(generationOf(arrival.begin), arrival.begin, arrival.customStatus, []);
        return;
      case 'fact': {
        const { event, generation = anyGeneration } = arrival;
        this.inbox.push({ event, generation, stamp: this.lastEventId });
        if (event.kind === 'executionTerminated') this.#terminate(timeMs);
        return;
      }
      case 'record':
        this.#append(arrival.event);
        return;
    }
  }

  /** The server has ended the run: nobody is asked. */
  #terminate(nowMs: number): void {
    const turn = assemble(this.state, this.inbox, nowMs);
    if (!turn) return;
    const decision = decideAlone(this.state, turn, { nowMs, newExecutionId: () => '' });
    if (decision.kind !== 'advance') return;
    this.history.push(...decision.append);
    this.state = advance(this.state, decision);
    this.inbox = [];
  }

  #closeTask(): void {
    const task = this.#completed;
    this.#completed = undefined;
    if (!task) return;
    const note = noteOfMarker(task.made) ?? {};
    if (note.stall) this.#append(note.stall);
    else if (!note.skip && !note.stillStalled) this.#turn(task, note);
    for (const event of task.made) this.#made(event, task.timeMs);
  }

  /** What the turn of a completed task took in, and what it committed before its own actions. */
  #turn({ startedMs }: CompletedTask, note: TurnNote): void {
    const taken = note.taken ?? this.inbox.length;
    if (note.nextGeneration) return this.#nextGeneration(note.nextGeneration, taken);
    if (note.append) for (const event of note.append) this.#append(event);
    else {
      const facts = [...this.inbox.slice(0, taken), ...this.dueAt(startedMs)];
      const [head, ...rest] = assemble(this.state, facts, startedMs)?.events ?? [];
      if (head) this.#append(note.version ? ({ ...head, version: note.version } as HistoryEvent) : head);
      for (const event of rest) this.#append(event);
    }
    this.inbox = this.inbox.slice(taken);
  }

  #nextGeneration(begin: readonly HistoryEvent[], taken: number): void {
    this.#begin(this.state.generation + 1, begin, this.state.customStatus, this.inbox.slice(taken));
  }

  #begin(
    generation: number,
    begin: readonly HistoryEvent[],
    customStatus: string | undefined,
    later: readonly Fact[],
  ): void {
    this.state = createState(this.instanceId, generation, customStatus);
    this.history = [];
    this.issued.clear();
    const carry = begin.flatMap((event, index): Fact[] => {
      if (event.kind === 'executionStarted') return [{ event, generation, stamp: -1 }];
      return event.kind === 'eventRaised' ? [{ event, generation: anyGeneration, stamp: -1 - index }] : [];
    });
    this.inbox = [...carry, ...later];
  }

  /** An event that a completed task made: a step begins, a property changes, the run ends. */
  #made(event: TemporalEvent, timeMs: number): void {
    const timer = event.timerStartedEventAttributes?.timerId ?? undefined;
    if (timer !== undefined) this.armed.add(timer);
    const gone = event.timerCanceledEventAttributes?.timerId ?? undefined;
    if (gone !== undefined) this.armed.delete(gone);
    const memo = memoChange(event);
    if (memo) this.#setCustomStatus(memo.value);
    const unarmed = timerOfMarker(event);
    if (unarmed) this.#decided(unarmed, false);
    if (isMessage(typeOf(event))) this.leaving.add(numberOf(event.eventId));
    const action = actionEventOf(event, timeMs);
    if (action) {
      this.tasks.set(numberOf(event.eventId), action.task);
      if (action.task.generation === this.state.generation) this.#decided(action.event, true);
    }
    const closing = closingOf(event, timeMs, this.state);
    if (closing && !this.state.closed) this.#append(closing);
  }

  #decided(event: HistoryEvent, issued: boolean): void {
    if (!this.state.usedIds.has(event.eventId)) this.#append(event);
    if (issued) this.issued.add(event.eventId);
  }

  #setCustomStatus(value: string | undefined): void {
    if (value === undefined) delete this.state.customStatus;
    else this.state.customStatus = value;
  }

  #append(event: HistoryEvent): void {
    this.history.push(event);
    fold(this.state, event);
  }
}

function generationOf(begin: readonly HistoryEvent[]): number {
  for (const event of begin) if (event.kind === 'executionStarted') return event.generation;
  return 0;
}

function fireMs({ event }: Fact): number {
  return event.kind === 'timerFired' ? event.fireAt.ms : 0;
}

/** The pair that opens a task nobody has answered stands at the end only for as long as that is so. */
function withoutOpenTask(events: readonly TemporalEvent[]): readonly TemporalEvent[] {
  const typeAt = (index: number): number => typeOf(events[index] ?? {});
  let end = events.length;
  if (typeAt(end - 1) === eventType.workflowTaskStarted) end -= 1;
  if (typeAt(end - 1) === eventType.workflowTaskScheduled) end -= 1;
  return events.slice(0, end);
}
