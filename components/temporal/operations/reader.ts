import type { Clock, WorkflowInstance } from '../../../core/index.js';
import {
  anyGeneration,
  describe,
  type Fact,
  type HistoryEvent,
  type InboxEvent,
  type TreeNode,
} from '../../../core/orchestration/index.js';
import { errorOf, isNotFound } from '../server/errors.js';
import type { Run } from '../translate/run.js';
import type { RunReads } from './run-reads.js';

/** An accepted signal that history may not show yet: it waits on the server until the open task is answered. */
interface Sent {
  readonly requestId: string;
  readonly runId: string;
  readonly event: InboxEvent;
  readonly atMs: number;
}

/** An instance at the time of a read. */
export interface RunView {
  readonly runId: string;
  readonly instance: WorkflowInstance;
  /** Committed events of the current generation. */
  readonly history: readonly HistoryEvent[];
  readonly children: readonly string[];
}

/** So long the server may hold back a signal behind an open task, ms. */
const heldBackMs = 15 * 60_000;

/** Instances as the server's history tells them, overlaid with what this host has sent and history does not show yet. */
export class Reader {
  readonly #reads: RunReads;
  readonly #clock: Clock;
  readonly #sent = new Map<string, Sent[]>();

  constructor(reads: RunReads, clock: Clock) {
    this.#reads = reads;
    this.#clock = clock;
  }

  /** The newest run of this id; undefined: there is none, or it is being purged. What it holds changes with later reads. */
  async run(instanceId: string): Promise<RunView | undefined> {
    try {
      const run = await this.#reads.newest(instanceId);
      return run && this.#overlaid(run);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw errorOf(error);
    }
  }

  /** Committed events of the current execution of a certain run; none when it is gone. */
  async historyOf(instanceId: string, runId: string): Promise<readonly HistoryEvent[]> {
    try {
      return (await this.#reads.exactly(instanceId, runId))?.history ?? [];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw errorOf(error);
    }
  }

  async view(instanceId: string): Promise<WorkflowInstance | undefined> {
    return (await this.run(instanceId))?.instance;
  }

  /** The instance and its live and closed descendants, as walks over families need them. */
  async family(instanceId: string): Promise<ReadonlyMap<string, TreeNode>> {
    const nodes = new Map<string, TreeNode>();
    let level: readonly string[] = [instanceId];
    while (level.length > 0) {
      const runs = await Promise.all(level.map((id) => this.run(id)));
      for (const run of runs) {
        if (run) nodes.set(run.instance.instanceId, { status: run.instance.status, children: run.children });
      }
      const below = new Set(runs.flatMap((run) => run?.children ?? []));
      level = [...below].filter((id) => !nodes.has(id));
    }
    return nodes;
  }

  /** A signal was accepted: it counts from now on. */
  sent(instanceId: string, sent: Omit<Sent, 'atMs'>): void {
    const all = this.#sent.get(instanceId) ?? [];
    this.#sent.set(instanceId, [...all, { ...sent, atMs: this.#clock.now() }]);
  }

  #overlaid({ instanceId, runId, state, history, inbox, signals, lastEventId }: Run): RunView {
    const sent = this.#sent.get(instanceId) ?? [];
    const oldest = this.#clock.now() - heldBackMs;
    const left = sent.filter(
      (one) => one.atMs > oldest && one.runId === runId && !signals.has(one.requestId) && !state.closed,
    );
    if (left.length > 0) this.#sent.set(instanceId, left);
    else this.#sent.delete(instanceId);
    const facts = left.map(({ event }, index): Fact => ({
      event,
      generation: anyGeneration,
      stamp: lastEventId + 1 + index,
    }));
    const instance = describe(state, [...inbox, ...facts]);
    return { runId, instance, history: [...history], children: [...state.children] };
  }
}
