import {
  effectsOfOpen,
  neverMs,
  type Committable,
  type Effect,
  type ExecutionCompleted,
  type HistoryEvent,
} from '../../../core/orchestration/index.js';
import { commandType, durationOf, type Command, type Payload } from '../vendor.js';
import { toFailure } from './failure.js';
import { noteKey, timerMarker, turnMarker } from './made-by-task.js';
import { customStatusKey, stalledKey } from './memo.js';
import { nullPayload, payloadOf, payloadsOf } from './payload.js';
import type { Run } from './run.js';
import { serverId } from './task-id.js';
import { activityCommand, cascadeCommand, childCommand, sendCommand, type CommandSettings } from './step-commands.js';
import { writeHeader, writeNote, type TurnNote } from './note.js';

/** Steps open on the server at once for one run; its own limit is 2,000 of each kind. What is beyond follows later. */
const maxOpenOnServer = 1_500;
/** Commands and payload bytes in one answer: a message of more than 4 MB is refused. */
const maxPerAnswer = { commands: 500, bytes: 3_000_000 };

/** The turn a decision belongs to. */
export interface DecidedTurn {
  /** The turn's clock when it was handed out, epoch ms. */
  readonly nowMs: number;
  /** Facts of the run's inbox that the turn has seen. */
  readonly recordedFacts: number;
  /** The task that is answered is the one the turn was made from. */
  readonly isOwnTask: boolean;
}

export interface Answer {
  readonly commands: readonly Command[];
  /** Another workflow task is wanted at once. */
  readonly again: boolean;
}

/** What a decision tells the server. */
export function answerOf(run: Run, decision: Committable, turn: DecidedTurn, settings: CommandSettings): Answer {
  if (decision.kind === 'stall') {
    const [stall] = decision.append;
    const told = stall ? [memo(stalledKey, payloadOf(JSON.stringify(decision.reason)))] : [];
    return { commands: [marker(stall ? { stall } : { stillStalled: true }), ...told], again: false };
  }
  const draft = new AnswerDraft(run, settings, turn.nowMs);
  if (run.state.stalled) draft.commands.push(memo(stalledKey, nullPayload));
  draft.customStatus(decision.customStatus);
  if (decision.kind === 'newGeneration') {
    if (
      run.lastEventId > settings.eventsPerRun &&
      turn.isOwnTask &&
      run.leaving.size === 0 &&
      !decision.effects.some(isMessage)
    ) {
      return { commands: [newRun(run, decision, settings)], again: false };
    }
    for (const effect of decision.effects) draft.effect(effect);
    draft.cancelTimers(() => true);
    const begin = decision.carry.map((fact) => fact.event);
    return draft.finish({ nextGeneration: begin, taken: turn.recordedFacts }, true);
  }
  const owed = draft.steps(decision.append, decision.effects);
  const resolved = new Set(decision.append.flatMap((event) => (event.kind === 'timerFired' ? [event.timerId] : [])));
  const closing = decision.append.at(-1);
  if (closing?.kind !== 'executionCompleted') {
    draft.cancelTimers((taskId) => resolved.has(taskId));
    return draft.finish(noteOf(run, decision.append, turn, owed), owed);
  }
  // What leaves with the last turn must have left before the server may close the run; the end is recorded at once.
  if (run.leaving.size > 0 || decision.effects.some(isMessage))
    return draft.finish({ append: decision.append, taken: turn.recordedFacts }, false);
  draft.close(closing);
  return draft.finish(noteOf(run, decision.append, turn, owed), false);
}

/** What a task says that makes no turn: only steps leave that are owed. */
export function skipAnswer(run: Run, nowMs: number, settings: CommandSettings): Answer {
  const draft = new AnswerDraft(run, settings, nowMs);
  const { closed } = run.state;
  if (closed) {
    if (run.leaving.size === 0) draft.close(closed);
    return draft.finish({ skip: true }, false);
  }
  const more = draft.owedSteps();
  const start = run.inbox.find(({ event }) => event.kind === 'executionStarted')?.event;
  if (start?.kind === 'executionStarted' && start.scheduledStartMs !== undefined && !run.armed.has(startTimer)) {
    draft.commands.push(timerCommand(startTimer, Math.max(start.scheduledStartMs - nowMs, 0), {}));
  }
  return draft.finish({ skip: true }, more);
}

/**
 * The next generation in a run of its own, before the server ends this one for its length. A message on its way would be
 * lost with the run, an event that arrives meanwhile makes the server refuse, and then the turn is made again.
 */
function newRun(run: Run, decision: NewGeneration, settings: CommandSettings): Command {
  const begin = decision.carry.map((fact) => fact.event);
  const start = begin.find((event) => event.kind === 'executionStarted');
  const { value: status } = decision.customStatus ?? { value: run.state.customStatus };
  return {
    commandType: commandType.continueAsNew,
    continueAsNewWorkflowExecutionCommandAttributes: {
      workflowType: { name: run.workflowType },
      taskQueue: { name: settings.taskQueue },
      input: payloadsOf(start?.kind === 'executionStarted' ? start.input : undefined),
      workflowTaskTimeout: durationOf(settings.workflowTaskTimeoutMs),
      header: writeHeader({ begin }),
      memo: { fields: status === undefined ? {} : { [customStatusKey]: payloadOf(JSON.stringify(status)) } },
    },
  };
}

