import type { CapacityEvent, Worker, WorkerPort } from '../../core/index.js';

/** One worker, and the port through which a component reaches it. */
export interface WorkerSeat {
  readonly port: WorkerPort;
  /** The worker leaves. What it has begun it ends. */
  disconnect(): void;
  /** The worker comes back, as after a deployment: components try again what is stalled. */
  reconnect(): void;
}

/** Work that does not suit the worker finds nobody. */
export function seatFor(worker: Worker): WorkerSeat {
  const listeners = new Set<(event: CapacityEvent) => void>();
  let isThere = true;
  return {
    port: {
      turn: (item) => (isThere && worker.suitsTurn(item) !== 'no' ? worker.turn(item) : undefined),
      activity: (item) => (isThere && worker.suitsActivity(item) !== 'no' ? worker.activity(item) : undefined),
      onCapacity: (listener) => {
        // Wrapped: one function may listen twice, and each leaves alone.
        const own = (event: CapacityEvent): void => listener(event);
        listeners.add(own);
        return () => listeners.delete(own);
      },
      forget: (instanceId, executionId) => worker.forget(instanceId, executionId),
    },
    disconnect: () => {
      isThere = false;
    },
    reconnect: () => {
      isThere = true;
      for (const listener of [...listeners]) listener({ cause: 'connected' });
    },
  };
}
