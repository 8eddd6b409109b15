import { WorkflowError, type ComponentContext } from '../../../core/index.js';
import type { Known } from '../record/known.js';
import type { Names } from '../record/names.js';
import type { Server } from '../server/server.js';
import type { Engine } from './engine.js';
import type { Reader } from './reader.js';

/** Executions looked at with one request. */
const page = 100;

/** How often all running instances are looked at, ms. */
export const upkeepMs = 300_000;

export interface UpkeepOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly names: Names;
  readonly leaseMs: number;
  readonly engine: () => Engine;
}

/**
 * Looks for instances that a lost host has left standing: when this one begins, when the leases of one that died just
 * before have ended, and from time to time.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #cancel: () => void = () => undefined;
  #closed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  begin(): void {
    void this.#look(this.#options.leaseMs + 2_000);
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #look(nextMs: number): Promise<void> {
    const { clock, logger } = this.#options.context;
    try {
      await this.#all();
    } catch (error) {
      const { code } = WorkflowError.from(error);
      if (!this.#closed) logger.warn({ code, err: error }, 'running instances could not be looked at');
    }
    if (this.#closed) return;
    this.#cancel = clock.at(clock.now() + nextMs, () => void this.#look(upkeepMs));
  }

  async #all(): Promise<void> {
    const { server, names, reader } = this.#options;
    for (let start = 0; !this.#closed; start += page) {
      const query = `workflowType=${names.workflow} AND status=RUNNING`;
      const { results } = await server.search(query, start, page);
      const ids = new Set(results.flatMap(({ correlationId }) => correlationId ?? []));
      for (const known of (await reader.many([...ids])).values()) await this.#one(known);
      if (results.length < page) return;
    }
  }

  async #one(known: Known): Promise<void> {
    const { server, engine } = this.#options;
    const { instanceId, workflowId, inbox, position, state } = known;
    // Somebody should be at work: the server finds out whether a lease has ended only when it is told to look.
    if (position.at !== 'parked' && (position.at !== 'gate' || state.open.size > 0)) await server.evaluate(workflowId);
    if (inbox.length > 0 && !this.#closed) engine().mailCame(instanceId);
  }
}
