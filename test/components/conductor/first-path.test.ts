import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createHost } from '../../../sdk/hosting/index.js';
import { defineActivity, defineWorkflow } from '../../../sdk/index.js';
import { isServerWanted, openRealServer } from './support/real-server.js';

const greet = defineActivity('Say Hello/§', async (name: string) => `Hello ${name}`);

/** Signs that do not compress. */
const report = defineActivity('report', (no: number) => `${no}${randomBytes(150_000).toString('hex')}`);

const reports = defineWorkflow('reports', async (context, count: number) => {
  let signs = 0;
  for (let no = 1; no <= count; no += 1) signs += (await context.call(report, no)).length;
  return signs;
});

const hello = defineWorkflow('hello', async (context, names: readonly string[]) => {
  const first = await context.call(greet, names[0] ?? '');
  const rest = await Promise.all(names.slice(1).map((name) => context.call(greet, name)));
  return [first, ...rest];
});

const componentFile = (url: string): string => `
apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: orders
spec:
  type: workflow.conductor
  version: v1
  metadata:
    - name: serverUrl
      value: ${url}
    - name: prefix
      value: path${process.pid}
`;

describe('a component file with a Conductor server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-conductor-path-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('lets a portable workflow run to its end on it', async () => {
    if (!isServerWanted('a portable workflow on a real Conductor server')) return;
    const server = await openRealServer();
    writeFileSync(join(folder, 'orders.yaml'), componentFile(server.url));
    const host = await createHost({ components: folder, workflows: [hello], activities: [greet] });
    try {
      const run = await host.client.start(hello, ['Ann', '${workflow.input.wf.s}', 'Bob $']);
      expect(await run.result()).toEqual(['Hello Ann', 'Hello ${workflow.input.wf.s}', 'Hello Bob $']);
    } finally {
      await host.close();
      await server.stop();
    }
  }, 600_000);

  test('lets an instance grow beyond what one execution of the server bears', async () => {
    if (!isServerWanted('a large instance on a real Conductor server')) return;
    const server = await openRealServer();
    writeFileSync(join(folder, 'orders.yaml'), componentFile(server.url));
    const host = await createHost({ components: folder, workflows: [reports], activities: [report] });
    try {
      const run = await host.client.start(reports, 15, { id: 'large' });
      expect(await run.result()).toBeGreaterThan(15 * 300_000);
      expect((await run.history()).filter(({ kind }) => kind === 'taskCompleted')).toHaveLength(15);
      const path = `/api/workflow/path${process.pid}_workflow/correlated?includeClosed=true`;
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}${path}`, { method: 'POST', headers, body: '["large"]' });
      expect(((await answer.json()) as { large: unknown[] }).large.length).toBeGreaterThan(1);
    } finally {
      await host.close();
      await server.stop();
    }
  }, 600_000);
});
