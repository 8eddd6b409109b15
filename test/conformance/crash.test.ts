import { describe, expect, test } from '@jest/globals';
import { plan, runPlan, suites, type OpenTarget } from '../../conformance/index.js';
import { openMortalEngine } from './support/mortal-engine.js';

/** Far above what anything here needs, so that a busy machine is no failure. */
const patienceMs = 60_000;

async function failures({ target, close }: OpenTarget): Promise<readonly unknown[]> {
  try {
    const planned = plan(suites, target, { match: 'crash/' });
    expect(planned.filter(({ leftOut }) => leftOut === undefined).length).toBeGreaterThanOrEqual(15);
    const results = await runPlan(planned, target, { parallel: 1 });
    return results.filter(({ outcome }) => outcome === 'failed').map(({ id, door, reason }) => ({ id, door, reason }));
  } finally {
    await close();
  }
}

describe('the crash cases of the conformance suite', () => {
  test('hold for the built-in engine when it is dropped in the middle and opened again', async () => {
    expect(await failures(await openMortalEngine(patienceMs))).toEqual([]);
  }, 600_000);
});
