import type { Workload } from './workloads.js';

/** An engine under measurement, open on a fresh folder. */
export interface Contender {
  /** Starts one workflow and waits for its answer. */
  run(instanceId: string): Promise<unknown>;
  /** Gives how many transactions it made durable, from the start on. */
  close(): Promise<{ readonly commits: number }>;
}

export type OpenContender = (folder: string, workload: Workload) => Promise<Contender>;
