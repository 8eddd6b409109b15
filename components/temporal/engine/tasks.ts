import {
  Driver,
  strikesToQuarantine,
  type CommitResult,
  type ComponentContext,
  type EnginePort,
  type Lease,
} from '../../../core/index.js';
import { assemble, stall, type Committable, type StalledReason } from '../../../core/orchestration/index.js';
import { answerOf, skipAnswer, type Answer, type DecidedTurn } from '../translate/commands.js';
import { Run } from '../translate/run.js';
import { payloadBytes } from '../translate/size.js';
import type { CommandSettings } from '../translate/step-commands.js';
import { codeOf, isNotFound, status, textOf } from '../server/errors.js';
import type { Server } from '../server/server.js';
import {
  durationOf,
  numberOf,
  stickyKind,
  timeOf,
  type ActivityTask,
  type TemporalEvent,
  type WorkflowTask,
} from '../vendor.js';
import { RunCache, leaseOf, type Entry, type OpenTask } from './run-cache.js';

/** Of the payloads of one command, and of all commands of an answer. */
const maxCommandBytes = 2 * 1024 * 1024 - 8 * 1024;
const maxAnswerBytes = 4 * 1024 * 1024 - 256 * 1024;
/** The server ends a run at 51,200 events; some are needed to say so and to be ended by somebody. */
const maxRunEvents = 45_000;

/** After so long a task that its host does not fetch goes to any other, ms. */
const stickyTimeoutMs = 5_000;

/** What the workflow tasks of a component share with its other parts. */
export interface TasksOptions {
  readonly server: Server;
  readonly context: ComponentContext;
  readonly settings: CommandSettings;
  readonly cachedRuns: number;
  /** Queue of this host alone: tasks of runs it has in memory come there, with the new events only. */
  readonly stickyQueue: string;
  /** Activities the server hands out with its answer. */
  activities(tasks: readonly ActivityTask[]): void;
  /** The instance's status may have changed. */
  changed(instanceId: string): void;
  /** A short timer is open: the server may be late with it. */
  timerOpen(instanceId: string, runId: string, fireAtMs: number, isOpen: () => boolean): void;
  /** Makes the server hand out a workflow task. */
  nudge(instanceId: string, runId: string): void;
}

/** The port of the one loop on Temporal: a task that was handed out is the lease, its answer is the commit. */
export class WorkflowTasks implements EnginePort {
  readonly #options: TasksOptions;
  readonly #cache: RunCache;
  readonly #driver: Driver;
  readonly #unsubscribe: () => void;
  /** Answers in a row that the server refused, and why: an instance must not be asked for ever. */
  readonly #refused = new Map<string, { readonly count: number; readonly reason: string }>();
  #inHand = 0;
  #connects = 0;

