import type { Action, TurnResponse } from '../action.js';
import type { ExecutionStarted, ExecutionTerminated, HistoryEvent, WorkflowVersion } from '../history-event.js';
import { Answer } from './answer.js';
import { isActionEvent, mismatch, type Mismatch } from './diff.js';
import { endingInWords, lastAction, type Completion, type Ending, type Renewal } from './ending.js';
import { EventInbox } from './event-inbox.js';
import { foreignAwait, foreignWake } from './foreign.js';
import { Ledger } from './ledger.js';
import { Patches } from './patches.js';
import type { FindProgram, Program, Scheduling } from './program.js';
import { Run } from './run.js';
import { Suspension } from './suspension.js';

/** Events that woke the code before a long replay lets the process do something else. */
const sliceEvents = 256;

/**
 * One execution of a workflow, replayed from its history. It keeps the suspended code, so that a later turn brings only
 * what is new; a fresh one is brought to the same point by the whole history, and gives the same answers.
 *
 * After every event that wakes the code all microtasks run before the next event is looked at: how events were batched
 * into turns cannot be seen by the code, and so neither in the ids of its actions.
 */
export class Execution {
  readonly ledger = new Ledger((error) => this.throwing(error));
  readonly inbox = new EventInbox();
  readonly #suspension = new Suspension();
  readonly #find: FindProgram;
  readonly #scheduling: Scheduling;
  readonly #drain: () => void;
  readonly #patches = new Patches();
  /** Rejected promises of the code that nobody has handled, with their reasons. */
  readonly #strays = new Map<object, unknown>();
  #events: readonly HistoryEvent[] = [];
  #next = 0;
  #position = 0;
  #woken = 0;
  #done: () => void = idle;
  #run: Run | undefined;
  #program: Program | undefined;
  #pinnedVersion: string | undefined;
  #ending: Ending | undefined;
  #mismatch: Mismatch | undefined;
  #customStatus: string | undefined;
  #isForeign = false;

  /** Epoch ms of the turn the code is in. */
  nowMs = 0;
  /** Past events are being fed. */
  isReplaying = false;
  /** Code of this execution is expected to run at the moment. */
  isActive = false;

  constructor(find: FindProgram, scheduling: Scheduling) {
    this.#find = find;
    this.#scheduling = scheduling;
    this.#drain = scheduling.barrier(() => this.#pump());
  }

  /**
   * Feeds past events this object has not seen, then new ones, and answers the turn. Never rejects. After an answer with
   * `nonDeterminism` the object is of no more use. One call at a time.
   */
  turn(past: readonly HistoryEvent[], fresh: readonly HistoryEvent[]): Promise<TurnResponse> {
    return new Promise((resolve) => {
      const answer = (): void => this.#settled(() => resolve(this.#answer()));
      if (past.length === 0) this.#feed(fresh, false, answer);
      else this.#feed(past, true, () => this.#feed(fresh, false, answer));
    });
  }

  /** Feeds past events only: afterwards the code stands where the history ends. Resolves with where they part, if so. */
  replay(past: readonly HistoryEvent[]): Promise<Mismatch | undefined> {
    return new Promise((resolve) => this.#feed(past, true, () => resolve(this.#mismatch)));
  }

  /** Empty before the execution has started. */
  get instanceId(): string {
    return this.#run?.instanceId ?? '';
  }

  /** The code is finished, whatever the history says. */
  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** What the code is blocked on, in words. */
  get awaiting(): string[] {
    const waits = [...this.inbox.waits()].map((task) => `event "${task.name}"`);
    return [...this.ledger.openTasks].map((task) => `${task.name} (#${task.id})`).concat(waits);
  }

  /** The code may ask for something now. If it may not, it was woken by a promise that is not its context's. */
  mayAct(what: string): boolean {
    if (this.isActive) return this.#ending === undefined;
    this.#isForeign = true;
    this.#mismatch ??= foreignWake(what);
    return false;
  }

  /** The code has awaited something that is not its context's: `nonDeterminism` says so, and not where. */
  get isForeign(): boolean {
    return this.#isForeign;
  }

  throwing(error: Error): void {
    this.#scheduling.throwing?.(error, this);
  }

  /**
   * A promise of the code was rejected and nobody has taken notice. That may still come (`settle`); if the code completes
   * before, the execution fails for this reason.
   */
  stray(promise: object, reason: unknown): void {
    this.#strays.set(promise, reason);
  }

  /** Somebody has taken notice after all. */
  settle(promise: object): void {
    this.#strays.delete(promise);
  }

  renew(action: Renewal, keepEvents: boolean): void {
    if (this.mayAct('continued as new')) this.#ending = { kind: 'renewed', action, keepEvents };
  }

  setStatus(status: string | undefined): void {
    if (this.mayAct('set its status')) this.#customStatus = status;
  }

  patched(name: string): boolean {
    return this.mayAct('asked for a patch') && this.#patches.ask(name, this.isReplaying);
  }

  #feed(events: readonly HistoryEvent[], past: boolean, done: () => void): void {
    this.#events = this.#suspension.arrange(events);
    this.#next = 0;
    this.#done = done;
    this.isReplaying = past;
    this.isActive = true;
    this.#pump();
  }

