import { WorkflowError } from './errors.js';
import { isClosed, type WorkflowInstance } from './instance.js';
import type { WaitRequest } from './requests.js';

interface Waiting {
  /** Answers when what is waited for has come true. */
  settle(): boolean;
  fail(error: WorkflowError): void;
}

/** Callers waiting for instances of one component, told by `changed` and never polling. */
export class Waiters {
  readonly #byInstance = new Map<string, Set<Waiting>>();
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
      const fail = (error: WorkflowError): void => {
        stop();
        reject(error);
      };
      const waiting: Waiting = { settle, fail };
      const abort = (): void => fail(new WorkflowError('ERR_CANCELLED'));
      const stop = (): void => {
        signal.removeEventListener('abort', abort);
        this.#remove(instanceId, waiting);
      };
      if (signal.aborted) return abort();
      if (settle()) return;
      signal.addEventListener('abort', abort, { once: true });
      this.#add(instanceId, waiting);
    });
  }

  /** Ends all waits with `ERR_SHUTTING_DOWN`: the engine goes away. */
  close(): void {
    for (const all of [...this.#byInstance.values()]) {
      for (const waiting of [...all]) waiting.fail(new WorkflowError('ERR_SHUTTING_DOWN'));
    }
  }

  /** The instance's status may have changed, durably. */
  changed(instanceId: string): void {
    for (const waiting of [...(this.#byInstance.get(instanceId) ?? [])]) waiting.settle();
  }

  #add(instanceId: string, waiting: Waiting): void {
    const all = this.#byInstance.get(instanceId);
    if (all) all.add(waiting);
    else this.#byInstance.set(instanceId, new Set([waiting]));
  }

  #remove(instanceId: string, waiting: Waiting): void {
    const all = this.#byInstance.get(instanceId);
    if (all?.delete(waiting) && all.size === 0) this.#byInstance.delete(instanceId);
  }
}