  constructor(options: TasksOptions) {
    this.#options = options;
    this.#cache = new RunCache(options.cachedRuns, ({ run }) => this.#forget(run));
    this.#driver = new Driver(this, options.context);
    this.#unsubscribe = options.context.workers.onCapacity(({ cause }) => {
      if (cause === 'connected') this.#retryStalled();
    });
  }

  /** Tasks handed out to this host and not answered. */
  get inHand(): number {
    return this.#inHand;
  }

  /** Takes a task in. Rejects when its history cannot be read; the server then hands the task out again. */
  async take(polled: WorkflowTask): Promise<void> {
    const instanceId = polled.workflowExecution?.workflowId ?? '';
    const entry = await this.#entryOf(instanceId, polled);
    const task = openTaskOf(polled, this.#options.context.clock.monotonic());
    if (!entry.task) this.#inHand += 1;
    entry.task = task;
    this.#cache.put(instanceId, entry);
    // A turn that is out stays good when its task only timed out meanwhile: its answer goes with the new task.
    if (entry.lease && entry.lease.events !== entry.run.history.length) delete entry.lease;
    const { state } = entry.run;
    const hasTurn = !state.closed && assemble(state, leaseOf({ ...entry, task }, '').inbox, task.startedMs);
    if (hasTurn) this.#driver.wake(instanceId);
    else await this.#answer(entry, task, skipAnswer(entry.run, this.#serverMs(task), this.#options.settings));
  }

  /** The run with everything up to the task's start. */
  async #entryOf(
    instanceId: string,
    { workflowExecution, startedEventId, history, nextPageToken }: WorkflowTask,
  ): Promise<Entry> {
    const runId = workflowExecution?.runId ?? '';
    let entry = this.#cache.get(instanceId);
    if (entry?.run.runId !== runId) {
      if (entry) this.#drop(entry);
      entry = { run: new Run(instanceId, runId), stalled: false };
    }
    const upTo = numberOf(startedEventId);
    let events: readonly TemporalEvent[] = history?.events ?? [];
    const first = numberOf(events[0]?.eventId);
    if (nextPageToken?.length || first > entry.run.nextEventId) {
      const polled = new Set(events.map((event) => numberOf(event.eventId)));
      const read = await this.#options.server.history(instanceId, runId);
      events = [...read.filter((event) => !polled.has(numberOf(event.eventId))), ...events].sort(byId);
    }
    entry.run.feed(events.filter((event) => numberOf(event.eventId) <= upTo));
    return entry;
  }

  /** The run of an instance that this host has worked on, when it is open and not stalled as far as is known here. */
  liveRun(instanceId: string): string | undefined {
    const entry = this.#cache.get(instanceId);
    if (!entry || entry.stalled || entry.run.state.stalled || entry.run.state.closed) return undefined;
    return entry.run.runId;
  }

  load(instanceId: string): Lease | undefined {
    const entry = this.#cache.get(instanceId);
    if (!entry?.task) return undefined;
    const { task, run } = entry;
    const token = this.#options.context.ids.token();
    entry.lease = {
      token,
      startedEventId: task.startedEventId,
      facts: run.inbox.length,
      events: run.history.length,
      connects: this.#connects,
    };
    return leaseOf({ ...entry, task }, token);
  }

  async commit(lease: Lease, decision: Committable): Promise<CommitResult> {
    const entry = this.#cache.get(lease.instanceId);
    const held = entry?.lease;
    if (!entry?.task || !held || held.token !== lease.token) return 'lost';
    const { task, run } = entry;
    const isOwnTask = held.startedEventId === task.startedEventId && held.facts === run.inbox.length;
    const turn = { nowMs: this.#serverMs(task), recordedFacts: held.facts, isOwnTask };
    const made = this.#within(run, answerOf(run, decision, turn, this.#options.settings), decision, turn);
    if (!(await this.#answer(entry, task, made))) return 'lost';
    entry.stalled = made.stalled;
    if (made.stalled) {
      // A worker that came while the stall was on its way may know better.
      if (held.connects !== this.#connects) this.#options.nudge(run.instanceId, run.runId);
      return 'accepted';
    }
    if (decision.kind === 'advance') this.#watchTimers(entry, decision);
    const closed = decision.kind === 'advance' && decision.append.at(-1)?.kind === 'executionCompleted';
    if (closed) this.#drop(entry);
    this.#options.changed(lease.instanceId);
    return 'accepted';
  }

  /** The server ends a run whose payloads are too large; here it stalls, and nothing is lost. */
  #within(run: Run, answer: Answer, decision: Committable, turn: DecidedTurn): Answer & { readonly stalled: boolean } {
    const refused = this.#refused.get(run.instanceId);
    if (refused && refused.count >= strikesToQuarantine) {
      const reason = `the server refused its turn ${refused.count} times in a row, last: ${refused.reason}`;
      return this.#stalled(run, 'POISONED', reason, turn);
    }
    if (run.lastEventId > maxRunEvents && decision.kind === 'advance') {
      const reason = `its history has ${run.lastEventId} events; the server ends a run at 51,200`;
      return this.#stalled(run, 'PAYLOAD_SIZE_EXCEEDED', reason, turn);
    }
    const sizes = answer.commands.map(payloadBytes);
    const largest = Math.max(0, ...sizes);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    if (largest <= maxCommandBytes && total <= maxAnswerBytes) return { ...answer, stalled: decision.kind === 'stall' };
    const bound = largest > maxCommandBytes ? maxCommandBytes : maxAnswerBytes;
    const description = `a turn has ${Math.max(largest, total)} bytes of payloads, the server takes ${bound}`;
    return this.#stalled(run, 'PAYLOAD_SIZE_EXCEEDED', description, turn);
  }

  #stalled(
    run: Run,
    reason: StalledReason,
    description: string,
    turn: DecidedTurn,
  ): Answer & { readonly stalled: true } {
    const stalled = stall(run.state, reason, description, turn.nowMs);
    return { ...answerOf(run, stalled, turn, this.#options.settings), stalled: true };
  }

  /** False: the task is no longer this host's; what has happened since comes with the next one. */
  async #answer(entry: Entry, task: OpenTask, { commands, again }: Answer): Promise<boolean> {
    const { server, context, settings, stickyQueue } = this.#options;
    const { namespace, identity } = server;
    const { instanceId } = entry.run;
    this.#release(entry);
    try {
      const reply = await server.api.respondWorkflowTaskCompleted({
        ...{ namespace, identity, taskToken: task.taskToken, commands: [...commands] },
        stickyAttributes: {
          workerTaskQueue: { name: stickyQueue, kind: stickyKind, normalName: settings.taskQueue },
          scheduleToStartTimeout: durationOf(stickyTimeoutMs),
        },
        returnNewWorkflowTask: true,
        forceCreateNewWorkflowTask: again,
        sdkMetadata: { sdkName: 'wfhost' },
        capabilities: { discardSpeculativeWorkflowTaskWithEvents: true },
      });
      this.#refused.delete(instanceId);
      if (reply.activityTasks?.length) this.#options.activities(reply.activityTasks);
      if (reply.workflowTask?.taskToken?.length) void this.take(reply.workflowTask).catch(() => undefined);
      return true;
    } catch (error) {
      this.#drop(entry);
      if (isNotFound(error) || isUnhandledCommand(error)) return false;
      if (codeOf(error) === status.invalidArgument) {
        const count = (this.#refused.get(instanceId)?.count ?? 0) + 1;
        this.#refused.set(instanceId, { count, reason: textOf(error) });
      }
      context.logger.warn({ instanceId, reason: textOf(error) }, 'a turn could not be recorded');
      return false;
    }
  }

  /** A worker came whose code may know better: the server must hand the facts out again first. */
  #retryStalled(): void {
    this.#connects += 1;
    for (const { run, stalled, task } of this.#cache.values()) {
      if (stalled && !task) this.#options.nudge(run.instanceId, run.runId);
    }
  }

  #watchTimers({ run }: Entry, { effects }: Extract<Committable, { kind: 'advance' }>): void {
    for (const effect of effects) {
      if (effect.kind !== 'armTimer') continue;
      const { timerId, fireAt } = effect;
      const isOpen = (): boolean => {
        const now = this.#cache.get(run.instanceId);
        if (now && (now.run !== run || now.task)) return false;
        return run.state.open.has(timerId) || !run.state.usedIds.has(timerId);
      };
      this.#options.timerOpen(run.instanceId, run.runId, fireAt.ms + (fireAt.subNanos ? 1 : 0), isOpen);
    }
  }

  /** Now, by the server's clock as far as this host can tell: never ahead of it. */
  #serverMs(task: OpenTask): number {
    return task.startedMs + Math.floor(this.#options.context.clock.monotonic() - task.atMs);
  }

  #release(entry: Entry): void {
    if (entry.task) this.#inHand -= 1;
    delete entry.task;
    delete entry.lease;
  }

  #drop(entry: Entry): void {
    this.#release(entry);
    this.#cache.delete(entry.run.instanceId);
    this.#forget(entry.run);
  }

  #forget({ instanceId, state }: Run): void {
    if (state.started) this.#options.context.workers.forget(instanceId, state.started.executionId);
  }

  /** The instance is gone. */
  forget(instanceId: string): void {
    const entry = this.#cache.get(instanceId);
    if (entry) this.#drop(entry);
    this.#driver.forget(instanceId);
  }

  /** Begins nothing new, and gives back what is in hand, so that another host need not wait for its time-out. */
  async close(): Promise<void> {
    this.#driver.close();
    this.#unsubscribe();
    const held = [...this.#cache.values()].flatMap(({ task }) => task ?? []);
    await Promise.allSettled(held.map(({ taskToken }) => this.#options.server.giveBack(taskToken)));
  }
}

/** Something came while the turn that ends the run was made: it is made again. */
function isUnhandledCommand(error: unknown): boolean {
  return codeOf(error) === status.invalidArgument && textOf(error).includes('UnhandledCommand');
}

function openTaskOf(polled: WorkflowTask, atMs: number): OpenTask {
  const events = polled.history?.events ?? [];
  const started = events.findLast((event) => numberOf(event.eventId) === numberOf(polled.startedEventId));
  return {
    taskToken: polled.taskToken ?? new Uint8Array(),
    startedEventId: numberOf(polled.startedEventId),
    startedMs: timeOf(started?.eventTime ?? polled.startedTime),
    atMs,
  };
}

function byId(one: TemporalEvent, other: TemporalEvent): number {
  return numberOf(one.eventId) - numberOf(other.eventId);
}
