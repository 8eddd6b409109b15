import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { suitesWith } from '../../conformance/suites/index.js';
import { randomPlan } from '../../conformance/worker/random-plan.js';
import type { Program } from '../../conformance/worker/step.js';

const plans = Array.from({ length: 200 }, (_unused, seed) => randomPlan(seed));

function kindsIn(program: Program): string[] {
  return program.flatMap((step) => [step.kind, ...('steps' in step ? kindsIn(step.steps) : [])]);
}

describe('random programs', () => {
  test('are the same for the same seed, also in years to come', () => {
    const hash = createHash('sha256').update(JSON.stringify(plans)).digest('hex');
    // Another hash means that seeds in old reports no longer say what was run.
    expect(hash).toBe('80f0399dd004dc1f0f58d37b7cf475f34bd2a492b6934778d328c1a6616a6f3b');
  });

  test('hardly repeat each other', () => {
    expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBeGreaterThan(180);
  });

  test('have all that a workflow can do in them', () => {
    const kinds = new Set(plans.flatMap(({ program }) => kindsIn(program)));
    for (const kind of ['call', 'any', 'retry', 'sleep', 'timers', 'wait', 'race', 'child', 'again', 'fail', 'echo']) {
      expect(kinds).toContain(kind);
    }
    expect(plans.some(({ terminates }) => terminates)).toBe(true);
    expect(plans.some(({ deeds }) => deeds.some(({ kind }) => kind === 'suspend'))).toBe(true);
  });

  test.each([
    { seeds: 200, cases: 20 },
    { seeds: 1, cases: 1 },
    { seeds: 1_001, cases: 101 },
  ])('of $seeds seeds are $cases cases', ({ seeds, cases }) => {
    const random = suitesWith(seeds).find(({ name }) => name === 'random');
    expect(random?.cases.length).toBe(cases);
    expect(random?.cases[0]?.id).toBe('random/seeds-0-to-9');
  });
});
