import { WorkflowError, type ComponentContext } from '../../../core/index.js';
import { packedInput, type Message } from '../record/beginning.js';
import type { Letter } from '../record/letter.js';
import type { Names } from '../record/names.js';
import type { Server } from '../server/server.js';

/** Messages removed for one instance at the same time. */
const atOnce = 4;

/** Sends messages to instances, and takes away those that have been taken. */
export class Mailer {
  readonly #context: ComponentContext;
  readonly #server: Server;
  readonly #names: Names;
  readonly #removing = new Map<string, Set<Promise<void>>>();
  #order = 0;

  constructor(context: ComponentContext, server: Server, names: Names) {
    this.#context = context;
    this.#server = server;
    this.#names = names;
  }

  /** Resolves once the message is durable. */
  async send(instanceId: string, message: Omit<Message, 'order'>): Promise<void> {
    this.#order += 1;
    await this.#server.start(this.#names.mailbox, instanceId, packedInput({ ...message, order: this.#order }));
  }

  /** In the background, a few at a time: what is left over is found when its task is delivered. */
  discard(instanceId: string, letters: readonly Letter[]): void {
    const waiting = letters.flatMap(({ workflowId }) => workflowId ?? []);
    if (waiting.length === 0) return;
    const all = this.#removing.get(instanceId) ?? new Set();
    const removal = Promise.all(Array.from({ length: atOnce }, () => this.#removeAll(instanceId, waiting))).then(() => {
      all.delete(removal);
      if (all.size === 0 && this.#removing.get(instanceId) === all) this.#removing.delete(instanceId);
    });
    this.#removing.set(instanceId, all.add(removal));
  }

  async #removeAll(instanceId: string, waiting: string[]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        await this.#server.remove(next);
      } catch (error) {
        this.#context.logger.debug({ instanceId, code: WorkflowError.from(error).code }, 'a message was not removed');
      }
    }
  }

  /** Once nothing is being removed for the instance. */
  async settled(instanceId: string): Promise<void> {
    await Promise.all([...(this.#removing.get(instanceId) ?? [])]);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#removing.values()].flatMap((all) => [...all]));
  }
}
