import type { ComponentContext, RetentionPolicy } from '../../../core/index.js';
import {
  advance,
  type ClosedStatus,
  type Committable,
  type Fact,
  type InboxEvent,
  type State,
} from '../../../core/orchestration/index.js';
import type { TimerKey } from '../store/store.js';
import { createInstance, timerKeysOf, type Change, type Instance } from './instance.js';
import type { Instances } from './instances.js';
import { raisedSize } from './read-back.js';
import type { Timers } from './timers.js';
import type { Writer } from './writer.js';

export interface LedgerOptions {
  readonly context: ComponentContext;
  readonly instances: Instances;
  readonly writer: Writer;
  readonly timers: Timers;
}

/**
 * The only place where instances change. Every change is in memory at once and in the pending group, so that memory
 * is never ahead of what will be durable by more than that group. No rule is made here: what a decision means comes
 * from `core/orchestration`.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  #lastNo = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  /** Creation numbers up to this one were given before. */
  continueFrom(lastNo: number): void {
    this.#lastNo = Math.max(this.#lastNo, lastNo);
  }

  create(instanceId: string): Instance {
    this.#lastNo += 1;
    const instance = createInstance(this.#lastNo, instanceId);
    changeOf(instance).created = true;
    this.#options.instances.add(instance);
    this.#options.writer.change(instance);
    return instance;
  }

  /** Puts a fact at the tail of the inbox. `awaited`: somebody is answered when it is durable. */
  addFact(instance: Instance, event: InboxEvent, generation: number, urgency: 'awaited' | 'idle'): void {
    const fact: Fact = { event, generation, stamp: instance.nextStamp };
    instance.nextStamp += 1;
    instance.inbox.push(fact);
    if (event.kind === 'eventRaised') {
      instance.raisedCount += 1;
      instance.raisedBytes += raisedSize(fact);
    }
    if (urgency === 'awaited') this.#options.writer.change(instance);
    else this.#options.writer.changeIdly(instance);
  }

  /** Makes a decision the instance's next state. Whoever holds a lease on it has lost it. */
  decide(instance: Instance, decision: Committable): void {
    delete instance.lease;
    if (decision.kind === 'stall' && decision.append.length === 0) return;
    const timers = decision.kind !== 'stall' && decision.effects.some(({ kind }) => kind === 'dropTimers');
    const dropped = timers ? timerKeysOf(instance) : [];
    // What cannot be encoded must not become history, so this comes before any change.
    const encoded = decision.kind === 'newGeneration' ? [] : decision.append.map((event) => this.#encode(event));
    const change = changeOf(instance);
    instance.state = advance(instance.state, decision);
    if (decision.kind === 'newGeneration') resetHistory(instance, change);
    else addHistory(instance, change, decision.append, encoded);
    if (decision.kind !== 'stall') {
      takeFacts(instance, change, decision.taken, decision.kind === 'newGeneration' ? decision.carry : []);
      if (decision.customStatus) change.customStatus = decision.customStatus;
    }
    for (const key of dropped) this.#disarm(instance, key);
    this.#options.writer.change(instance);
    if (instance.state.closed) this.#close(instance, instance.state.closed);
  }

  #encode(event: Parameters<ComponentContext['codec']['encode']>[0]): Uint8Array {
    return this.#options.context.codec.encode(event);
  }

  /** An instance that has ended is written as a whole, and its retention begins once that is durable. */
  #close(instance: Instance, closed: NonNullable<State['closed']>): void {
    const { context, writer, timers } = this.#options;
    const retentionMs = retentionOf(context.retention, closed.status);
    if (retentionMs !== undefined) {
      instance.expiresAtMs = closed.atMs + retentionMs;
      // The row is written with its timers, so that these need not be stored, however far away they are.
      const keys = timerKeysOf(instance);
      writer.afterwards({ durable: () => keys.forEach((key) => timers.arm(key)) });
    }
    writer.save(instance);
  }

  arm(instance: Instance, key: TimerKey): void {
    if (this.#options.timers.arm(key)) return;
    instance.timersStored = true;
    this.#options.writer.addTimer(key);
  }

  /** A timer is over: it has fired, or its reason is gone. */
  #disarm(instance: Instance, key: TimerKey): void {
    this.#options.timers.cancel(key);
    this.fired(instance, key);
  }

  fired(instance: Instance, key: TimerKey): void {
    if (instance.timersStored) this.#options.writer.removeTimer(key);
  }

  /** Removes an instance and all that belongs to it. */
  remove(instance: Instance): void {
    for (const key of timerKeysOf(instance)) this.#disarm(instance, key);
    this.#options.instances.remove(instance);
    this.#options.writer.remove(instance);
  }
}

function changeOf(instance: Instance): Change {
  instance.change ??= { created: false, takenFacts: 0, eventCount: 0 };
  return instance.change;
}

function addHistory(
  instance: Instance,
  change: Change,
  events: readonly Instance['history'][number][],
  encoded: readonly Uint8Array[],
): void {
  for (const event of events) instance.history.push(event);
  for (const bytes of encoded) {
    instance.unsaved.push(bytes);
    instance.historyBytes += bytes.length;
  }
  change.eventCount += encoded.length;
}

function resetHistory(instance: Instance, change: Change): void {
  instance.history = [];
  instance.historyBytes = 0;
  instance.unsaved = [];
  instance.staleChunks ||= instance.chunkCount > 0;
  instance.chunkCount = 0;
  change.eventCount = 0;
  change.resetTo = instance.state.generation;
}

/** Takes facts from the head. With a carry, all that is left is recorded anew behind it. */
function takeFacts(instance: Instance, change: Change, taken: number, carry: readonly Fact[]): void {
  for (const fact of instance.inbox.slice(0, taken)) countRaised(instance, fact, -1);
  for (const fact of carry) countRaised(instance, fact, 1);
  const takenRecorded = carry.length > 0 ? instance.recordedFacts : Math.min(taken, instance.recordedFacts);
  instance.inbox = taken === instance.inbox.length ? [...carry] : [...carry, ...instance.inbox.slice(taken)];
  instance.recordedFacts -= takenRecorded;
  change.takenFacts += takenRecorded;
}

function countRaised(instance: Instance, fact: Fact, by: 1 | -1): void {
  if (fact.event.kind !== 'eventRaised') return;
  instance.raisedCount += by;
  instance.raisedBytes += by * raisedSize(fact);
}

/** How long an instance that ended so is kept, ms; absent: for ever. */
function retentionOf(policy: RetentionPolicy, status: ClosedStatus): number | undefined {
  switch (status) {
    case 'COMPLETED':
      return policy.completedMs ?? policy.anyTerminalMs;
    case 'FAILED':
      return policy.failedMs ?? policy.anyTerminalMs;
    case 'TERMINATED':
      return policy.terminatedMs ?? policy.anyTerminalMs;
    case 'CANCELED':
      return policy.anyTerminalMs;
  }
}
