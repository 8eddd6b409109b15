import { expect, test } from '@jest/globals';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../tidy/tree.js';
import { runCrashes } from './harness.js';

const builtFolder = join(root, 'dist', 'test', 'crash');

test.each(['embedded', 'remote'] as const)(
  'a host with %s workers that is killed five times keeps what it promised',
  async (workers) => {
    expect({ built: existsSync(builtFolder) }).toEqual({ built: true });
    const result = await runCrashes({ seed: 20_261_124, cycles: 5, lanes: 6, workers, builtFolder });
    expect(result.violations).toEqual([]);
    expect(result.totals.instances).toBeGreaterThan(5);
    rmSync(result.folder, { recursive: true, force: true });
  },
  240_000,
);
