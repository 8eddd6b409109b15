import type { ActivityItem, ActivityOutcome, TurnItem, TurnOutcome, Worker } from '../../core/index.js';
import { runProgram, type WorkerCode } from './program.js';
import { work } from './work.js';

/** One run of the activity, as the worker saw it. */
export interface WorkRecord {
  readonly instanceId: string;
  readonly taskId: number;
}

/**
 * The suite's worker: runs programs, remembers what it ran, and lets cases hold work back or change what its code knows.
 * It keeps nothing between turns, so that any of its streams can serve any instance.
 */
export class SuiteWorker implements Worker {
  readonly label = 'conformance';
  readonly ran: WorkRecord[] = [];
  readonly patches = new Set<string>();
  readonly versions = new Set<string>();
  readonly #watched = new Map<string, TurnItem[]>();
  readonly #heldTurns = new Map<string, Gate>();
  readonly #heldWork = new Map<string, Gate>();

  suitsTurn(): 'any' {
    return 'any';
  }

  suitsActivity(): 'any' {
    return 'any';
  }

  hasRoom(): boolean {
    return true;
  }

  async turn(item: TurnItem): Promise<TurnOutcome> {
    this.#watched.get(item.instanceId)?.push(item);
    await this.#heldTurns.get(item.instanceId)?.passed();
    const code: WorkerCode = { patches: this.patches, versions: this.versions };
    return { kind: 'answered', response: runProgram([...item.past(0), ...item.newEvents], code) };
  }

  async activity(item: ActivityItem): Promise<ActivityOutcome> {
    this.ran.push({ instanceId: item.instanceId, taskId: item.taskId });
    await this.#heldWork.get(item.instanceId)?.passed();
    return work(item);
  }

  forget(): void {
    // Nothing is kept: every turn is computed from the whole history.
  }

  /** Turns of the instance as they come from now on. */
  watchTurns(instanceId: string): readonly TurnItem[] {
    const turns: TurnItem[] = [];
    this.#watched.set(instanceId, turns);
    return turns;
  }

  /** Turns of the instance wait at this worker until they are let go. */
  holdTurns(instanceId: string): Gate {
    return hold(this.#heldTurns, instanceId);
  }

  /** Activities of the instance, likewise. */
  holdWork(instanceId: string): Gate {
    return hold(this.#heldWork, instanceId);
  }

  ranFor(instanceId: string): readonly number[] {
    return this.ran.filter((record) => record.instanceId === instanceId).map((record) => record.taskId);
  }
}

function hold(gates: Map<string, Gate>, instanceId: string): Gate {
  // A gate that was replaced must not take the newer one with it.
  const gate: Gate = new Gate(() => {
    if (gates.get(instanceId) === gate) gates.delete(instanceId);
  });
  gates.set(instanceId, gate);
  return gate;
}

/** A barrier that work waits at. */
export class Gate {
  readonly #onOpen: () => void;
  readonly #waiting: (() => void)[] = [];
  #arrived = 0;
  #arrivals: (() => void)[] = [];
  #open = false;

  constructor(onOpen: () => void) {
    this.#onOpen = onOpen;
  }

  /** Work arrives here. */
  passed(): Promise<void> {
    if (this.#open) return Promise.resolve();
    this.#arrived += 1;
    for (const arrival of this.#arrivals.splice(0)) arrival();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Somebody is waiting here. */
  reached(): Promise<void> {
    return this.#arrived > 0 ? Promise.resolve() : new Promise((resolve) => this.#arrivals.push(resolve));
  }

  /** Lets all go, now and from now on. */
  open(): void {
    this.#open = true;
    this.#onOpen();
    for (const go of this.#waiting.splice(0)) go();
  }
}
