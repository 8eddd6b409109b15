import { existsSync, readFileSync } from 'node:fs';
import type { HistoryEvent } from '../../core/orchestration/index.js';

/** How often each activity ran, by its idempotency key, as the activities themselves noted it. */
export type WorkLog = ReadonlyMap<string, number>;

/** A kill may cut off the last line of a process; what has no end of line did not count as a run yet. */
export function readWorkLog(path: string): WorkLog {
  const runs = new Map<string, number>();
  if (!existsSync(path)) return runs;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [, key, value] = line.split('\t');
    if (key !== undefined && value !== undefined) runs.set(key, (runs.get(key) ?? 0) + 1);
  }
  return runs;
}

export function runsOf(work: WorkLog, { taskExecutionId }: Extract<HistoryEvent, { kind: 'taskScheduled' }>): number {
  return work.get(taskExecutionId ?? '') ?? 0;
}
