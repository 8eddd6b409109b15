import {
  stepPrefix,
  type ActivityItem,
  type ActivityOutcome,
  type CapacityEvent,
  type ConcurrencyLimits,
  type Logger,
  type TurnItem,
  type TurnOutcome,
  type Worker,
  type WorkerPool,
  type WorkerPort,
} from '../../core/index.js';
import { Lane, type Handling } from './lane.js';
import { Permits } from './permits.js';
import { Roster, type Seat } from './roster.js';

/** Sees every item go out and come back (meters, spans). */
export interface ItemWatch {
  turn: NonNullable<Handling<TurnItem, TurnOutcome>['watch']>;
  activity: NonNullable<Handling<ActivityItem, ActivityOutcome>['watch']>;
}

export interface WorkerPoolOptions {
  /** Caps over all components and workers; absent: none but the workers' own credit. */
  readonly limits?: ConcurrencyLimits;
  readonly watch?: ItemWatch;
  readonly logger: Logger;
}

/** The pool with what the host shows of it. */
export interface HostWorkerPool extends WorkerPool {
  readonly connectedWorkers: number;
  /** Permits out under the concurrency limits; 0 without limits. */
  readonly permitsTaken: { readonly turns: number; readonly activities: number };
  /** Items in the hands of workers. */
  readonly inFlight: { readonly turns: number; readonly activities: number };
  /** Hands out nothing from now on, and resolves once what is in flight has settled. */
  drain(): Promise<void>;
}

/**
 * Routes items to attached workers. Which items suit a worker does not change while it is attached; a worker that
 * leaves settles what it holds as `gone`.
 */
export function createWorkerPool(options: WorkerPoolOptions): HostWorkerPool {
  return new Pool(options);
}

type Listener = (event: CapacityEvent) => void;

class Pool implements HostWorkerPool {
  readonly #roster = new Roster();
  readonly #turns: Lane<TurnItem, TurnOutcome>;
  readonly #activities: Lane<ActivityItem, ActivityOutcome>;
  readonly #logger: Logger;
  readonly #listeners: Listener[] = [];
  /** Announcements not made yet: one is under way, and listeners are not called within themselves. */
  readonly #queued: CapacityEvent[] = [];
  #announcing = false;
  #firstListener = 0;
  #draining = false;
  #drained: (() => void) | undefined;

  constructor({ limits, watch, logger }: WorkerPoolOptions) {
    const settled = (worker: Worker, permitMissed: boolean): void => this.#look(worker, permitMissed);
    const turnPermits = permitsFor(limits?.maxConcurrentTurns, limits?.byWorkflow);
    const activityPermits = permitsFor(limits?.maxConcurrentActivities, limits?.byActivity);
    const turnHandling = watch ? { ...turnsAlone, watch: watch.turn } : turnsAlone;
    const activityHandling = watch ? { ...activitiesAlone, watch: watch.activity } : activitiesAlone;
    this.#turns = new Lane(turnHandling, this.#roster, turnPermits, settled);
    this.#activities = new Lane(activityHandling, this.#roster, activityPermits, settled);
    this.#logger = logger;
  }

  get connectedWorkers(): number {
    return this.#roster.size;
  }

  get permitsTaken(): { readonly turns: number; readonly activities: number } {
    return { turns: this.#turns.permitsTaken, activities: this.#activities.permitsTaken };
  }

  get inFlight(): { readonly turns: number; readonly activities: number } {
    return { turns: this.#turns.inFlight, activities: this.#activities.inFlight };
  }

  drain(): Promise<void> {
    this.#draining = true;
    return new Promise((resolve) => {
      this.#drained = resolve;
      this.#checkDrained();
    });
  }

  attach(worker: Worker): { readonly room: () => void; readonly detach: () => void } {
    const seat: Seat = { worker, inFlight: 0 };
    this.#roster.add(seat);
    this.#logger.info({ worker: worker.label, workers: this.#roster.size }, 'worker connected');
    this.#announce({ cause: 'connected' });
    return {
      room: () => this.#look(worker, false),
      detach: () => {
        if (!this.#roster.remove(seat)) return;
        this.#logger.info({ worker: worker.label, workers: this.#roster.size }, 'worker left');
      },
    };
  }

  /** Items name their component and workers look at it, so all ports share one roster and one set of limits. */
  port(_component: string): WorkerPort {
    return {
      turn: (item) => (this.#draining ? undefined : this.#turns.offer(item)),
      activity: (item) => (this.#draining ? undefined : this.#activities.offer(item)),
      onCapacity: (listener) => this.#listen(listener),
      forget: (instanceId, executionId) => this.#forget(instanceId, executionId),
    };
  }

  #listen(listener: Listener): () => void {
    // Wrapped: one function may listen twice, and each leaves alone.
    const own: Listener = (event) => listener(event);
    this.#listeners.push(own);
    return () => {
      const index = this.#listeners.indexOf(own);
      if (index >= 0) this.#listeners.splice(index, 1);
    };
  }

  #forget(instanceId: string, executionId: string): void {
    this.#roster.forget(instanceId);
    for (const worker of this.#roster.workers()) worker.forget(instanceId, executionId);
  }

  /** Kinds may share a worker's room, so both are looked at whenever either may have got some. */
  #look(worker: Worker, permitMissed: boolean): void {
    if (this.#draining) return this.#checkDrained();
    const forTurns = this.#turns.roomFoundAt(worker);
    const forActivities = this.#activities.roomFoundAt(worker);
    if (permitMissed || forTurns || forActivities) this.#announce({ cause: 'room' });
  }

  #checkDrained(): void {
    if (this.#turns.inFlight + this.#activities.inFlight === 0) this.#drained?.();
  }

  #announce(event: CapacityEvent): void {
    this.#queued.push(event);
    if (this.#announcing) return;
    this.#announcing = true;
    for (let next = this.#queued.shift(); next; next = this.#queued.shift()) this.#tell(next);
    this.#announcing = false;
  }

  /** Each announcement begins with another listener: the first one told gets the room. */
  #tell(event: CapacityEvent): void {
    const listeners = [...this.#listeners];
    const start = this.#firstListener++ % Math.max(listeners.length, 1);
    for (const listener of [...listeners.slice(start), ...listeners.slice(0, start)]) {
      try {
        listener(event);
      } catch (error) {
        this.#logger.error({ err: error }, 'a capacity listener failed');
      }
    }
  }
}

const turnsAlone: Handling<TurnItem, TurnOutcome> = {
  kind: 'turn',
  suits: (worker, item) => worker.suitsTurn(item),
  run: (worker, item) => worker.turn(item),
  nameOf: (item) => item.workflowName,
  prefersLast: () => true,
};

const activitiesAlone: Handling<ActivityItem, ActivityOutcome> = {
  kind: 'activity',
  suits: (worker, item) => worker.suitsActivity(item),
  run: (worker, item) => worker.activity(item),
  nameOf: (item) => item.name,
  prefersLast: (item) => item.name.startsWith(stepPrefix),
};

function permitsFor(max: number | undefined, byName: ReadonlyMap<string, number> | undefined): Permits | undefined {
  const hasNames = byName !== undefined && byName.size > 0;
  return max === undefined && !hasNames ? undefined : new Permits(max, byName ?? new Map());
}
