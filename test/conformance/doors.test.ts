import { describe, expect, test } from '@jest/globals';
import { grpcDoor } from '../../conformance/doors/grpc.js';
import { httpDoor } from '../../conformance/doors/http.js';
import { taskHubDoor } from '../../conformance/doors/taskhub.js';
import { describeRemote } from '../../conformance/remote.js';
import { plan, runPlan, type ConformanceTarget } from '../../conformance/run.js';
import { suites } from '../../conformance/suites/index.js';
import { SuiteWorker } from '../../conformance/worker/suite-worker.js';
import { attachToTaskHub } from '../../conformance/worker/taskhub-worker.js';
import { componentSpec } from '../../host/index.js';
import { createHost } from '../../sdk/hosting/index.js';

/** A real host with both doors; the suite sees nothing of it but the wire. */
describe('the conformance suite from outside', () => {
  test('passes at the HTTP, gRPC and TaskHub doors of the built-in engine', async () => {
    const host = await createHost({
      workflows: [],
      activities: [],
      components: [
        componentSpec({ name: 'builtin', type: 'workflow.builtin', properties: new Map([['path', ':memory:']]) }),
      ],
      config: { logLevel: 'silent' },
      http: { port: 0 },
      grpc: { port: 0 },
    });
    const worker = new SuiteWorker();
    const wire = { address: `127.0.0.1:${host.grpc?.port}` };
    let stream = attachToTaskHub(worker, wire);
    const url = `http://127.0.0.1:${host.http?.port}`;
    const described = await describeRemote(url);
    if (!described) throw new Error('the host does not describe its component');
    const { capabilities, limits } = described;
    const target: ConformanceTarget = {
      component: described.name,
      doors: [httpDoor({ url, ownRoutes: true }), grpcDoor(wire), taskHubDoor(wire)],
      worker,
      capabilities,
      limits,
      patienceMs: 60_000,
      reconnectWorker: async () => {
        stream.close();
        stream = attachToTaskHub(worker, wire);
      },
    };
    try {
      const results = await runPlan(plan(suites, target), target, { parallel: 12 });
      const failed = results.filter((result) => result.outcome === 'failed');
      expect(failed.map(({ id, door, reason }) => ({ id, door, reason }))).toEqual([]);
    } finally {
      stream.close();
      for (const door of target.doors) await door.close();
      await host.close();
    }
  }, 600_000);
});
