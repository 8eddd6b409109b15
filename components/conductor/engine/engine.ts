import { Driver, type CommitResult, type ComponentContext, type EnginePort, type Lease } from '../../../core/index.js';
import { cloneState, stall, startsAtMs, type Committable, type Fact } from '../../../core/orchestration/index.js';
import type { Beginning } from '../record/beginning.js';
import { inboxOf } from '../record/known.js';
import type { Letter } from '../record/letter.js';
import type { Names } from '../record/names.js';
import { encodeRecord, recordOf, stateAfter } from '../record/record.js';
import type { Server } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';
import { Carrier } from './carrier.js';
import { Decides } from './decides.js';
import { asLetters, heldAfter, heldAtStart, heldOf, type BegunExecution, type Held } from './held.js';
import type { Mailer } from './mailer.js';
import type { Queues } from './queues.js';
import type { Reader } from './reader.js';
import { routeBack, routeOf, type Surroundings } from './plan.js';
import { leaveOutput, type Route } from './route.js';

/** Before a failed turn is tried again, ms. */
const retryMs = 1_000;

/** From 3 MiB on the server puts a task's output where its own restart loses it. */
const maxOutputBytes = 2_500_000;

/** Starts that were made at the same time settle among themselves within this; what is left then was left by a lost host. */
const contestMs = 30_000;

/** A start that is put off is looked at again at least so often, for when the host that waits for it dies. */
const longestPauseSeconds = 3_600;

export interface EngineOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly names: Names;
  readonly queues: Queues;
  readonly mailer: Mailer;
  readonly leaseMs: number;
  /** Makes sure that an activity's queue is there and polled. */
  readonly serveActivity: (name: string) => Promise<void>;
  /** Callers may see something new of this instance. */
  readonly changed: (instanceId: string) => void;
}

/**
 * Conductor's side of the one loop. A turn is made from memory and recorded as the output of the task that the execution
 * stands at; whoever holds that task may record, and every record says which one it follows, so a host that was
 * overtaken notices and reads anew.
 */
export class Engine implements EnginePort {
  readonly decides: Decides;
  readonly #options: EngineOptions;
  readonly #held = new Map<string, Held>();
  readonly #carrier: Carrier;
  readonly #driver: Driver;
  readonly #cancels = new Set<() => void>();
  #closed = false;

