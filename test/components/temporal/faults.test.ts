import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WorkflowInstance } from '../../../core/index.js';
import { factory } from '../../../components/temporal/component.js';
import { openWith, type OpenComponent } from '../../../conformance/in-process/open-component.js';
import type { Program } from '../../../conformance/worker/program.js';
import { SuiteWorker } from '../../../conformance/worker/suite-worker.js';
import { hasTemporal, startTemporal, type RealServer } from './real-server.js';

if (hasTemporal() && !process.env['TEMPORAL_ADDRESS']) withServersOfItsOwn();
else {
  test('a server that was asked for can be had', () => {
    expect(process.env['WFHOST_REQUIRE_TEMPORAL'] && !process.env['TEMPORAL_ADDRESS']).toBeFalsy();
  });
}

const child = fileURLToPath(new URL('../../../dist/test/components/temporal/host-child.js', import.meta.url));
const steps: Program = [
  { kind: 'call', count: 3 },
  { kind: 'sleep', ms: 400 },
  { kind: 'child', steps: [{ kind: 'call', count: 1 }] },
  { kind: 'wait', name: 'go' },
  { kind: 'call', count: 2 },
];

function withServersOfItsOwn(): void {
  describe('on a real server', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wfhost-temporal-test-'));
    const db = join(folder, 'temporal.sqlite');
    let server: RealServer;
    let queue = 0;

    beforeAll(async () => {
      server = await startTemporal(['--db', db]);
    }, 120_000);
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const nextQueue = (): string => `faults-${(queue += 1)}`;
    const open = (taskQueue: string, more = {}): Promise<OpenComponent> =>
      openWith(factory, new SuiteWorker(), {
        properties: { address: server.address, taskQueue, activityHeartbeatSeconds: '3', ...more },
      });

    test('a host that is killed is replaced by another, and every instance ends with what it would have', async () => {
      const taskQueue = nextQueue();
      const victim = await host(server.address, taskQueue);
      const client = await open(nextQueue());
      const ids = Array.from({ length: 12 }, (_unused, index) => `killed-${index}`);
      const survivor = await startAll(client, server.address, taskQueue, ids);
      victim.kill('SIGKILL');
      await once(victim, 'exit');
      const ended = await finishAll(survivor, ids);
      expect(ended.map(outcome)).toEqual(ids.map(() => expectedOutcome));
      await survivor.close();
      await client.close();
    }, 180_000);

    test('two hosts with one run in memory each share a queue, and hand instances to and fro', async () => {
      const taskQueue = nextQueue();
      const hosts = [await open(taskQueue, { cachedRuns: '1' }), await open(taskQueue, { cachedRuns: '1' })];
      const [one, other] = hosts;
      const ids = Array.from({ length: 12 }, (_unused, index) => `shared-${index}`);
      for (const id of ids)
        await one?.component.start({ instanceId: id, workflowName: 'program', input: JSON.stringify(steps) });
      const ended = other ? await finishAll(other, ids) : [];
      expect(ended.map(outcome)).toEqual(ids.map(() => expectedOutcome));
      for (const each of hosts) await each.close();
    }, 180_000);

    test('a server that is killed and comes back finds all that was acknowledged', async () => {
      const taskQueue = nextQueue();
      const opened = await open(taskQueue);
      const ids = Array.from({ length: 8 }, (_unused, index) => `restart-${index}`);
      for (const id of ids)
        await opened.component.start({ instanceId: id, workflowName: 'program', input: JSON.stringify(steps) });
      const { port } = new URL(`http://${server.address}`);
      if (server.pid !== undefined) process.kill(server.pid, 'SIGKILL');
      await server.stop();
      server = await startTemporal(['--db', db, '--port', port]);
      const ended = await finishAll(opened, ids);
      expect(ended.map(outcome)).toEqual(ids.map(() => expectedOutcome));
      await opened.close();
    }, 180_000);
  });

  /** Begins the instances on the queue of the host that will be killed, from a host that comes to serve it, too. */
  async function startAll(
    client: OpenComponent,
    address: string,
    taskQueue: string,
    ids: readonly string[],
  ): Promise<OpenComponent> {
    expect(client.component.health().ready).toBe(true);
    const survivor = await openWith(factory, new SuiteWorker(), {
      properties: { address, taskQueue, activityHeartbeatSeconds: '3' },
    });
    for (const instanceId of ids) {
      await survivor.component.start({ instanceId, workflowName: 'program', input: JSON.stringify(steps) });
    }
    return survivor;
  }

  async function host(address: string, taskQueue: string): Promise<ChildProcess> {
    const running = spawn(process.execPath, [child, address, taskQueue], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(running.stdout, 'data');
    return running;
  }

  async function finishAll({ component }: OpenComponent, ids: readonly string[]): Promise<WorkflowInstance[]> {
    const patience = AbortSignal.timeout(120_000);
    return Promise.all(
      ids.map(async (instanceId) => {
        for (;;) {
          try {
            await component.raiseEvent({ instanceId, eventName: 'go', data: '"went"' });
            break;
          } catch (error) {
            // The server is on its way back.
            if (patience.aborted) throw error;
          }
        }
        const end = await component.optional.wait?.({ instanceId, until: 'closed' }, patience);
        if (!end) throw new Error('the component cannot wait');
        return end;
      }),
    );
  }
}

const expectedOutcome = { status: 'COMPLETED', steps: 8 };

function outcome({ status, output }: WorkflowInstance): object {
  return { status, steps: (JSON.parse(output ?? '[]') as string[]).length };
}
