import type { Logger } from '../../core/index.js';
import type { Execution } from '../../core/orchestration/replay/index.js';

/** Where a listener keeps the worker it belongs to. */
const listenerOf = Symbol('worker');

/**
 * Rejections of promises inside workflows that nobody handled in time. In a program that ends with an error; here a
 * later turn may still await the promise, and other instances live in the same process.
 *
 * Whose it is tells the error itself, if it came through the context; else the execution that ran alone since the event
 * loop went round. (Following promises through `AsyncLocalStorage` would tell always, and costs a workflow of five steps
 * 6 us, a quarter of its time.) What no workflow can have caused is passed on as if nobody had listened.
 */
export class StrayRejections {
  readonly #logger: Logger;
  readonly #owners = new WeakMap<object, Execution>();
  readonly #promises = new WeakMap<object, Execution>();
  readonly #ran = new Set<Execution>();
  #sweeping = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    Reflect.set(this.#unhandled, listenerOf, this);
    process.on('unhandledRejection', this.#unhandled);
    process.on('rejectionHandled', this.#handled);
  }

  /** The error is being thrown into the code of the execution. */
  owns(error: Error, execution: Execution): void {
    this.#owners.set(error, execution);
  }

  /** Code of the execution is about to run. */
  runs(execution: Execution): void {
    this.#ran.add(execution);
    if (this.#sweeping) return;
    this.#sweeping = true;
    setImmediate(this.#sweep);
  }

  close(): void {
    process.off('unhandledRejection', this.#unhandled);
    process.off('rejectionHandled', this.#handled);
    this.#ran.clear();
  }

  readonly #sweep = (): void => {
    this.#sweeping = false;
    this.#ran.clear();
  };

  readonly #unhandled = (reason: unknown, promise: Promise<unknown>): void => {
    const owner = this.#ownerOf(reason);
    if (owner) {
      owner.stray(promise, reason);
      this.#promises.set(promise, owner);
      this.#logger.warn(
        { instanceId: owner.instanceId, err: reason },
        'nobody has handled a rejection in a workflow yet',
      );
    } else if (this.#ran.size > 0) {
      const instanceIds = [...this.#ran].map(({ instanceId }) => instanceId);
      this.#logger.error({ instanceIds, err: reason }, 'nobody has handled a rejection in one of these workflows');
    } else {
      this.#passOn(reason);
    }
  };

  #ownerOf(reason: unknown): Execution | undefined {
    const known = typeof reason === 'object' && reason !== null ? this.#owners.get(reason) : undefined;
    if (known || this.#ran.size !== 1) return known;
    const [only] = this.#ran;
    return only;
  }

  /** Another worker of the process may know it, or others may listen; if nobody does, the process ends as it would have. */
  #passOn(reason: unknown): void {
    const listeners: readonly object[] = process.listeners('unhandledRejection');
    const workers = listeners.map((listener): unknown => Reflect.get(listener, listenerOf));
    const first = workers.find((worker) => worker instanceof StrayRejections);
    const isKnown = workers.some((worker) => worker instanceof StrayRejections && worker.#explains(reason));
    if (isKnown || first !== this || workers.includes(undefined)) return;
    process.nextTick(() => {
      throw reason;
    });
  }

  #explains(reason: unknown): boolean {
    return this.#ran.size > 0 || this.#ownerOf(reason) !== undefined;
  }

  readonly #handled = (promise: Promise<unknown>): void => {
    this.#promises.get(promise)?.settle(promise);
  };
}
