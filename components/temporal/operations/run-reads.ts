import type { Server } from '../server/server.js';
import { Run } from '../translate/run.js';
import { numberOf, type TemporalEvent } from '../vendor.js';
import { purgeType } from './purge.js';

/** Events asked for at once when only the newest are missing. */
const deltaPage = 100;

/**
 * Runs as they were when last read. A read asks the server how long the history is by now and fetches what is missing,
 * so that looking at a long history again costs as much as what has happened since.
 */
export class RunReads {
  readonly #server: Server;
  readonly #limit: number;
  readonly #runs = new Map<string, Run>();

  constructor(server: Server, limit: number) {
    this.#server = server;
    this.#limit = limit;
  }

  /** The newest run of this id, up to now. Rejects with what the server says, NOT_FOUND among it. */
  async newest(instanceId: string): Promise<Run | undefined> {
    const known = this.#runs.get(instanceId);
    if (known && (await this.#bringUpToDate(known))) return known;
    return this.#whole(instanceId);
  }

  /** One certain run, from its beginning. */
  async exactly(instanceId: string, runId: string): Promise<Run | undefined> {
    return runOf(instanceId, await this.#server.history(instanceId, runId));
  }

  async #whole(instanceId: string): Promise<Run | undefined> {
    this.#runs.delete(instanceId);
    const run = runOf(instanceId, await this.#server.history(instanceId));
    if (!run) return undefined;
    this.#runs.set(instanceId, run);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= this.#limit) break;
      this.#runs.delete(oldest);
    }
    return run;
  }

  /** False: it is not the newest run any more, or too much is missing. */
  async #bringUpToDate(run: Run): Promise<boolean> {
    const { api, namespace } = this.#server;
    const execution = { workflowId: run.instanceId };
    const { workflowExecutionInfo: now } = await api.describeWorkflowExecution({ namespace, execution });
    if (now?.execution?.runId !== run.runId) return false;
    const length = numberOf(now.historyLength);
    if (length <= run.lastEventId) return true;
    const page = await api.getWorkflowExecutionHistoryReverse({
      namespace,
      execution: { workflowId: run.instanceId, runId: run.runId },
      maximumPageSize: deltaPage,
    });
    const events = (page.history?.events ?? []).toReversed();
    const first = numberOf(events[0]?.eventId);
    if (events.length === 0 || first > run.lastEventId + 1) return false;
    run.feed(events);
    return true;
  }
}

function runOf(instanceId: string, events: readonly TemporalEvent[]): Run | undefined {
  const first = events[0]?.workflowExecutionStartedEventAttributes;
  if (!first || first.workflowType?.name === purgeType) return undefined;
  const run = new Run(instanceId, first.originalExecutionRunId ?? '');
  run.feed(events);
  return run;
}
