import { expect, test } from '@jest/globals';
import { configWith, componentSpec } from '../../../host/config/defaults.js';
import { startHost } from '../../../host/host.js';
import { factory } from '../../../components/template/component.js';

test('a host with one component serves it over both doors and closes', async () => {
  const lines: string[] = [];
  const config = configWith({
    components: [componentSpec({ name: 'memory', type: 'workflow.template' })],
    http: { host: '127.0.0.1', port: 0 },
  });
  const host = await startHost(config, { factories: [factory], writeLog: (line) => lines.push(line) });
  const base = `http://127.0.0.1:${host.http?.port}`;
  const started = await fetch(`${base}/v1.0/workflows/dapr/flow/start?instanceID=a`, { method: 'POST', body: '1' });
  expect([started.status, await started.text()]).toEqual([202, '{"instanceID":"a"}']);
  expect((await fetch(`${base}/v1.0/healthz`)).status).toBe(204);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  await host.close();
});
