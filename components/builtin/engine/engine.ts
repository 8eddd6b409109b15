import {
  ActivityDispatcher,
  Driver,
  WorkflowError,
  isClosed,
  type ActivityOrder,
  type CommitResult,
  type ComponentContext,
  type EnginePort,
  type ExecutionIdentity,
  type Lease,
} from '../../../core/index.js';
import {
  activityResult,
  anyGeneration,
  checkIdReusable,
  executionStarted,
  stall,
  type ChildStart,
  type Committable,
  type ExecutionStarted,
  type HistoryEvent,
  type InboxEvent,
  type Seed,
} from '../../../core/orchestration/index.js';
import type { Store, TimerKey } from '../store/store.js';
import { hasInboxRoom, isHalted, withinBounds } from './bounds.js';
import { Due } from './due.js';
import { EffectRelease, type EffectTarget, type RunActivity } from './effects.js';
import type { Group } from './group.js';
import { executionIdOf, type Instance } from './instance.js';
import { Instances } from './instances.js';
import { InstanceLease } from './lease.js';
import { Ledger } from './ledger.js';
import { Recovery } from './recovery.js';
import { Timers } from './timers.js';
import { TurnsOut } from './turns-out.js';
import { Upkeep } from './upkeep.js';
import { Views } from './views.js';
import { WakeQueue } from './wake-queue.js';
import { Writer } from './writer.js';

export interface EngineOptions {
  readonly store: Store;
  readonly context: ComponentContext;
  /** Memory for instances, bytes. */
  readonly stickyBytes: number;
  /** Callers may see something new of this instance, durably. */
  readonly changed: (instanceId: string) => void;
}

/** `awaited`: whoever sent the fact is answered once it is durable. `idle`: it can be had again after a crash. */
export type Urgency = 'awaited' | 'idle';

/**
 * The built-in engine's side of the one loop: it owns every instance of its store, keeps the running ones in memory,
 * makes decisions durable by groups, and lets effects leave once they are. Facts for other instances of the same store
 * are part of the group that decided them, so a parent and its children are never of two minds.
 */
export class Engine implements EnginePort, EffectTarget {
  readonly views: Views;
  readonly writer: Writer;
  readonly #context: ComponentContext;
  readonly #changed: (instanceId: string) => void;
  readonly #instances: Instances;
  readonly #timers: Timers;
  readonly #ledger: Ledger;
  readonly #driver: Driver;
  readonly #activities: ActivityDispatcher;
  readonly #turnsOut: TurnsOut;
  readonly #wakes: WakeQueue;
  readonly #effects: EffectRelease;
  readonly #upkeep: Upkeep;
  readonly #recovery: Recovery;

  constructor({ store, context, stickyBytes, changed }: EngineOptions) {
    const { clock, codec, ids, logger, workers } = context;
    this.#context = context;
    this.#changed = changed;
    const leave = (instance: Instance): boolean => this.#leave(instance);
    const instances = new Instances({
      store,
      codec,
      budgetBytes: stickyBytes,
      leave,
      fault: (error) => this.writer.suspect(error),
    });
    this.#instances = instances;
    const writer = new Writer({
      store,
      context,
      recorded: (group) => this.#recorded(group),
      lost: (group) => this.#recovery.lose(group),
      recovered: () => this.#recovery.readBack(),
    });
    this.writer = writer;
    this.views = new Views({ instances, writer, codec });
    const ready = (): boolean => writer.failure === undefined;
    const due = new Due({ engine: this, context, instances, writer, again: (key) => this.#timers.arm(key) });
    this.#timers = new Timers({ store, clock, logger, ready, fire: (keys) => due.fire(keys) });
    this.#ledger = new Ledger({ context, instances, writer, timers: this.#timers });
    this.#turnsOut = new TurnsOut(workers);
    this.#driver = new Driver(this, { ...context, workers: this.#turnsOut });
    this.#activities = new ActivityDispatcher({
      component: context.name,
      workers,
      newToken: () => ids.token(),
      settled: (order, result) => this.#settled(order, activityResult(order, result, clock.now())),
      poisoned: (order, reason) => this.#poisoned(order, reason),
    });
    this.#wakes = new WakeQueue((instanceId, urgent) => this.#wake(instanceId, urgent));
    this.#effects = new EffectRelease(this, context);
    this.#upkeep = new Upkeep({ store, clock, writer });
    const parts = { engine: this, store, context, instances, writer, timers: this.#timers, ledger: this.#ledger };
    this.#recovery = new Recovery({ ...parts, activities: this.#activities });
  }

  /** Reads what the last owner left: all that was running goes on. Throws `ERR_STORE_UNAVAILABLE`. */
  open(): void {
    this.#recovery.open();
  }

  // --- The port ---

  load(instanceId: string): Lease | undefined {
    const instance = this.#served(instanceId, () => this.#instances.get(instanceId));
    if (!instance || instance.inbox.length === 0 || isHalted(instance)) return undefined;
    instance.lease = new InstanceLease(instance, this.#context.ids);
    return instance.lease;
  }

  commit(lease: Lease, decision: Committable): CommitResult | Promise<CommitResult> {
    const instance = this.#instances.hot(lease.instanceId);
    if (!instance || instance.lease !== lease) return 'lost';
    this.#served(lease.instanceId, () =>
      this.#decide(instance, withinBounds(instance, decision, this.#context.clock.now())),
    );
    if (decision.kind !== 'newGeneration') return 'accepted';
    // A loop without end lets others have their turn once a generation.
    return this.writer.durable().then(() => 'accepted');
  }

  /** What cannot be done for an instance because of the store is done when the store is back. */
  #served<T>(instanceId: string, serve: () => T): T {
    try {
      this.writer.assertReady();
      return serve();
    } catch (error) {
      if (this.writer.failure) this.#recovery.serveLater(instanceId);
      throw error;
    }
  }

