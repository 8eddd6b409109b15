import type { Workload } from './workloads.js';

/** An engine under measurement, open on a fresh folder. */
export interface Contender {
  /** Starts one workflow and waits for its answer. */
  run(instanceId: string): Promise<unknown>;
  /** Transactions made durable so far; absent where the engine does not tell. */
  commits?(): number;
  close(): Promise<void>;
}

export type OpenContender = (folder: string, workload: Workload) => Promise<Contender>;
