import type { Lease } from '../../../core/index.js';
import type { Run } from '../translate/run.js';

/** A workflow task in this host's hands. */
export interface OpenTask {
  readonly taskToken: Uint8Array;
  readonly startedEventId: number;
  /** The server's clock when it handed the task out, epoch ms. */
  readonly startedMs: number;
  /** This host's monotonic clock at the same time, ms. */
  readonly atMs: number;
}

/** A run this host has worked on, and the task it holds. */
export interface Entry {
  readonly run: Run;
  task?: OpenTask;
  /** The turn that is out: made from this task, with so many facts and events of the run. */
  lease?: {
    readonly token: string;
    readonly startedEventId: number;
    readonly facts: number;
    readonly events: number;
    /** How often workers had connected by then. */
    readonly connects: number;
  };
  /** The last answer said that the run is stalled. */
  stalled: boolean;
}

/** Runs by instance id, the least recently used leave first; those with a task in hand stay. */
export class RunCache {
  readonly #entries = new Map<string, Entry>();
  readonly #limit: number;
  readonly #evicted: (entry: Entry) => void;

  constructor(limit: number, evicted: (entry: Entry) => void) {
    this.#limit = limit;
    this.#evicted = evicted;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(instanceId: string): Entry | undefined {
    return this.#entries.get(instanceId);
  }

  values(): Iterable<Entry> {
    return this.#entries.values();
  }

  put(instanceId: string, entry: Entry): void {
    this.#entries.delete(instanceId);
    this.#entries.set(instanceId, entry);
    for (const [id, old] of this.#entries) {
      if (this.#entries.size <= this.#limit) return;
      if (old.task || id === instanceId || old.stalled) continue;
      this.#entries.delete(id);
      this.#evicted(old);
    }
  }

  delete(instanceId: string): void {
    this.#entries.delete(instanceId);
  }
}

/** The lease of an entry's task. */
export function leaseOf({ run, task }: Entry & { readonly task: OpenTask }, token: string): Lease {
  const { instanceId, state } = run;
  const inbox = [...run.inbox, ...run.dueAt(task.startedMs)];
  return { instanceId, token, state, inbox, nowMs: task.startedMs, history: (from, to) => run.history.slice(from, to) };
}
