import { WorkflowError } from './errors.js';
import { isClosed, type WorkflowInstance } from './instance.js';
import type { WaitRequest } from './requests.js';

/** Callers waiting for instances of one component, told by `changed` and never polling. */
export class Waiters {
  readonly #byInstance = new Map<string, Set<() => void>>();
  readonly #view: (instanceId: string) => WorkflowInstance | undefined;

  /** `view`: the instance as `get` shows it, or undefined while there is none. */
  constructor(view: (instanceId: string) => WorkflowInstance | undefined) {
    this.#view = view;
  }

  get size(): number {
    return this.#byInstance.size;
  }

  /** Whether somebody waits for this instance: spares the engine the view when nobody does. */
  has(instanceId: string): boolean {
    return this.#byInstance.has(instanceId);
  }

  /** See `OptionalOperations.wait`. */
  wait({ instanceId, until }: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        const view = this.#view(instanceId);
        if (!view || !(until === 'closed' ? isClosed(view.status) : view.status !== 'PENDING')) return false;
        stop();
        resolve(view);
        return true;
      };
      const abort = (): void => {
        stop();
        reject(new WorkflowError('ERR_CANCELLED'));
      };
      const stop = (): void => {
        signal.removeEventListener('abort', abort);
        this.#remove(instanceId, settle);
      };
      if (signal.aborted) return abort();
      if (settle()) return;
      signal.addEventListener('abort', abort, { once: true });
      this.#add(instanceId, settle);
    });
  }

  /** The instance's status may have changed, durably. */
  changed(instanceId: string): void {
    for (const settle of [...(this.#byInstance.get(instanceId) ?? [])]) settle();
  }

  #add(instanceId: string, settle: () => void): void {
    const waiting = this.#byInstance.get(instanceId);
    if (waiting) waiting.add(settle);
    else this.#byInstance.set(instanceId, new Set([settle]));
  }

  #remove(instanceId: string, settle: () => void): void {
    const waiting = this.#byInstance.get(instanceId);
    if (waiting?.delete(settle) && waiting.size === 0) this.#byInstance.delete(instanceId);
  }
}
