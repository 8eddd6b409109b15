import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { factory } from '../../components/temporal/component.js';
import { openComponent } from '../../conformance/in-process/open-component.js';
import { plan, runPlan } from '../../conformance/run.js';
import { suites } from '../../conformance/suites/index.js';
import { hasTemporal, startTemporal, type RealServer } from '../components/temporal/real-server.js';

if (hasTemporal()) onTheServer();
else {
  test('says aloud that it did not run', () => {
    expect(process.env['WFHOST_REQUIRE_TEMPORAL']).toBeUndefined();
  });
}

function onTheServer(): void {
  describe('the conformance suite on a real Temporal server', () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startTemporal();
    }, 120_000);
    afterAll(() => server.stop());

    test('passes what the component declares to be capable of', async () => {
      const properties = { address: server.address, taskQueue: 'conformance' };
      const { target, close } = await openComponent(factory, { properties, patienceMs: 60_000 });
      try {
        const level = process.env['WFHOST_REQUIRE_TEMPORAL'] ? 'full' : 'core';
        const results = await runPlan(plan(suites, target, { level }), target, { parallel: 6 });
        const failed = results.filter((result) => result.outcome === 'failed');
        expect(failed.map(({ id, reason }) => ({ id, reason }))).toEqual([]);
      } finally {
        await close();
      }
    }, 900_000);
  });
}
