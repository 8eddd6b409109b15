import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { catalog } from '../../../components/catalog.js';
import { factory as template } from '../../../components/template/component.js';
import { defaultFileName } from '../../../components/builtin/config.js';
import type { Worker } from '../../../core/index.js';
import { defaultStoreFile } from '../../../host/abandoned-store.js';
import { componentSpec, configWith } from '../../../host/config/defaults.js';
import type { HostConfig } from '../../../host/config/host-config.js';
import { openHost, startHost, type RunningHost } from '../../../host/index.js';
import { hostVersion } from '../../../host/version.js';
import { HandWorker, settled } from '../workers/harness.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'wfhost-main-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const loopback = { host: '127.0.0.1', port: 0 };
const memory = componentSpec({ name: 'memory', type: 'workflow.template' });
const configOf = (overrides: Partial<HostConfig> = {}): HostConfig =>
  configWith({ dataDir, logLevel: 'silent', ...overrides });
const startMemory = (overrides: Partial<HostConfig> = {}, workers: readonly Worker[] = []): Promise<RunningHost> =>
  startHost(configOf({ components: [memory], ...overrides }), { factories: [template], workers });

describe('a host', () => {
  test('with nothing declared has the built-in engine, behind both doors', async () => {
    const host = await openHost(configOf({ http: loopback, grpc: loopback }));
    const base = `http://127.0.0.1:${host.http?.port}`;
    const start = await fetch(`${base}/v1.0/workflows/dapr/order/start?instanceID=a`, { method: 'POST', body: '1' });
    expect([start.status, await start.json()]).toEqual([202, { instanceID: 'a' }]);
    expect((await fetch(`${base}/v1.0/healthz`)).status).toBe(204);
    expect(host.grpc?.port).toBeGreaterThan(0);
    expect(host.metadata().components).toEqual([{ name: 'builtin', type: 'workflow.builtin', version: 'v1' }]);
    await host.close();
    await expect(fetch(base)).rejects.toThrow('fetch failed');
  });

  test('shows what it counts under the names of Dapr', async () => {
    const host = await startMemory({ http: loopback, appId: 'orders' });
    await host.service.start(undefined, { workflowName: 'order' }, 'dapr');
    await host.service.get(undefined, 'none').catch(() => undefined);
    const text = await (await fetch(`http://127.0.0.1:${host.http?.port}/metrics`)).text();
    await host.close();
    const name = 'dapr_runtime_workflow_operation_count';
    expect(text).toContain(
      `${name}{app_id="orders",namespace="default",operation="create_workflow",status="success"} 1\n`,
    );
    expect(text).toContain(`${name}{app_id="orders",namespace="default",operation="get_workflow",status="failed"} 1\n`);
    expect(text).toContain('wfhost_component_ready{app_id="orders",namespace="default",component="memory"} 1\n');
    expect(text).toMatch(/^process_cpu_seconds_total /m);
  });

  test('counts nothing when metrics are off', async () => {
    const host = await startMemory({ http: loopback, metrics: false });
    const answer = await fetch(`http://127.0.0.1:${host.http?.port}/metrics`);
    expect(await answer.text()).toBe('');
    await host.close();
  });

  test.each(['http', 'grpc'])('says which port of %s it cannot have, and leaves nothing open', async (door) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const taken = { host: '127.0.0.1', port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
    const starting = startMemory({ http: loopback, grpc: loopback, [door]: taken });
    await expect(starting).rejects.toMatchObject({
      code: 'ERR_CONFIG_INVALID',
      message: expect.stringMatching(new RegExp(`cannot listen on .*${taken.port}`)),
    });
    await new Promise((resolve) => other.close(resolve));
  });

  test('has the version of the package', () => {
    expect(hostVersion).toBe((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version);
  });
});

describe('closing', () => {
  test('waits for the work that is in hand, and hands out no more', async () => {
    const worker = new HandWorker('w');
    const host = await startMemory({}, [worker]);
    await host.service.start(undefined, { instanceId: 'a', workflowName: 'order' }, 'dapr');
    expect(worker.held.map(({ id }) => id)).toEqual(['a']);
    let closed = false;
    const closing = host.close().then(() => {
      closed = true;
    });
    await host.service.start(undefined, { instanceId: 'b', workflowName: 'order' }, 'dapr');
    await settled();
    expect(closed).toBe(false);
    expect(worker.held.map(({ id }) => id)).toEqual(['a']);
    worker.endAll();
    await closing;
    expect(worker.held).toEqual([]);
  });

  test('does not wait for ever', async () => {
    const worker = new HandWorker('w');
    const host = await startMemory({ drainTimeoutMs: 50 }, [worker]);
    await host.service.start(undefined, { workflowName: 'order' }, 'dapr');
    await host.close();
    expect(worker.held).toHaveLength(1);
    worker.endAll();
  });
});

describe('a store that would be abandoned', () => {
  const withTemplate = (): HostConfig => configOf({ components: [memory] });

  async function leaveBehind(options: { readonly live: boolean }): Promise<void> {
    const host = await openHost(configOf());
    await host.service.start(undefined, { instanceId: 'a', workflowName: 'order' }, 'dapr');
    if (!options.live) await host.service.terminate(undefined, { instanceId: 'a', recursive: false });
    await host.close();
  }

  test('ends the start, and the message says how to go on', async () => {
    await leaveBehind({ live: true });
    await expect(openHost(withTemplate())).rejects.toMatchObject({
      code: 'ERR_CONFIG_INVALID',
      message: expect.stringMatching(
        /holds workflows that have not ended. Declare a component of type workflow.builtin/,
      ),
    });
  });

  test('is none when the engine is declared beside the new one', async () => {
    await leaveBehind({ live: true });
    const old = componentSpec({ name: 'old', type: 'workflow.builtin' });
    const host = await openHost(configOf({ components: [memory, old], defaultComponent: 'memory' }));
    expect((await host.service.get('old', 'a')).workflowName).toBe('order');
    await host.close();
  });

  test('is none when all has ended, or when there is none', async () => {
    await leaveBehind({ live: false });
    const withEnded = await openHost(withTemplate());
    expect(withEnded.readiness()).toEqual({ ready: true });
    await withEnded.close();
    rmSync(join(dataDir, defaultStoreFile));
    const withNone = await openHost(withTemplate());
    expect(withNone.readiness()).toEqual({ ready: true });
    await withNone.close();
  });

  test('is looked for where the engine keeps it', () => {
    expect(defaultStoreFile).toBe(defaultFileName);
  });
});

test.each(catalog.map(({ type, version, load }) => ({ name: `${type}/${version}`, load })))(
  'the catalog has $name under its own name',
  async ({ name, load }) => {
    const { factory } = await load();
    expect(`${factory.type}/${factory.version}`).toBe(name);
  },
);
