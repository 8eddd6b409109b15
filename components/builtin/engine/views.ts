import type { WorkflowInstance } from '../../../core/index.js';
import { describe, type HistoryCodec, type HistoryEvent, type TreeNode } from '../../../core/orchestration/index.js';
import { createInstance, type Instance } from './instance.js';
import type { Instances } from './instances.js';
import type { Writer } from './writer.js';

export interface ViewsOptions {
  readonly instances: Instances;
  readonly writer: Writer;
  readonly codec: HistoryCodec;
}

/** What callers can see of instances. */
export class Views {
  readonly #options: ViewsOptions;

  constructor(options: ViewsOptions) {
    this.#options = options;
  }

  /** The instance as it is in memory, which may be ahead of what is durable: what decisions about it go by. */
  of(instanceId: string): WorkflowInstance | undefined {
    const instance = this.#options.instances.get(instanceId);
    return instance && describe(instance.state, instance.inbox);
  }

  history(instanceId: string): readonly HistoryEvent[] {
    return this.#options.instances.get(instanceId)?.history.slice() ?? [];
  }

  /** The instance when all that can be seen of it is durable, else nothing. */
  ifDurable(instanceId: string): WorkflowInstance | undefined {
    return this.#options.instances.hot(instanceId)?.pending ? undefined : this.of(instanceId);
  }

  /** Reads when what is there now is durable. Rejects with `ERR_STORE_UNAVAILABLE` when it never will be. */
  async whenDurable<T>(instanceId: string, read: () => T): Promise<T> {
    if (!this.#options.instances.hot(instanceId)?.pending) return read();
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        try {
          resolve(read());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#options.writer.afterwards({ durable: settle, failed: reject });
    });
  }

  /** The instance as walks over families see it. Of one that cannot be read, its row. */
  treeNode(instanceId: string): TreeNode | undefined {
    const instance = this.removable(instanceId);
    if (!instance) return undefined;
    const { state, inbox } = instance;
    const row = this.#options.instances.hot(instanceId) ? undefined : this.#options.instances.row(instanceId);
    const status = row?.status ?? describe(state, inbox).status;
    return { status, children: state.children };
  }

  /** The instance, or as much of one that cannot be read as it takes to remove it. */
  removable(instanceId: string): Instance | undefined {
    try {
      return this.#options.instances.get(instanceId);
    } catch (error) {
      const row = this.#options.instances.row(instanceId);
      if (!row) throw error;
      const husk = createInstance(row.no, instanceId);
      husk.timersStored = true;
      if (row.expiresAtMs !== undefined) husk.expiresAtMs = row.expiresAtMs;
      return husk;
    }
  }
}