  constructor(options: EngineOptions) {
    this.#options = options;
    const { context } = options;
    this.decides = new Decides(context.clock, (task) => this.#orphan(task));
    this.#carrier = new Carrier({ ...options, decides: this.decides });
    this.#driver = new Driver(this, context);
  }

  find(instanceId: string): Held | undefined {
    return this.#held.get(instanceId);
  }

  /** There is, or may be, a message for it. */
  mailCame(instanceId: string, urgent = false): void {
    const held = this.#held.get(instanceId);
    if (held) held.mailDirty = true;
    this.#options.changed(instanceId);
    this.#driver.wake(instanceId, { urgent });
  }

  /** A result of a task of this execution; false when the instance is not in memory, or has moved on. */
  resultCame(instanceId: string, executionId: string, letter: Letter): boolean {
    const held = this.#held.get(instanceId);
    if (!held || held.executionId !== executionId || held.stale) return false;
    held.inbox = [...held.inbox, { ...letter, stamp: held.inbox.length + 1 }];
    this.#driver.wake(instanceId);
    return true;
  }

  /** Reads it from the server and goes on with it. */
  wake(instanceId: string): void {
    this.#driver.wake(instanceId);
  }

  /** A poisoned instance gets another chance. */
  retry(instanceId: string): void {
    const held = this.#held.get(instanceId);
    if (held) held.retrying = true;
    this.#driver.wake(instanceId);
  }

  /** `workflowIds`: unless it has another execution by now. */
  forget(instanceId: string, workflowIds?: readonly string[]): void {
    const held = this.#held.get(instanceId);
    if (held && workflowIds && !workflowIds.includes(held.workflowId)) return;
    this.#held.delete(instanceId);
    this.#driver.forget(instanceId);
    if (held) this.#options.context.workers.forget(instanceId, held.executionId);
  }

  close(): void {
    this.#closed = true;
    this.#driver.close();
    this.decides.close();
    for (const cancel of this.#cancels) cancel();
  }

  get #surroundings(): Surroundings {
    return { names: this.#options.names, nowMs: this.#options.context.clock.now() };
  }

  // --- The port ---

  load(instanceId: string): Lease | undefined | Promise<Lease | undefined> {
    const held = this.#held.get(instanceId);
    const isAtHand = held && !held.stale && !held.mailDirty && held.state.started;
    return isAtHand ? this.#leaseOf(held) : this.#loadAnew(instanceId, held);
  }

  async #loadAnew(instanceId: string, before: Held | undefined): Promise<Lease | undefined> {
    try {
      const held = before && !before.stale ? await this.#refresh(before) : await this.#adopt(instanceId, before);
      if (!held) return undefined;
      const startMs = startsLater(held, this.#options.context.clock.now());
      if (startMs !== undefined) return await this.#putOff(held, startMs);
      if (held.position.at === 'held' && (held.inbox.length === 0 || held.leave !== undefined))
        await this.#giveBack(held);
      return this.#leaseOf(held);
    } catch (error) {
      if (this.#closed) return undefined;
      this.#again(instanceId);
      throw error;
    }
  }

  /** A start whose time has not come: looked at again then. */
  async #putOff(held: Held, startMs: number): Promise<undefined> {
    const { clock } = this.#options.context;
    await this.#carrier.putBack(held, Math.min(longestPauseSeconds, Math.ceil((startMs - clock.now()) / 1_000)));
    this.#wakeAt(held.instanceId, startMs);
    return undefined;
  }

  async #refresh(held: Held): Promise<Held> {
    held.mailDirty = false;
    const { run, executionId, state } = held;
    const mail = await this.#options.reader.mail(held.instanceId, { run, executionId, generation: state.generation });
    const seen = new Set(held.inbox.map((letter) => letter.mail));
    const head = held.inbox.filter(({ atMs }) => atMs === 0);
    const fresh = mail.filter(({ mail: key }) => !held.taken.has(key) && !seen.has(key));
    held.inbox = inboxOf(head, [...held.inbox.filter(({ atMs }) => atMs !== 0), ...fresh]);
    return held;
  }

  /** What the server knows replaces what was in memory, but for the task this host holds. */
  async #adopt(instanceId: string, before: Held | undefined): Promise<Held | undefined> {
    const known = await this.#options.reader.one(instanceId);
    const now = this.#held.get(instanceId);
    if (now !== before && now && !now.stale) return now;
    if (!known || known.endedAs || this.#closed) {
      if (before) this.forget(instanceId);
      return undefined;
    }
    // Which of several starts counts will be known in a moment.
    if (known.isContested) {
      this.#again(instanceId);
      return undefined;
    }
    const held = heldOf(known, before?.mailDirty === true && !before.stale);
    const keeps =
      before?.position.at === 'held' && before.workflowId === held.workflowId && held.position.at === 'queued';
    if (keeps) held.position = before.position;
    if (held.state.closed && held.position.at === 'ended') {
      this.#options.mailer.discard(instanceId, [...known.read, ...known.inbox]);
      return undefined;
    }
    this.#options.mailer.discard(instanceId, known.read);
    this.#held.set(instanceId, held);
    return held;
  }

