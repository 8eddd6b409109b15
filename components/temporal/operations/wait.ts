import { WorkflowError, isClosed, type Clock, type WaitRequest, type WorkflowInstance } from '../../../core/index.js';
import type { Server } from '../server/server.js';
import type { Reader } from './reader.js';

/** How soon an instance is looked at again when nothing tells of it: it does not exist yet, or has not begun, ms. */
const lookAgainMs = 1_000;

/** Callers waiting for instances: told by this host's own decisions, and by the server of those of others. */
export class Waits {
  readonly #server: Server;
  readonly #reader: Reader;
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #closing = new AbortController();

  constructor(server: Server, reader: Reader, clock: Clock) {
    this.#server = server;
    this.#reader = reader;
    this.#clock = clock;
  }

  /** The instance's status may have changed. */
  changed(instanceId: string): void {
    for (const look of [...(this.#waiting.get(instanceId) ?? [])]) look();
  }

  close(): void {
    this.#closing.abort();
  }

  /** See `OptionalOperations.wait`. */
  async wait({ instanceId, until }: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance> {
    const given = AbortSignal.any([signal, this.#closing.signal]);
    for (;;) {
      if (this.#closing.signal.aborted) throw new WorkflowError('ERR_SHUTTING_DOWN');
      if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
      const change = this.#next(instanceId, given);
      try {
        const run = await this.#reader.run(instanceId);
        const view = run?.instance;
        if (view && (until === 'closed' ? isClosed(view.status) : view.status !== 'PENDING')) return view;
        if (run && until === 'closed') await this.#end(instanceId, run.runId, change);
        else await change.happened;
      } finally {
        change.stop();
      }
    }
  }

  /** A server that fails meanwhile is asked again by the read that follows. */
  async #end(instanceId: string, runId: string, change: Change): Promise<void> {
    const ended = this.#server.awaitEnd(instanceId, runId, change.signal).catch(() => change.happened);
    await Promise.race([change.told, ended]);
  }

  #next(instanceId: string, given: AbortSignal): Change {
    const stopped = new AbortController();
    const signal = AbortSignal.any([given, stopped.signal]);
    const { promise: told, resolve } = deferred();
    const all = this.#waiting.get(instanceId) ?? new Set();
    this.#waiting.set(instanceId, all.add(resolve));
    signal.addEventListener('abort', resolve, { once: true });
    const { promise: later, resolve: look } = deferred();
    const cancel = this.#clock.at(this.#clock.now() + lookAgainMs, look);
    const stop = (): void => {
      cancel();
      stopped.abort();
      all.delete(resolve);
      if (all.size === 0 && this.#waiting.get(instanceId) === all) this.#waiting.delete(instanceId);
    };
    return { told, happened: Promise.race([told, later]), signal, stop };
  }
}

interface Change {
  /** Something changed here, or the wait is given up. */
  readonly told: Promise<void>;
  /** The same, or it is time to look again. */
  readonly happened: Promise<void>;
  readonly signal: AbortSignal;
  stop(): void;
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
