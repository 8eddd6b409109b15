import { describe, expect, test } from '@jest/globals';
import { plan, runPlan, suites, type OpenTarget } from '../../conformance/index.js';
import { openMortalEngine } from './support/mortal-engine.js';
import { openMortalHost } from './support/mortal-host.js';

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

  test.each([
    { door: 'http', workerToo: true, what: 'host and worker are' },
    { door: 'taskhub', workerToo: false, what: 'host is' },
    { door: 'grpc', workerToo: true, what: 'host and worker are' },
  ] as const)(
    'hold at the $door door when the $what killed with SIGKILL',
    async ({ door, workerToo }) => {
      expect(await failures(await openMortalHost({ door, workerToo, patienceMs }))).toEqual([]);
    },
    900_000,
  );
});
