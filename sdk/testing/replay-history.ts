import type { HistoryEvent } from '../../core/orchestration/index.js';
import { Execution, type Mismatch } from '../../core/orchestration/replay/index.js';
import type { AnyWorkflow } from '../authoring/definitions.js';
import { silentLogger } from '../worker/logger.js';
import { Registry } from '../worker/registry.js';
import { nodeScheduling } from '../worker/scheduling.js';

/**
 * Runs workflows against a history that was recorded before: `undefined` if the code still fits it, else where they
 * part. For tests that keep histories of instances that live on, and run before a release.
 *
 * @example
 * const misfit = await replayHistory([greet], history);
 * if (misfit) throw new Error(misfit.description);
 */
export function replayHistory(
  workflows: readonly AnyWorkflow[],
  history: readonly HistoryEvent[],
): Promise<Mismatch | undefined> {
  return new Execution(new Registry(workflows, [], silentLogger).find, nodeScheduling).replay(history);
}