  #decide(instance: Instance, decision: Committable): void {
    const from = identityOf(instance, decision);
    this.#ledger.decide(instance, decision);
    instance.retrying = false;
    if (decision.kind === 'stall') return;
    this.#whole(() => {
      for (const effect of decision.effects) this.#effects.release(instance, from, effect);
    });
  }

  /** A change of several parts. When one of them fails, none has happened, and with them nothing of the group. */
  #whole<T>(change: () => T): T {
    try {
      return change();
    } catch (error) {
      throw this.writer.abandon(error);
    }
  }

  // --- Facts ---

  find(instanceId: string): Instance | undefined {
    return this.#instances.get(instanceId);
  }

  /** Puts a fact into an inbox and wakes the instance; a closed one drops it. */
  post(instance: Instance, event: InboxEvent, generation = anyGeneration, urgency: Urgency = 'awaited'): void {
    if (instance.state.closed) return this.#dropped(event, 'instance is closed');
    this.#ledger.addFact(instance, event, generation, urgency);
    this.wake(instance.instanceId, event.kind === 'executionTerminated');
  }

  /** Puts a result into the inbox of the execution that waits for it, if it is still that one. */
  postResult(
    instance: Instance,
    event: InboxEvent,
    from: { readonly generation: number; readonly executionId: string },
  ): void {
    const isCurrent = instance.state.generation === from.generation && executionIdOf(instance) === from.executionId;
    if (isCurrent) this.post(instance, event, from.generation, 'idle');
    else this.#dropped(event, 'belongs to an older generation');
  }

  hasRoom(instance: Instance): boolean {
    return hasInboxRoom(instance);
  }

  wake(instanceId: string, urgent = false): void {
    this.#wakes.add(instanceId, urgent);
  }

  #wake(instanceId: string, urgent: boolean): void {
    if (this.writer.failure) this.#recovery.serveLater(instanceId);
    else this.#driver.wake(instanceId, { urgent });
  }

  /** A poisoned instance gets another chance: its turn and its activities are handed out again. */
  retry(instance: Instance): void {
    instance.retrying = true;
    this.#recovery.resume(instance);
  }

  #dropped(event: InboxEvent, why: string): void {
    this.#context.metrics.count('wfhost_facts_dropped_total', { kind: event.kind, why });
  }

  // --- Activities ---

  runActivity(from: ExecutionIdentity, effect: RunActivity): void {
    this.writer.afterwards({ durable: () => this.dispatch(from, effect) });
  }

  dispatch(from: ExecutionIdentity, effect: RunActivity): void {
    const { instanceId } = from;
    this.#activities.dispatch(from, effect, async () => this.views.history(instanceId));
  }

  #settled(order: ActivityOrder, event: InboxEvent): void {
    try {
      const instance = this.#instances.get(order.instanceId);
      if (instance) this.postResult(instance, event, order);
      else this.#dropped(event, 'instance is gone');
    } catch (error) {
      // The result is lost with the reason it could not be recorded; the activity runs again when there is a way.
      this.#context.logger.warn({ instanceId: order.instanceId, err: error }, 'a result could not be taken');
      this.#recovery.serveLater(order.instanceId);
    }
  }

  #poisoned(order: ActivityOrder, reason: string): void {
    const instance = this.#instances.hot(order.instanceId) ?? this.#instances.get(order.instanceId);
    if (!instance || executionIdOf(instance) !== order.executionId || instance.state.closed) return;
    const { clock, logger } = this.#context;
    const description = `activity "${order.name}" lost its worker again and again, last: ${reason}`;
    logger.warn({ instanceId: order.instanceId, description }, 'instance stalled');
    this.#decide(instance, stall(instance.state, 'POISONED', description, clock.now()));
  }

  // --- Beginning and end of instances ---

  /** Records a new instance; a closed one of that id gives way. The caller has checked that the id may be used. */
  begin(start: ChildStart): void {
    this.writer.assertReady();
    const { clock, ids } = this.#context;
    const { instanceId, ...fields } = start;
    const earlier = this.views.removable(instanceId);
    if (earlier) this.#remove(earlier);
    const instance = this.#ledger.create(instanceId);
    const identity = { instanceId, executionId: ids.executionId(), generation: 0, timestampMs: clock.now() };
    this.post(instance, executionStarted({ ...identity, ...fields }), 0);
    const { scheduledStartMs } = start;
    if (scheduledStartMs === undefined || scheduledStartMs <= clock.now()) return;
    this.arm(instance, { fireAtMs: scheduledStartMs, no: instance.no, kind: 'start', seq: 0 });
  }

  beginIfFree(start: ChildStart): boolean {
    const earlier = this.views.of(start.instanceId);
    if (earlier && !isClosed(earlier.status)) return false;
    try {
      checkIdReusable(start.instanceId, (instanceId) => this.views.treeNode(instanceId));
    } catch (error) {
      if (WorkflowError.from(error).code === 'ERR_INSTANCE_ID_IN_USE') return false;
      throw error;
    }
    this.begin(start);
    return true;
  }

  /** Records an instance that begins in the middle of a history. */
  beginSeeded(seed: Seed): void {
    this.writer.assertReady();
    const instance = this.#ledger.create(seed.instanceId);
    this.#decide(instance, { kind: 'advance', taken: 0, append: seed.history, effects: seed.effects });
  }

  /** Removes instances, all with one group. Returns how many of them there were. */
  remove(instanceIds: readonly string[]): number {
    this.writer.assertReady();
    return this.#whole(() => instanceIds.filter((instanceId) => this.#remove(this.views.removable(instanceId))).length);
  }

  #remove(instance: Instance | undefined): boolean {
    if (!instance) return false;
    const { instanceId } = instance;
    this.#ledger.remove(instance);
    this.#driver.forget(instanceId);
    this.#activities.forget(instanceId);
    this.#context.workers.forget(instanceId, executionIdOf(instance) ?? '');
    return true;
  }

  arm(instance: Instance, key: TimerKey): void {
    this.#ledger.arm(instance, key);
  }

  // --- After a flush ---

  #recorded(group: Group): void {
    this.#timers.groupEnded();
    this.#instances.removalsEnded(group.removed);
    for (const instance of group.changed) {
      this.#changed(instance.instanceId);
      this.#instances.weigh(instance);
    }
    for (const instance of group.saves) if (instance.state.closed) this.#letGo(instance);
    this.#instances.sweep();
    this.#upkeep.flushed();
  }

  /** An instance that has ended is read from the store, should somebody ask. */
  #letGo(instance: Instance): void {
    this.#instances.drop(instance);
    this.#context.workers.forget(instance.instanceId, executionIdOf(instance) ?? '');
  }

  /** See `Instances.sweep`: only what is complete in its row and has no turn out may leave. */
  #leave(instance: Instance): boolean {
    const { instanceId, inbox, recordedFacts, change, firstLsn } = instance;
    if (change || recordedFacts < inbox.length || this.#turnsOut.has(instanceId)) return false;
    if (firstLsn !== undefined) {
      this.writer.save(instance);
      return false;
    }
    this.#context.workers.forget(instanceId, executionIdOf(instance) ?? '');
    return true;
  }

  /** Hands out nothing more, and records what is there. */
  close(): void {
    this.#driver.close();
    this.#activities.close();
    this.#timers.close();
    this.#upkeep.close();
    this.writer.close();
  }
}

/** Who decides: also in the first turn, and for a seed, whose own events are the first to say so. */
function identityOf({ instanceId, state, inbox }: Instance, decision: Committable): ExecutionIdentity {
  const { generation } = state;
  const started = state.started ?? startedIn(inbox.map(({ event }) => event)) ?? startedIn(eventsOf(decision));
  return started ? { instanceId, generation, started } : { instanceId, generation };
}

function eventsOf(decision: Committable): readonly HistoryEvent[] {
  return decision.kind === 'newGeneration' ? [] : decision.append;
}

function startedIn(events: readonly HistoryEvent[]): ExecutionStarted | undefined {
  return events.find((event): event is ExecutionStarted => event.kind === 'executionStarted');
}
