import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { activities } from '../../../examples/order-processing/activities.js';
import type { Order } from '../../../examples/order-processing/order.js';
import { approval, processOrder } from '../../../examples/order-processing/workflow.js';
import { createHost } from '../../../sdk/hosting/index.js';
import { hasTemporal, startTemporal, type RealServer } from './real-server.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/moving-to-temporal.md', import.meta.url)), 'utf8');
const files = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);

test('the page shows two files that differ in the engine alone', () => {
  expect(files.map((text) => /type: (.*)/.exec(text)?.[1])).toEqual(['workflow.builtin', 'workflow.temporal']);
  expect(new Set(files.map((text) => /name: (.*)/.exec(text)?.[1]))).toEqual(new Set(['orders']));
});

if (hasTemporal()) onTheServer();

function onTheServer(): void {
  describe('the order-processing example', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wfhost-moving-'));
    const before = process.env['TEMPORAL_ADDRESS'];
    let server: RealServer;
    beforeAll(async () => {
      server = await startTemporal();
      process.env['TEMPORAL_ADDRESS'] = server.address;
    }, 120_000);
    afterAll(async () => {
      if (before === undefined) delete process.env['TEMPORAL_ADDRESS'];
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test('runs unchanged with the file of the page', async () => {
      writeFileSync(join(folder, 'orders.yaml'), files[1] ?? '');
      const host = await createHost({
        workflows: [processOrder],
        activities,
        components: folder,
        config: { logLevel: 'silent', dataDir: folder },
      });
      try {
        const id = `order-${Date.now()}`;
        const order: Order = {
          id,
          customer: 'ann@example.com',
          lines: [{ sku: 'desk', quantity: 3, priceCents: 49_900 }],
        };
        const instance = await host.client.start(processOrder, order, { id });
        await instance.raise(approval, { approved: true, by: 'ann' });
        expect(await instance.result()).toMatchObject({ orderId: id });
      } finally {
        await host.close();
      }
    }, 120_000);
  });
}
