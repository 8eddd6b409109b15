import { runCase, type ConformanceTarget, type PlannedCase } from '../run.js';
import { allCases } from '../suites/index.js';

/** One thing that must be so before the suite is worth running. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** The simplest case of all: a workflow is started, the suite's worker is given it, and its end is seen. */
const simplest = 'get/fields';

/** Whether one workflow goes all the way, at each door of an open target. */
export async function tryDoors(target: ConformanceTarget): Promise<readonly Check[]> {
  const found = allCases.find(({ id }) => id === simplest);
  if (!found) throw new Error(`there is no case ${simplest}`);
  const checks: Check[] = [];
  for (const { name: door } of target.doors) {
    const planned: PlannedCase = { case: found, door };
    const { outcome, reason, durationMs } = await runCase(planned, target);
    const ok = outcome === 'passed';
    checks.push({
      name: `a workflow at the ${door} door`,
      ok,
      detail: ok ? `ended after ${Math.round(durationMs)} ms` : (reason ?? outcome),
    });
  }
  return checks;
}
