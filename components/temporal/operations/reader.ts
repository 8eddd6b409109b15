import type { Clock, WorkflowInstance } from '../../../core/index.js';
import { describe, type Fact, type InboxEvent, type TreeNode } from '../../../core/orchestration/index.js';
import { errorOf, isNotFound } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { Run } from '../translate/run.js';
import { purgeType } from './purge.js';

/** An accepted signal that history may not show yet: it waits on the server until the open task is answered. */
interface Sent {
  readonly requestId: string;
  readonly runId: string;
  readonly event: InboxEvent;
  readonly atMs: number;
}

/** So long the server may hold back a signal behind an open task, ms. */
const heldBackMs = 15 * 60_000;

/** Instances as the server's history tells them, overlaid with what this host has sent and history does not show yet. */
export class Reader {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #sent = new Map<string, Sent[]>();

  constructor(server: Server, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
  }

  /** The newest run of this id, or the given one; undefined: there is none, or it is being purged. */
  async run(instanceId: string, runId?: string): Promise<Run | undefined> {
    try {
      const events = await this.#server.history(instanceId, runId);
      const first = events[0]?.workflowExecutionStartedEventAttributes;
      if (!first || first.workflowType?.name === purgeType) return undefined;
      const run = new Run(instanceId, first.originalExecutionRunId ?? runId ?? '');
      run.feed(events);
      this.#overlay(run);
      return run;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw errorOf(error);
    }
  }

  async view(instanceId: string): Promise<WorkflowInstance | undefined> {
    const run = await this.run(instanceId);
    return run && describe(run.state, run.inbox);
  }

  /** The instance and its live and closed descendants, as walks over families need them. */
  async family(instanceId: string): Promise<ReadonlyMap<string, TreeNode>> {
    const nodes = new Map<string, TreeNode>();
    let level: readonly string[] = [instanceId];
    while (level.length > 0) {
      const runs = await Promise.all(level.map((id) => this.run(id)));
      for (const run of runs) {
        if (run)
          nodes.set(run.instanceId, { status: describe(run.state, run.inbox).status, children: run.state.children });
      }
      const below = new Set(runs.flatMap((run) => run?.state.children ?? []));
      level = [...below].filter((id) => !nodes.has(id));
    }
    return nodes;
  }

  /** A signal was accepted: it counts from now on. */
  sent(instanceId: string, sent: Omit<Sent, 'atMs'>): void {
    const all = this.#sent.get(instanceId) ?? [];
    this.#sent.set(instanceId, [...all, { ...sent, atMs: this.#clock.now() }]);
  }

  #overlay(run: Run): void {
    const sent = this.#sent.get(run.instanceId);
    if (!sent) return;
    const oldest = this.#clock.now() - heldBackMs;
    const left = sent.filter(
      ({ requestId, runId, atMs }) =>
        atMs > oldest && runId === run.runId && !run.signals.has(requestId) && !run.state.closed,
    );
    if (left.length > 0) this.#sent.set(run.instanceId, left);
    else this.#sent.delete(run.instanceId);
    const facts = left.map(({ event }, index): Fact => ({ event, generation: -1, stamp: run.lastEventId + 1 + index }));
    run.inbox = [...run.inbox, ...facts];
  }
}
