import type { ActivityItem, ActivityOutcome, Logger, TurnItem, TurnOutcome, Worker } from '../../../core/index.js';

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

export function turnItem(instanceId: string, workflowName = 'flow'): TurnItem {
  return {
    component: 'c',
    instanceId,
    executionId: `${instanceId}-1`,
    generation: 0,
    workflowName,
    leaseToken: instanceId,
    pastCount: 0,
    newEvents: [],
    past: () => [],
  };
}

export function activityItem(instanceId: string, name = 'step'): ActivityItem {
  return {
    component: 'c',
    instanceId,
    executionId: `${instanceId}-1`,
    generation: 0,
    workflowName: 'flow',
    taskId: 0,
    name,
    leaseToken: instanceId,
    history: async () => [],
  };
}

type Suit = 'named' | 'any' | 'no';

/** A worker that holds what it gets until told how it ended. */
export class HandWorker implements Worker {
  readonly label: string;
  readonly held: { readonly id: string; readonly end: (outcome: { kind: 'gone'; reason: string }) => void }[] = [];
  readonly forgotten: string[] = [];
  readonly #room: number;
  readonly #suit: (name: string) => Suit;

  constructor(label: string, options: { room?: number; suit?: (name: string) => Suit } = {}) {
    this.label = label;
    this.#room = options.room ?? Infinity;
    this.#suit = options.suit ?? (() => 'any');
  }

  suitsTurn(item: TurnItem): Suit {
    return this.#suit(item.workflowName);
  }

  suitsActivity(item: ActivityItem): Suit {
    return this.#suit(item.name);
  }

  hasRoom(): boolean {
    return this.held.length < this.#room;
  }

  turn(item: TurnItem): Promise<TurnOutcome> {
    return this.#hold(item.instanceId);
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> {
    return this.#hold(item.instanceId);
  }

  forget(instanceId: string): void {
    this.forgotten.push(instanceId);
  }

  /** Ends the oldest item. */
  endOne(): void {
    this.held.shift()?.end({ kind: 'gone', reason: 'told to' });
  }

  endAll(): void {
    while (this.held.length > 0) this.endOne();
  }

  #hold(id: string): Promise<{ kind: 'gone'; reason: string }> {
    return new Promise((end) => this.held.push({ id, end }));
  }
}

/** Lets settled promises run their continuations. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
