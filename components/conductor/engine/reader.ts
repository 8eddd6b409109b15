import { readInstance, type Known } from '../record/known.js';
import { mailFor, type Addressee } from '../record/mailbox.js';
import type { Mail } from '../record/letter.js';
import type { Names } from '../record/names.js';
import type { Server } from '../server/server.js';
import { hasEnded } from '../server/shapes.js';

/** Instances asked for with one request. */
const batch = 20;

/** Reads instances from the server: the only truth. */
export class Reader {
  readonly #server: Server;
  readonly #names: Names;

  constructor(server: Server, names: Names) {
    this.#server = server;
    this.#names = names;
  }

  async one(instanceId: string): Promise<Known | undefined> {
    return (await this.many([instanceId])).get(instanceId);
  }

  /** Those that exist. */
  async many(instanceIds: readonly string[]): Promise<ReadonlyMap<string, Known>> {
    const found = new Map<string, Known>();
    for (let from = 0; from < instanceIds.length; from += batch) {
      const ids = instanceIds.slice(from, from + batch);
      // Messages first: one that a record takes in between is then known to be taken.
      const mail = await this.#server.correlated(this.#names.mailbox, ids, false);
      const executions = await this.#server.correlated(this.#names.workflow, ids, true);
      for (const id of ids) {
        const known = readInstance(id, executions.get(id) ?? [], mail.get(id) ?? []);
        if (known) found.set(id, known);
      }
    }
    return found;
  }

  async mail(instanceId: string, to: Addressee): Promise<readonly Mail[]> {
    const found = await this.#server.correlated(this.#names.mailbox, [instanceId], false);
    return mailFor(to, found.get(instanceId) ?? []);
  }

  /** Whether that execution is the only one of the instance that runs. */
  async isRunning(instanceId: string, workflowId: string): Promise<boolean> {
    const found = await this.#server.correlated(this.#names.workflow, [instanceId], false);
    const running = (found.get(instanceId) ?? []).filter((execution) => !hasEnded(execution));
    return running.length === 1 && running[0]?.workflowId === workflowId;
  }

  /** Every message under the id, of whatever run. */
  async mailboxes(instanceId: string): Promise<readonly string[]> {
    const found = await this.#server.correlated(this.#names.mailbox, [instanceId], false);
    return (found.get(instanceId) ?? []).map(({ workflowId }) => workflowId);
  }
}