  /** The execution is at a task of ours, and there is nothing to record: what is missing is sent, and the gate put back. */
  async #giveBack(held: Held): Promise<void> {
    const route = held.leave === undefined ? routeBack(held, this.#surroundings) : undefined;
    const output = route?.output ?? leaveOutput(held.leave ?? '', this.#options.names);
    if (!(await this.#carrier.complete(held, { n: held.no, ...output }))) {
      held.stale = true;
      return;
    }
    if (route) this.#moved(held, route);
    else this.#atLeave(held);
  }

  #leaseOf(held: Held): Lease | undefined {
    const { instanceId, state, inbox, history } = held;
    const poisoned = state.stalled?.reason === 'POISONED' && !held.retrying && !inbox.some(isTerminate);
    if (held.stale || held.leave !== undefined || state.closed || inbox.length === 0 || poisoned) return undefined;
    const { ids } = this.#options.context;
    held.lease = { instanceId, token: ids.token(), state, inbox, history: (from, to) => history.slice(from, to) };
    return held.lease;
  }

  async commit(lease: Lease, decision: Committable): Promise<CommitResult> {
    const held = this.#held.get(lease.instanceId);
    if (!held || held.lease !== lease || held.stale) return 'lost';
    if (decision.kind === 'stall' && decision.append.length === 0) return 'accepted';
    held.recording = true;
    try {
      return (await this.#record(held, lease, decision)) ? 'accepted' : 'lost';
    } catch (error) {
      held.stale = true;
      if (this.#closed) return 'lost';
      this.#again(held.instanceId);
      throw error;
    } finally {
      held.recording = false;
    }
  }

  /** False: nothing was recorded. */
  async #record(held: Held, lease: Lease, decision: Committable): Promise<boolean> {
    const isEnd = decision.kind === 'advance' && decision.append.some(({ kind }) => kind === 'executionCompleted');
    if (!(await this.#carrier.reach(held, isEnd)) || held.lease !== lease) return false;
    const taken = decision.kind === 'stall' ? [] : held.inbox.slice(0, decision.taken);
    const mail = taken.flatMap((letter) => letter.mail ?? []);
    const record = recordOf(held.no + 1, decision, mail);
    const rec = encodeRecord(record);
    const state = stateAfter(cloneState(held.state), record);
    const history = record.carry ? [] : [...held.history, ...record.append];
    const route = routeOf(held, { decision, state, history, bytes: rec.length }, this.#surroundings);
    const output = { n: record.no, rec, ...route.output };
    const bytes = JSON.stringify(output).length;
    if (bytes > maxOutputBytes && decision.kind !== 'stall')
      return this.#record(held, lease, this.#tooLarge(held, bytes));
    await this.#prepare(route, decision);
    if (!(await this.#carrier.complete(held, output))) {
      held.stale = true;
      return false;
    }
    held.lease = undefined;
    held.retrying = false;
    held.state = state;
    held.history = history;
    held.no = record.no;
    held.bytes += bytes;
    held.inbox = [...asLetters(record.carry ?? []), ...held.inbox.slice(taken.length)];
    for (const key of mail) held.taken.add(key);
    this.#options.mailer.discard(held.instanceId, taken);
    this.#moved(held, route);
    this.#options.changed(held.instanceId);
    return true;
  }

  #tooLarge({ state }: Held, bytes: number): Committable {
    const description = `a turn of ${bytes} bytes; a task of the Conductor server holds ${maxOutputBytes}`;
    return stall(state, 'PAYLOAD_SIZE_EXCEEDED', description, this.#options.context.clock.now());
  }

  /** Activities' queues must be there before something is put into them. */
  async #prepare(route: Route, decision: Committable): Promise<void> {
    if (route.kind !== 'step' && route.kind !== 'fork') return;
    if (decision.kind === 'stall') return;
    const names = new Set(decision.effects.flatMap((effect) => (effect.kind === 'runActivity' ? [effect.name] : [])));
    await Promise.all([...names].map((name) => this.#options.serveActivity(name)));
  }

  /** The server has taken a record (or the gate back) that leads there. */
  #moved(held: Held, route: Route): void {
    const { queues, names, context } = this.#options;
    held.iteration += 1;
    switch (route.kind) {
      case 'step':
        held.position = { at: 'step', taskId: route.taskId };
        return queues.kick(route.queue);
      case 'fork':
        held.position = { at: 'gate', gate: 'gate' };
        for (const id of route.issued) held.issued.add(id);
        for (const [ref, effect] of route.posts) held.posts.set(ref, effect);
        for (const queue of route.queues) queues.kick(queue);
        for (const task of held.state.open.values()) {
          if (task.kind === 'timer' && task.fireAt.ms > context.clock.now())
            queues.kickAt(names.timer, task.fireAt.ms - 900);
        }
        return;
      case 'wait':
        held.position = { at: 'gate', gate: 'signal' };
        return;
      case 'leave':
        held.leave = route.leave;
        return this.#atLeave(held);
      case 'end':
        return this.forget(held.instanceId, [held.workflowId]);
    }
  }

  #atLeave(held: Held): void {
    held.position = { at: 'leaving' };
    this.#options.queues.kick(this.#options.names.leave);
  }

  /** A leave step of this instance was carried out; `successor`: the execution it goes on in. */
  left(instanceId: string, workflowId: string, successor?: BegunExecution): void {
    const held = this.#held.get(instanceId);
    if (held?.workflowId !== workflowId) return successor && this.#driver.wake(instanceId);
    if (!successor) return this.forget(instanceId, [workflowId]);
    this.#held.set(instanceId, heldAfter(held, successor));
    this.#options.queues.kick(this.#options.names.decide);
    this.#driver.wake(instanceId);
  }

  /** A new instance of which everything is known. */
  began(instanceId: string, workflowId: string, beginning: Beginning, state: Held['state']): void {
    // Its first task may have been polled, and the instance read from the server, before the start was told.
    if (this.#held.get(instanceId)?.workflowId === workflowId) return;
    this.forget(instanceId);
    this.#held.set(instanceId, heldAtStart(instanceId, { workflowId, beginning }, state));
    if (beginning.seed) this.#options.queues.kick(this.#options.names.decide);
    this.#driver.wake(instanceId);
  }

  /** A `decide` nobody waits for: of an instance that is not in memory, or whose turn a worker has at the moment. */
  #orphan(task: ServerTask): void {
    const instanceId = task.correlationId ?? '';
    const { clock } = this.#options.context;
    const untilMs = clock.now() + this.#options.leaseMs / 2;
    const held = this.#held.get(instanceId);
    if (held?.workflowId === task.workflowInstanceId) {
      this.#carrier.hold(held, task, untilMs);
      if (held.inbox.length === 0) held.mailDirty = true;
      this.#driver.wake(instanceId);
      return;
    }
    void this.#adoptOrphan(instanceId, held, task, untilMs).catch((error: unknown) => {
      this.#options.context.logger.warn({ instanceId, err: error }, 'an instance could not be read');
    });
  }

  async #adoptOrphan(instanceId: string, before: Held | undefined, task: ServerTask, untilMs: number): Promise<void> {
    const held = await this.#adopt(instanceId, before);
    if (held?.workflowId !== task.workflowInstanceId) return this.#strayed(instanceId, task);
    // Meanwhile somebody may have come to wait for it.
    if (this.decides.take(task)) return;
    this.#carrier.hold(held, task, untilMs);
    held.mailDirty = true;
    this.#driver.wake(instanceId);
  }

  /** A `decide` of an execution that does not count: begun twice, or of an earlier run. */
  async #strayed(instanceId: string, task: ServerTask): Promise<void> {
    const { workflowInstanceId } = task;
    const { reader, server, context } = this.#options;
    const known = await reader.one(instanceId);
    const isRecent = context.clock.now() - (task.scheduledTime ?? 0) < contestMs;
    if (known && (known.isContested || !known.others.includes(workflowInstanceId)) && isRecent) {
      const { taskId } = task;
      await server.update({ workflowInstanceId, taskId, status: 'IN_PROGRESS', callbackAfterSeconds: 1 });
    } else if (!known || known.others.includes(workflowInstanceId)) await server.remove(workflowInstanceId);
  }

  #again(instanceId: string): void {
    this.#wakeAt(instanceId, this.#options.context.clock.now() + retryMs);
  }

  #wakeAt(instanceId: string, atMs: number): void {
    if (this.#closed) return;
    const cancel = this.#options.context.clock.at(atMs, () => {
      this.#cancels.delete(cancel);
      this.#driver.wake(instanceId);
    });
    this.#cancels.add(cancel);
  }
}

/** The time before which an instance may not begin, if it has not come. */
function startsLater({ state, inbox }: Held, nowMs: number): number | undefined {
  const startMs = startsAtMs(state, inbox);
  return startMs !== undefined && startMs > nowMs && !inbox.some(isTerminate) ? startMs : undefined;
}

function isTerminate({ event }: Fact): boolean {
  return event.kind === 'executionTerminated';
}
