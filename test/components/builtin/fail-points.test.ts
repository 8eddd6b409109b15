import { afterEach, describe, expect, test } from '@jest/globals';
import { backends } from './support/backends.js';
import { Lives } from './support/lives.js';
import { Scenario, type Outcome } from './support/scenario.js';

/** Every store call of one run, failing or killing the process, once each: the history at the end is always the same. */
let lives: Lives | undefined;
afterEach(async () => {
  await lives?.end();
  lives = undefined;
});

type Fault = 'fails before' | 'fails after' | 'kills before' | 'kills after';
const faults: readonly Fault[] = ['fails before', 'fails after', 'kills before', 'kills after'];

/** Plays with the fault at the `at`th store call; says how many calls there were. */
async function playWith(
  create: (typeof backends)[number]['create'],
  fault: Fault,
  at: number,
): Promise<{ outcome: Outcome; calls: number }> {
  let calls = 0;
  let scenario: Scenario | undefined;
  lives = new Lives(create(), {
    hook: (_call, moment) => {
      if (!fault.endsWith(moment)) return;
      calls += 1;
      if (calls !== at) return;
      if (fault.startsWith('kills')) {
        if (scenario) scenario.dead = true;
        lives?.store.kill();
      }
      throw new Error('planned');
    },
  });
  await lives.begin();
  scenario = new Scenario(lives);
  const outcome = await scenario.play();
  await lives.end();
  lives = undefined;
  return { outcome, calls };
}

describe.each(backends)('a store in $name', ({ create }) => {
  let expected: Outcome = {};
  let callsWithout = 0;

  test('the run without faults ends', async () => {
    const { outcome, calls } = await playWith(create, 'fails before', Number.POSITIVE_INFINITY);
    expected = outcome;
    callsWithout = calls;
    expect(Object.keys(outcome)).toEqual(['root', 'root:0003']);
    expect(outcome['root']?.at(-1)).toMatchObject({ kind: 'executionCompleted', status: 'COMPLETED' });
    expect(calls).toBeGreaterThan(10);
  });

  test.each(faults)('the history is the same when any one of its calls %s it is carried out', async (fault) => {
    for (let at = 1; at <= callsWithout; at += 1) {
      const { outcome } = await playWith(create, fault, at);
      expect({ at, outcome }).toEqual({ at, outcome: expected });
    }
  });
});
