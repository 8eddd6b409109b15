import fc from 'fast-check';
import { afterEach, describe, expect, test } from '@jest/globals';
import { isClosed } from '../../../core/index.js';
import { legal, type ClientLog } from '../../../core/orchestration/index.js';
import { factory } from '../../../components/template/component.js';
import { startEngine, type EngineHarness } from '../../support/engine-harness.js';
import { deeds, eventNames, programs, type Deed } from '../../support/random-program.js';
import type { Program } from '../../../conformance/worker/program.js';

/**
 * Random programs under random treatment; the oracle judges every history at rest. Each run is deterministic, so a
 * failure is repeated with the seed that fast-check prints.
 */
let engine: EngineHarness | undefined;
afterEach(async () => {
  await engine?.close();
  engine = undefined;
});

type Raised = { name: string; data: string; outcome: 'acknowledged' };

async function treat(host: EngineHarness, id: string, deed: Deed, raised: Raised[]): Promise<void> {
  const { component, clock } = host;
  switch (deed.kind) {
    case 'raise': {
      const data = `"${raised.length}"`;
      raised.push({ name: deed.name, data, outcome: 'acknowledged' });
      return component.raiseEvent({ instanceId: id, eventName: deed.name, data });
    }
    case 'suspend':
      await component.suspend({ instanceId: id });
      expect(['SUSPENDED', 'COMPLETED', 'FAILED', 'TERMINATED']).toContain((await host.get(id)).status);
      return;
    case 'resume':
      await component.resume({ instanceId: id });
      expect((await host.get(id)).status).not.toBe('SUSPENDED');
      return;
    case 'advance':
      clock.advance(deed.ms);
      return host.settle();
    case 'terminate':
      await component.terminate({ instanceId: id, recursive: true });
      expect(['COMPLETED', 'FAILED', 'TERMINATED']).toContain((await host.get(id)).status);
      return;
    case 'crash':
  }
}

async function play(program: Program, plan: readonly Deed[]): Promise<void> {
  engine = await startEngine(factory);
  const raised: Raised[] = [];
  await engine.start('root', program);
  for (const deed of plan) await treat(engine, 'root', deed, raised);
  await engine.component.resume({ instanceId: 'root' });
  // Enough of every event to free all waits that are left; then only the end remains.
  for (let round = 0; round < 12; round += 1) {
    for (const name of eventNames) await treat(engine, 'root', { kind: 'raise', name }, raised);
  }
  await releaseAll(engine);
  const ended = await engine.finish('root');
  expect(isClosed(ended.status)).toBe(true);
  await judgeAll(engine, raised, ended.generation);
  await engine.close();
  engine = undefined;
}

/** Children wait for events too; nobody raises to them but this. */
async function releaseAll(host: EngineHarness): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    await host.settle();
    host.clock.advance(6000);
    await host.settle();
    const { instances } = (await host.component.optional.list?.({ pageSize: 1000 })) ?? { instances: [] };
    const open = instances.filter((one) => !isClosed(one.status));
    if (open.length === 0) return;
    for (const one of open) {
      if (one.instanceId === 'root') continue;
      for (const eventName of eventNames) await host.component.raiseEvent({ instanceId: one.instanceId, eventName });
    }
  }
}

async function judgeAll(host: EngineHarness, raised: readonly Raised[], generation: number): Promise<void> {
  const { instances } = (await host.component.optional.list?.({ pageSize: 1000 })) ?? { instances: [] };
  for (const { instanceId } of instances) {
    const { events = [] } = (await host.component.optional.history?.({ instanceId })) ?? {};
    // Only the last generation's history is kept, so what earlier ones consumed is not in it.
    const client: ClientLog = instanceId === 'root' && generation === 0 ? { raised, quiescent: true } : {};
    const ran = host.worker.activities.filter((item) => item.instanceId === instanceId).map((item) => item.taskId);
    expect({ instanceId, violations: legal(events, client, { ran }) }).toEqual({ instanceId, violations: [] });
  }
}

describe('random programs on the template', () => {
  test('every history is one the model can produce, and everything ends', async () => {
    await fc.assert(fc.asyncProperty(programs(), deeds, play), { numRuns: 150, endOnFailure: true });
  });
});
