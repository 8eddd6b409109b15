import { WorkflowError, isClosed } from '../../../core/index.js';
import { errorOf, isNotFound } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { textOf, payloadsOf } from '../translate/payload.js';
import { cascadeType, type CascadeOrder, type CommandSettings } from '../translate/step-commands.js';
import { commandType, durationOf, workerFailure, type WorkflowTask } from '../vendor.js';
import type { Reader } from './reader.js';

/**
 * Terminates families so that a host that dies half way leaves nothing alive: before a root ends, a small run is
 * recorded that does all of it again, on whichever host takes its task.
 */
export class Cascades {
  readonly #server: Server;
  readonly #reader: Reader;
  readonly #settings: CommandSettings;
  readonly #ended: (instanceId: string) => void;
  readonly #newId: () => string;

  constructor(parts: {
    readonly server: Server;
    readonly reader: Reader;
    readonly settings: CommandSettings;
    readonly ended: (instanceId: string) => void;
    readonly newId: () => string;
  }) {
    this.#server = parts.server;
    this.#reader = parts.reader;
    this.#settings = parts.settings;
    this.#ended = parts.ended;
    this.#newId = parts.newId;
  }

  /** Terminates an instance that is live, and with `recurse` all below it. Answers when the root has ended. */
  async run(order: CascadeOrder): Promise<void> {
    if (order.recurse) await this.#record(order);
    await this.#terminate(order.instanceId, order.output);
    if (order.recurse) await this.below(order.instanceId);
  }

  /** Terminates what is live below a closed instance. */
  async below(instanceId: string): Promise<void> {
    const family = await this.#reader.family(instanceId);
    const live = [...family].filter(([id, { status }]) => id !== instanceId && !isClosed(status));
    await Promise.all(live.map(([id]) => this.#terminate(id, undefined)));
    // A child may have begun others meanwhile; now that it has ended it cannot.
    if (live.length > 0) await this.below(instanceId);
  }

  /** The task of a cascade run. Never rejects: the server hands it out again. */
  async work(task: WorkflowTask): Promise<void> {
    const { api, namespace, identity } = this.#server;
    const started = task.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    const order = JSON.parse(textOf(started?.input) ?? '{}') as CascadeOrder;
    try {
      await this.#terminate(order.instanceId, order.output);
      if (order.recurse) await this.below(order.instanceId);
      const commands = [{ commandType: commandType.completeWorkflow, completeWorkflowExecutionCommandAttributes: {} }];
      await api.respondWorkflowTaskCompleted({ namespace, identity, taskToken: task.taskToken ?? null, commands });
    } catch (error) {
      const failure = { source: 'wfhost', message: WorkflowError.from(error).message };
      const taskToken = task.taskToken ?? null;
      await api
        .respondWorkflowTaskFailed({ namespace, identity, taskToken, cause: workerFailure, failure })
        .catch(() => undefined);
    }
  }

  async #record(order: CascadeOrder): Promise<void> {
    const { api, namespace, identity } = this.#server;
    try {
      await api.startWorkflowExecution({
        namespace,
        identity,
        requestId: this.#newId(),
        workflowId: `${cascadeType}/${order.instanceId}/${this.#newId()}`,
        workflowType: { name: cascadeType },
        taskQueue: { name: this.#settings.taskQueue },
        workflowTaskTimeout: durationOf(this.#settings.workflowTaskTimeoutMs),
        input: payloadsOf(JSON.stringify(order)),
      });
    } catch (error) {
      throw errorOf(error);
    }
  }

  async #terminate(workflowId: string, output: string | undefined): Promise<void> {
    const { api, namespace, identity } = this.#server;
    const details = payloadsOf(output);
    const workflowExecution = { workflowId };
    try {
      await api.terminateWorkflowExecution({ namespace, identity, workflowExecution, details, reason: 'terminated' });
    } catch (error) {
      if (!isNotFound(error)) throw errorOf(error);
    }
    this.#ended(workflowId);
  }
}