  #pump(): void {
    while (this.#next < this.#events.length && !this.#mismatch) {
      if (this.#woken >= sliceEvents && this.isReplaying) return this.#rest();
      const event = this.#events[this.#next];
      this.#next += 1;
      this.#position += 1;
      if (event && this.#apply(event)) {
        this.#woken += 1;
        this.#drain();
        return;
      }
    }
    this.isActive = false;
    this.#events = [];
    this.#done();
  }

  /** Code that runs now was woken from elsewhere. */
  #rest(): void {
    this.#woken = 0;
    this.isActive = false;
    this.#scheduling.pause(() => {
      this.isActive = true;
      this.#pump();
    });
  }

  /** True when the event may have woken the code. */
  #apply(event: HistoryEvent): boolean {
    if (this.#ending?.kind === 'versionMissing') return false;
    switch (event.kind) {
      case 'workflowStarted':
        this.#checkNotOver();
        this.nowMs = event.timestampMs;
        this.#pinnedVersion ??= event.version?.name;
        if (event.version?.patches) this.#patches.record(event.version.patches);
        return false;
      case 'executionStarted':
        this.#start(event);
        return true;
      case 'eventRaised':
        return this.inbox.deliver(event);
      case 'executionTerminated':
        this.#terminate(event);
        return false;
      case 'executionCompleted':
        this.#checkOver(event.status);
        return false;
      default:
        if (!isActionEvent(event)) return this.ledger.settle(event);
        this.#mismatch ??= this.ledger.confirm(event, this.#position - 1, () => this.#inWords());
        return false;
    }
  }

  #start(started: ExecutionStarted): void {
    const program = this.#find(started, this.isReplaying ? { version: this.#pinnedVersion } : undefined);
    if (!program) {
      this.#ending = { kind: 'versionMissing' };
      return;
    }
    this.#program = program;
    this.#run = new Run(this, started, program.version);
    program.run(this.#run, started.input).then(
      (result) => this.#complete(result),
      (thrown: unknown) => this.#end(this.#failure(thrown)),
    );
  }

  #complete(result: string | undefined): void {
    this.#end({ kind: 'completeWorkflow', status: 'COMPLETED', ...(result === undefined ? {} : { result }) });
  }

  #end(action: Completion): void {
    if (this.mayAct('ended')) this.#ending = { kind: 'ended', action };
  }

  /** Engines end a terminated instance themselves; one that asks is told the same. The code is not: it cannot catch it. */
  #terminate({ output }: ExecutionTerminated): void {
    const result = output === undefined ? {} : { result: output };
    this.#ending = { kind: 'ended', action: { kind: 'completeWorkflow', status: 'TERMINATED', ...result } };
  }

  #checkNotOver(): void {
    if (this.#ending) this.#mismatch ??= mismatch('more turns to come', this.#inWords(), this.#position - 1);
  }

  #checkOver(status: string): void {
    if (this.#ending || status === 'TERMINATED') return;
    this.#mismatch ??= mismatch(`the end of the workflow (${status})`, this.#inWords(), this.#position - 1);
  }

  #inWords(): string {
    if (this.#ending) return endingInWords(this.#ending);
    const { awaiting } = this;
    return awaiting.length === 0 ? 'asks for nothing' : `asks for nothing more and awaits ${list(awaiting)}`;
  }

  /** Word that a rejection has been handled after all comes late: only when the code could do something else. */
  #settled(next: () => void): void {
    if (this.#strays.size === 0 || !this.#ending) next();
    else this.#scheduling.pause(next);
  }

  #answer(): TurnResponse {
    if (!this.#mismatch && this.#isStuck()) {
      this.#isForeign = true;
      this.#mismatch = foreignAwait();
    }
    if (this.#mismatch) return { actions: [], nonDeterminism: this.#mismatch };
    const actions: Action[] = this.ledger.unconfirmed();
    if (this.#ending) actions.push(lastAction(this.#judged(this.#ending), this.ledger.nextId(), this.inbox));
    return new Answer(this, actions, this.#customStatus, this.#version());
  }

  /** It has begun, has not ended, and no event could ever wake it. */
  #isStuck(): boolean {
    return (
      !!this.#run && !this.#ending && !this.ledger.hasOpenTasks && !this.inbox.isAwaited && !this.#suspension.isHolding
    );
  }

  /** Code that leaves a rejection behind has not completed: it has failed, and did not look. */
  #judged(ending: Ending): Ending {
    if (ending.kind !== 'ended' || ending.action.status !== 'COMPLETED') return ending;
    for (const reason of this.#strays.values()) return { kind: 'ended', action: this.#failure(reason) };
    return ending;
  }

  #failure(thrown: unknown): Completion {
    return { kind: 'completeWorkflow', status: 'FAILED', failure: this.#scheduling.failureOf(thrown) };
  }

  #version(): WorkflowVersion | undefined {
    const name = this.#program?.version;
    const { on } = this.#patches;
    if (name === undefined && on.length === 0) return undefined;
    return { ...(name === undefined ? {} : { name }), ...(on.length === 0 ? {} : { patches: [...on] }) };
  }
}

function list(items: readonly string[]): string {
  const shown = items.slice(0, 5).join(', ');
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
}

function idle(): void {}
