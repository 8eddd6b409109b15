import { describe, expect, test } from '@jest/globals';
import { simulate } from './simulate.js';

/** The first seeds, always the same; `npm run test:simulation -- --seed N --count N` tries others. */
const seeds = Array.from({ length: 40 }, (_, index) => index + 1);

describe('a simulated host', () => {
  test.each(seeds)('keeps its promises and repeats itself, seed %i', async (seed) => {
    const first = await simulate(seed);
    expect(first.violations).toEqual([]);
    expect((await simulate(seed)).trace).toBe(first.trace);
  });
});
