import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { lintFiles } from '../../../host/index.js';
import { component, Folder } from './folder.js';

const folder = new Folder();

const settings = (workflow: string): string =>
  `apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata:\n  name: config\nspec:\n${workflow}`;

test('a Configuration gives limits, retention and tracing; what only Dapr needs is left alone', async () => {
  folder.write({
    'config.yaml': settings(`  mtls: {enabled: true}
  tracing: {samplingRate: "1", otel: {endpointAddress: "collector:4318", isSecure: false, protocol: http}}
  metrics: {enabled: false}
  workflow:
    maxConcurrentWorkflowInvocations: 10
    globalMaxConcurrentWorkflowInvocations: 4
    maxConcurrentActivityInvocations: 20
    workflowConcurrencyLimits: [{name: order, maxConcurrent: 2}]
    activityConcurrencyLimits: [{name: charge, maxConcurrent: 3}]
    stateRetentionPolicy: {anyTerminal: 168h, completed: 0s, failed: 1h30m}
`),
  });
  expect(await folder.load({ config: 'config.yaml' })).toMatchObject({
    concurrency: {
      maxConcurrentTurns: 4,
      maxConcurrentActivities: 20,
      byWorkflow: new Map([['order', 2]]),
      byActivity: new Map([['charge', 3]]),
    },
    retention: { anyTerminalMs: 168 * 3_600_000, completedMs: 0, failedMs: 5_400_000 },
    tracingEndpoint: 'http://collector:4318',
    metrics: false,
  });
});

test('a Configuration is found among the resources, unless one is named', async () => {
  folder.write({
    'c/config.yaml': settings('  workflow: {maxConcurrentWorkflowInvocations: 1}\n'),
    'other.yaml': settings('  workflow: {maxConcurrentWorkflowInvocations: 2}\n'),
  });
  expect((await folder.load({ 'resources-path': ['c'] })).concurrency.maxConcurrentTurns).toBe(1);
  const named = await folder.load({ 'resources-path': ['c'], config: 'other.yaml' });
  expect(named.concurrency.maxConcurrentTurns).toBe(2);
});

test('two Configurations are one too many', async () => {
  folder.write({ 'c/a.yaml': settings('  workflow: {}\n'), 'c/b.yaml': settings('  workflow: {}\n') });
  expect(await folder.reasonOf({ 'resources-path': ['c'] })).toContain(
    'c/b.yaml:2:7: a second Configuration; the first is c/a.yaml:2:7',
  );
});

test('a Configuration lists plug-ins, whose types are then known to files and to lint', async () => {
  folder.write({
    'plugin.mjs': `export default { apiVersion: 1, factories: [{ type: 'workflow.acme', version: 'v1',
      configSchema: { type: 'object', required: ['url'], properties: { url: { type: 'string' } }, additionalProperties: false },
      create: () => { throw new Error('not here'); } }] };`,
    'config.yaml': settings('  workflow: {plugins: [./plugin.mjs]}\n'),
    'c/a.yaml': component('a', '  metadata: [{name: url, value: "http://acme"}]\n', 'workflow.acme'),
  });
  const config = await folder.load({ 'resources-path': ['c'], config: 'config.yaml' });
  expect(config.components.map(({ type }) => type)).toEqual(['workflow.acme']);
  expect(config.plugins).toEqual([join(folder.path, 'plugin.mjs')]);
  expect(await lintFiles(['c', 'config.yaml'], { env: {}, cwd: folder.path })).toEqual([]);
  expect(await folder.reasonOf({ 'resources-path': ['c'] })).toContain('unknown component type "workflow.acme"');
});

test.each([
  {
    name: 'of another API',
    code: 'export default { apiVersion: 2, factories: [] };',
    reason: 'is made for plug-in API 2; this host has 1',
  },
  { name: 'that is none', code: 'export const x = 1;', reason: 'is no plug-in: its default export has no factories' },
  { name: 'that throws', code: 'throw new Error("boom");', reason: 'cannot be loaded: boom' },
  {
    name: 'with a type that is taken',
    code: "export default { apiVersion: 1, factories: [{ type: 'workflow.builtin', version: 'v1' }] };",
    reason: 'brings workflow.builtin/v1, which another package or the host has',
  },
])('a Configuration refuses a plug-in $name', async ({ code, reason }) => {
  folder.write({ 'plugin.mjs': code, 'config.yaml': settings('  workflow: {plugins: [./plugin.mjs]}\n') });
  expect(await folder.reasonOf({ config: 'config.yaml' })).toContain(`plugin "./plugin.mjs" ${reason}`);
});