type NewGeneration = Extract<Committable, { kind: 'newGeneration' }>;

/** The timer that a scheduled start waits for. */
const startTimer = '!start';

class AnswerDraft {
  readonly commands: Command[] = [];
  readonly #run: Run;
  readonly #settings: CommandSettings;
  readonly #nowMs: number;
  #room: number;
  #bytes = 0;

  constructor(run: Run, settings: CommandSettings, nowMs: number) {
    this.#run = run;
    this.#settings = settings;
    this.#nowMs = nowMs;
    let open = 0;
    for (const id of run.state.open.keys()) if (run.issued.has(id)) open += 1;
    this.#room = Math.min(maxOpenOnServer - open, maxPerAnswer.commands);
  }

  customStatus(set: { readonly value?: string } | undefined): void {
    if (!set || set.value === this.#run.state.customStatus) return;
    const payload = set.value === undefined ? nullPayload : payloadOf(JSON.stringify(set.value));
    this.commands.push(memo(customStatusKey, payload));
  }

  /** The steps of a decision in its order. True: some did not fit and are owed. */
  steps(append: readonly HistoryEvent[], effects: readonly Effect[]): boolean {
    let owed = this.owedSteps();
    for (const event of append) {
      if (event.kind === 'timerCreated' && event.fireAt.ms >= neverMs)
        this.commands.push(noteMarker(timerMarker, event));
    }
    const events = new EffectEvents(append);
    for (const effect of effects) {
      const event = events.of(effect);
      if (owed && isOpenStep(effect)) continue;
      owed = !this.effect(effect, event) || owed;
    }
    return owed;
  }

  /** What is open and was not asked for yet. True: not all of it fits. */
  owedSteps(): boolean {
    const { state, history, issued } = this.#run;
    if ([...state.open].every(([id, task]) => issued.has(id) || isEndless(task))) return false;
    const events = new EffectEvents(history);
    for (const effect of effectsOfOpen(state, history)) {
      if (!issued.has(taskIdOf(effect)) && !this.effect(effect, events.of(effect))) return true;
    }
    return false;
  }

  /** `event`: what the effect is recorded as. False: it does not fit. */
  effect(effect: Effect, event?: HistoryEvent): boolean {
    if (isOpenStep(effect) && (this.#room <= 0 || this.#bytes >= maxPerAnswer.bytes)) return false;
    const made = this.#command(effect, event);
    if (made) {
      this.commands.push(made.command);
      this.#bytes += made.bytes;
      if (isOpenStep(effect)) this.#room -= 1;
    }
    return true;
  }

  #command(effect: Effect, event: HistoryEvent | undefined): { command: Command; bytes: number } | undefined {
    const { state } = this.#run;
    const settings = this.#settings;
    const id = event?.eventId ?? -1;
    switch (effect.kind) {
      case 'runActivity':
        return {
          command: activityCommand(state, this.#executionId(), effect, settings),
          bytes: effect.input?.length ?? 0,
        };
      case 'armTimer': {
        const { timerId, fireAt } = effect;
        const { name, origin, rerunOf } = event?.kind === 'timerCreated' ? event : {};
        const note = { fireAt, name, origin, rerunOf };
        // Rounded up: a timer may be late, never early.
        const lengthMs = Math.max(fireAt.ms + (fireAt.subNanos ? 1 : 0) - this.#nowMs, 0);
        return { command: timerCommand(serverId(state.generation, timerId), lengthMs, note), bytes: 200 };
      }
      case 'startChild': {
        const retryOf = event?.kind === 'childWorkflowCreated' ? event.retryOf : undefined;
        const note = { taskId: effect.taskId, ...(retryOf === undefined ? {} : { retryOf }) };
        return { command: childCommand(state, effect.start, note, settings), bytes: effect.start.input?.length ?? 0 };
      }
      case 'startDetached': {
        const note = { taskId: id, detached: true };
        return { command: childCommand(state, effect.start, note, settings), bytes: effect.start.input?.length ?? 0 };
      }
      case 'sendEvent':
        return { command: sendCommand(state, effect, id, settings), bytes: effect.data?.length ?? 0 };
      case 'terminateOther':
        return { command: cascadeCommand(state, effect, settings), bytes: 200 };
      case 'dropTimers':
      case 'reportToParent':
        // The server drops the timers of a closed run and tells parents itself.
        return undefined;
    }
  }

  /** Of the execution whose turn it is, also when that is its first. */
  #executionId(): string {
    const { state, inbox, runId } = this.#run;
    if (state.started) return state.started.executionId;
    for (const { event } of inbox) if (event.kind === 'executionStarted') return event.executionId;
    return runId.replaceAll('-', '');
  }

  cancelTimers(which: (taskId: number) => boolean): void {
    const { armed, state } = this.#run;
    for (const timerId of armed) {
      const [generation, taskId] = timerId.split(':').map(Number);
      if (generation === state.generation && taskId !== undefined && which(taskId)) {
        this.commands.push({ commandType: commandType.cancelTimer, cancelTimerCommandAttributes: { timerId } });
      }
    }
  }

  close({ status, result, failure }: NonNullable<Run['state']['closed']> | ExecutionCompleted): void {
    if (status === 'COMPLETED') {
      const attributes = { result: payloadsOf(result) };
      this.commands.push({
        commandType: commandType.completeWorkflow,
        completeWorkflowExecutionCommandAttributes: attributes,
      });
    } else if (status === 'CANCELED') {
      const attributes = { details: payloadsOf(result) };
      this.commands.push({
        commandType: commandType.cancelWorkflow,
        cancelWorkflowExecutionCommandAttributes: attributes,
      });
    } else {
      const attributes = { failure: toFailure(failure) };
      this.commands.push({ commandType: commandType.failWorkflow, failWorkflowExecutionCommandAttributes: attributes });
    }
  }

  /** The note goes first: what the task means is read before what it made. */
  finish(note: TurnNote, again: boolean): Answer {
    const says = Object.keys(note).length > 0;
    return { commands: says ? [marker(note), ...this.commands] : this.commands, again: again && this.#room > 0 };
  }
}

/** What of a decision does not follow from the events before it. */
function noteOf(run: Run, append: readonly HistoryEvent[], turn: DecidedTurn, owed: boolean): TurnNote {
  const [head] = append;
  const turns = append.filter((event) => event.kind === 'workflowStarted').length;
  const closing = append.at(-1);
  const plainEnd = closing?.kind !== 'executionCompleted' || isPlainEnd(run, append, closing);
  if (owed || turns !== 1 || !turn.isOwnTask || !plainEnd) return { append, taken: turn.recordedFacts };
  const version = head?.kind === 'workflowStarted' ? head.version : undefined;
  return version ? { version } : {};
}

/** Whether the event that the server makes of it says all that this one does. */
function isPlainEnd(
  run: Run,
  append: readonly HistoryEvent[],
  { status, eventId, result, failure }: ExecutionCompleted,
): boolean {
  let last = -1;
  for (const id of run.state.usedIds) last = Math.max(last, id);
  for (const event of append) if (event.kind !== 'executionCompleted') last = Math.max(last, event.eventId);
  if (eventId !== last + 1) return false;
  return status === 'FAILED' ? result === undefined : status !== 'TERMINATED' && failure === undefined;
}

/** The recorded event of each effect: by id, or by order where effects of a kind have none. */
class EffectEvents {
  readonly #byId = new Map<number, HistoryEvent>();
  readonly #sent: HistoryEvent[] = [];
  readonly #detached: HistoryEvent[] = [];

  constructor(events: readonly HistoryEvent[]) {
    for (const event of events) {
      if (event.kind === 'eventSent') this.#sent.push(event);
      else if (event.kind === 'detachedWorkflowCreated') this.#detached.push(event);
      else if (event.eventId >= 0) this.#byId.set(event.eventId, event);
    }
  }

  of(effect: Effect): HistoryEvent | undefined {
    if (effect.kind === 'sendEvent') return this.#sent.shift();
    if (effect.kind === 'startDetached') return this.#detached.shift();
    return this.#byId.get(taskIdOf(effect));
  }
}

/** Effects that the server carries to another run. */
function isMessage({ kind }: Effect): boolean {
  return kind === 'startChild' || kind === 'startDetached' || kind === 'sendEvent' || kind === 'terminateOther';
}

function isOpenStep(effect: Effect): boolean {
  return effect.kind === 'runActivity' || effect.kind === 'armTimer' || effect.kind === 'startChild';
}

function isEndless(task: { readonly kind: string; readonly fireAt?: { readonly ms: number } }): boolean {
  return task.kind === 'timer' && (task.fireAt?.ms ?? 0) >= neverMs;
}

function taskIdOf(effect: Effect): number {
  if (effect.kind === 'armTimer') return effect.timerId;
  return effect.kind === 'runActivity' || effect.kind === 'startChild' ? effect.taskId : -1;
}

function timerCommand(timerId: string, lengthMs: number, note: object): Command {
  return {
    commandType: commandType.startTimer,
    startTimerCommandAttributes: { timerId, startToFireTimeout: durationOf(lengthMs) },
    userMetadata: { details: payloadOf(JSON.stringify(note)) },
  };
}

function memo(key: string, payload: Payload): Command {
  const attributes = { upsertedMemo: { fields: { [key]: payload } } };
  return { commandType: commandType.modifyProperties, modifyWorkflowPropertiesCommandAttributes: attributes };
}

function marker(note: TurnNote): Command {
  return noteMarker(turnMarker, note);
}

function noteMarker(markerName: string, note: object): Command {
  const details = { [noteKey]: writeNote(note) };
  return { commandType: commandType.recordMarker, recordMarkerCommandAttributes: { markerName, details } };
}
