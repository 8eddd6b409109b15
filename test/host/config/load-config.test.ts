import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { HostConfig } from '../../../host/config/host-config.js';
import type { HostFlags } from '../../../host/index.js';
import { lintFiles, loadConfig } from '../../../host/index.js';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'wfhost-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
};
const load = (flags: HostFlags = {}, env: Record<string, string> = {}): Promise<HostConfig> =>
  loadConfig({ flags, env, cwd });
const reasonOf = async (flags: HostFlags, env: Record<string, string> = {}): Promise<string> => {
  const error: unknown = await load(flags, env).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ code: 'ERR_CONFIG_INVALID' });
  return (error as Error).message;
};

const component = (name: string, rest = '', type = 'workflow.builtin'): string =>
  `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\nspec:\n  type: ${type}\n  version: v1\n${rest}`;
const withPath = (value: string): string => `  metadata:\n    - name: path\n${value}`;

describe('flags over environment over files over defaults', () => {
  test('nothing given is a host on loopback with the ports of Dapr', async () => {
    expect(await load()).toMatchObject({
      appId: 'wfhost',
      namespace: 'default',
      http: { host: '127.0.0.1', port: 3500 },
      grpc: { host: '127.0.0.1', port: 50_001 },
      maxBodyBytes: 4 * 1024 * 1024,
      drainTimeoutMs: 30_000,
      components: [],
      dataDir: join(cwd, '.wfhost'),
      logLevel: 'info',
      logFormat: 'pretty',
    });
  });

  test.each<{ name: string; flags?: HostFlags; env?: Record<string, string>; expected: Partial<HostConfig> }>([
    {
      name: 'port by variable',
      env: { DAPR_HTTP_PORT: '3600' },
      expected: { http: { host: '127.0.0.1', port: 3600 } },
    },
    {
      name: 'a flag beats the variable',
      flags: { 'dapr-http-port': 0 },
      env: { DAPR_HTTP_PORT: '3600' },
      expected: { http: { host: '127.0.0.1', port: 0 } },
    },
    { name: 'app id by variable', env: { APP_ID: 'orders' }, expected: { appId: 'orders' } },
    { name: 'an empty variable is none', env: { APP_ID: '' }, expected: { appId: 'wfhost' } },
    { name: 'a size with a unit', flags: { 'max-body-size': '8Mi' }, expected: { maxBodyBytes: 8 * 1024 * 1024 } },
    { name: 'a drain time in ms', flags: { 'drain-timeout': 1500 }, expected: { drainTimeoutMs: 1500 } },
    { name: 'a drain time by variable', env: { WFHOST_DRAIN_TIMEOUT: '1m30s' }, expected: { drainTimeoutMs: 90_000 } },
    { name: 'JSON logs', flags: { 'log-as-json': true }, expected: { logFormat: 'json' } },
    { name: 'JSON logs by variable', env: { WFHOST_LOG_AS_JSON: 'true' }, expected: { logFormat: 'json' } },
    {
      name: 'hosts by variable',
      env: { WFHOST_ALLOWED_HOSTS: 'a.example, b.example' },
      expected: { allowedHosts: ['a.example', 'b.example'] },
    },
    {
      name: 'an IPv6 address in brackets',
      flags: { 'dapr-listen-addresses': '[::1]' },
      expected: { http: { host: '::1', port: 3500 } },
    },
  ])('$name', async ({ flags, env, expected }) => {
    expect(await load(flags, env)).toMatchObject(expected);
  });

  test('the default component of a file is overridden by a flag', async () => {
    write({
      'c/a.yaml': `${component('a')}---\n${component('b')}`,
      'config.yaml':
        'apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\nspec: {workflow: {defaultComponent: a}}\n',
    });
    const flags = { 'resources-path': ['c'], config: 'config.yaml' };
    expect((await load(flags)).defaultComponent).toBe('a');
    expect((await load({ ...flags, 'default-component': 'b' })).defaultComponent).toBe('b');
  });

  test.each<{ name: string; flags?: HostFlags; env?: Record<string, string>; reason: string }>([
    {
      name: 'a port',
      env: { DAPR_GRPC_PORT: '70000' },
      reason: 'DAPR_GRPC_PORT: must be a port from 0 to 65535, not "70000"',
    },
    {
      name: 'a size',
      flags: { 'max-body-size': '4 MB' },
      reason: '--max-body-size: must be a size such as 4Mi, not "4 MB"',
    },
    {
      name: 'a size of nothing',
      flags: { 'max-body-size': '0' },
      reason: '--max-body-size: must be a size such as 4Mi, not "0"',
    },
    {
      name: 'a level',
      flags: { 'log-level': 'loud' },
      reason: '--log-level: must be one of debug, info, warn, error, silent, not "loud"',
    },
    {
      name: 'a switch',
      env: { WFHOST_LOG_AS_JSON: 'maybe' },
      reason: 'WFHOST_LOG_AS_JSON: must be true or false, not "maybe"',
    },
    {
      name: 'two addresses',
      flags: { 'dapr-listen-addresses': '127.0.0.1,::1' },
      reason: '--dapr-listen-addresses: takes one address',
    },
    {
      name: 'a token file that is not there',
      flags: { 'dapr-api-token-file': 'none' },
      reason: '--dapr-api-token-file: "none" cannot be read',
    },
    {
      name: 'a folder that is not there',
      flags: { 'resources-path': ['none'] },
      reason: 'none: no such file or folder',
    },
  ])('what cannot be read is named with where it comes from: $name', async ({ flags = {}, env, reason }) => {
    expect(await reasonOf(flags, env)).toContain(reason);
  });

  test('everything that is wrong is said at once', async () => {
    write({ 'c/a.yaml': component('a', '  initTimeout: soon\n'), 'c/b.yaml': component('b', '  ignoreErors: true\n') });
    const reason = await reasonOf({ 'resources-path': ['c'], 'log-level': 'loud' });
    expect(reason.split('\n')).toEqual([
      expect.stringContaining('--log-level: '),
      expect.stringContaining('c/a.yaml:8:16: "spec.initTimeout" is no duration: "soon"'),
      expect.stringContaining('c/b.yaml:8:3: unknown key "ignoreErors" (did you mean "ignoreErrors"?)'),
    ]);
  });
});

describe('tokens and addresses', () => {
  const token = 'correct-horse-battery-staple';

  test.each(['0.0.0.0', '::', '192.168.1.1', 'orders.example'])('%s without a token is refused', async (address) => {
    expect(await reasonOf({ 'dapr-listen-addresses': address })).toContain(
      `${address} is not loopback and no API token is set`,
    );
  });

  test('with a token, or with the insecure flag, it is not; the flag is shown', async () => {
    const flags = { 'dapr-listen-addresses': '0.0.0.0' };
    const guarded = await load(flags, { DAPR_API_TOKEN: token });
    expect([guarded.apiTokens, guarded.insecureFlags]).toEqual([[token], []]);
    const open = await load({ ...flags, 'insecure-listen-without-token': true });
    expect(open.insecureFlags).toEqual(['insecure-listen-without-token']);
  });

  test('a token file holds several, a line each, and is looked up from the working folder', async () => {
    write({ tokens: `${token}\n\nanother-${token}\n` });
    expect((await load({ 'dapr-api-token-file': 'tokens' })).apiTokens).toEqual([token, `another-${token}`]);
  });

  test('a short token is noted and not shown', async () => {
    const { notes } = await load({ 'dapr-api-token': 'hunter22' });
    expect(notes).toEqual([expect.objectContaining({ severity: 'warning', file: '--dapr-api-token' })]);
    expect(JSON.stringify(notes)).not.toContain('hunter22');
  });
});

describe('component files', () => {
  const names = (config: HostConfig): readonly string[] => config.components.map(({ name }) => name).toSorted();

  test('several documents, several folders, .yaml and .yml, in any order; folders within are not read', async () => {
    write({
      'one/b.yml': `${component('b')}---\n${component('c')}`,
      'two/a.yaml': component('a'),
      'two/deeper/x.yaml': component('x'),
      'two/notes.txt': 'not yaml: [',
    });
    expect(names(await load({ 'resources-path': ['one', 'two'] }))).toEqual(['a', 'b', 'c']);
    expect(names(await load({ 'resources-path': ['two', 'one'] }))).toEqual(['a', 'b', 'c']);
    expect(names(await load({}, { WFHOST_RESOURCES_PATH: 'one:two' }))).toEqual(['a', 'b', 'c']);
  });

  test('scopes and namespaces decide which are loaded, and a note says so', async () => {
    write({
      'c/a.yaml': component('mine', 'scopes: [orders, billing]\n'),
      'c/b.yaml': component('theirs', 'scopes: [billing]\n'),
      'c/c.yaml': component('here').replace('  name: here', '  name: here\n  namespace: shop'),
      'c/d.yaml': component('there').replace('  name: there', '  name: there\n  namespace: depot'),
    });
    const config = await load({ 'resources-path': ['c'], 'app-id': 'orders' }, { NAMESPACE: 'shop' });
    expect(names(config)).toEqual(['here', 'mine']);
    expect(config.notes.map(({ message }) => message)).toEqual([
      'component "theirs" is not for app "orders"',
      'component "there" is of namespace "depot", this host of "shop"',
    ]);
  });

  test('documents for others are left alone', async () => {
    write({
      'c/all.yaml': [
        'apiVersion: dapr.io/v1alpha1\nkind: Subscription\nmetadata: {name: s}\nspec: {anything: [1]}\n',
        'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: store}\nspec: {type: state.redis, version: v1, metadata: [{name: redisHost, value: "localhost:6379"}]}\n',
        'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n',
        'version: 1\napps: []\n',
        component('a'),
      ].join('---\n'),
    });
    const config = await load({ 'resources-path': ['c'] });
    expect(names(config)).toEqual(['a']);
    expect(config.notes.map(({ severity }) => severity)).toEqual(['info', 'info', 'info', 'info']);
  });

  test('types may be written in the plural; the version is v1 by default', async () => {
    write({ 'c/a.yaml': component('a', '', 'workflows.builtin').replace('  version: v1\n', '') });
    const [spec] = (await load({ 'resources-path': ['c'] })).components;
    expect(spec).toMatchObject({
      type: 'workflow.builtin',
      version: 'v1',
      initTimeoutMs: 5_000,
      ignoreErrors: false,
      source: 'c/a.yaml:4:9',
    });
  });

  test.each<{ name: string; value: string; env?: Record<string, string>; expected: string }>([
    { name: 'a value as it is written', value: '      value: 007\n', expected: '007' },
    { name: 'a quoted value', value: '      value: "a.db"\n', expected: 'a.db' },
    { name: 'a variable', value: '      envRef: DB\n', env: { DB: '/data/a.db' }, expected: '/data/a.db' },
    {
      name: 'a secret of the environment',
      value: '      secretKeyRef: {name: DB}\n',
      env: { DB: 'x.db' },
      expected: 'x.db',
    },
    { name: 'a placeholder', value: '      value: ${DIR}/a.db\n', env: { DIR: '/data' }, expected: '/data/a.db' },
    { name: 'a placeholder with a default', value: '      value: ${DIR:-/tmp}/a.db\n', expected: '/tmp/a.db' },
    { name: 'an escaped placeholder', value: '      value: $${DIR}\n', expected: '${DIR}' },
    {
      name: 'template tags',
      value: '      value: "{namespace}/{appID}.{podName}{other}"\n',
      env: { POD_NAME: 'pod-1' },
      expected: 'default/wfhost.pod-1{other}',
    },
  ])('$name', async ({ value, env, expected }) => {
    write({ 'c/a.yaml': component('a', withPath(value)) });
    const [spec] = (await load({ 'resources-path': ['c'] }, env)).components;
    expect(spec?.properties.get('path')).toBe(expected);
  });

  test('{uuid} is another one each time', async () => {
    write({ 'c/a.yaml': component('a', withPath('      value: "{uuid}/{uuid}"\n')) });
    const [spec] = (await load({ 'resources-path': ['c'] })).components;
    const [first, second] = (spec?.properties.get('path') ?? '').split('/');
    expect(first).toMatch(/^[\da-f-]{36}$/);
    expect(second).not.toBe(first);
  });

  test.each([
    { name: 'member of a JSON file', ref: '{name: db}', expected: 'flat.db' },
    { name: 'nested member of a JSON file', ref: '{name: "nested:db"}', expected: 'nested.db' },
    { name: 'key of a member of a JSON file', ref: '{name: nested, key: db}', expected: 'nested.db' },
  ])('a secret is a $name', async ({ ref, expected }) => {
    write({
      'secrets.json': '{"db": "flat.db", "nested": {"db": "nested.db"}}',
      'c/store.yaml':
        'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: local}\nspec: {type: secretstores.local.file, version: v1, metadata: [{name: secretsFile, value: secrets.json}]}\n',
      'c/a.yaml': component('a', `${withPath(`      secretKeyRef: ${ref}\n`)}auth:\n  secretStore: local\n`),
    });
    const [spec] = (await load({ 'resources-path': ['c'] })).components;
    expect(spec?.properties.get('path')).toBe(expected);
  });

  test('a secret is a mounted file', async () => {
    write({
      'mounted/db': 'mounted.db\n',
      'c/a.yaml': component(
        'a',
        `${withPath('      secretKeyRef: {name: mounted, key: db}\n')}auth:\n  secretStore: file\n`,
      ),
    });
    const [spec] = (await load({ 'resources-path': ['c'] })).components;
    expect(spec?.properties.get('path')).toBe('mounted.db');
  });

  test('a secret that is missing ends the start and names where it was looked for', async () => {
    write({ 'c/a.yaml': component('a', withPath('      secretKeyRef: {name: DB}\n')) });
    expect(await reasonOf({ 'resources-path': ['c'] })).toBe(
      'c/a.yaml:10:21: secret "DB" was not found in the environment',
    );
  });

  test('an error never quotes a secret', async () => {
    write({ 'c/a.yaml': component('a', '  metadata:\n    - name: stickyBytes\n      secretKeyRef: {name: SIZE}\n') });
    const reason = await reasonOf({ 'resources-path': ['c'] }, { SIZE: 'canary-4711' });
    expect(reason).toContain('property "stickyBytes"');
    expect(reason).not.toContain('canary-4711');
  });

  test.each([
    {
      name: 'everybody may write',
      prepare: (file: string) => chmodSync(file, 0o666),
      message: 'everybody on this machine may write to it',
    },
    {
      name: 'is huge',
      prepare: (file: string) => writeFileSync(file, '#'.repeat(1024 * 1024 + 1)),
      message: 'larger than 1048576 bytes',
    },
    {
      name: 'leads out of its folder',
      prepare: (file: string) => {
        rmSync(file);
        symlinkSync('/etc/hostname', file);
      },
      message: 'a link that leads out of its folder',
    },
  ])('a file is refused that $name', async ({ prepare, message }) => {
    write({ 'c/a.yaml': component('a') });
    prepare(join(cwd, 'c/a.yaml'));
    expect(await reasonOf({ 'resources-path': ['c'] })).toContain(`c/a.yaml: ${message}`);
  });

  test('a link within the folder is how a mounted ConfigMap looks', async () => {
    write({ 'c/..data/a.yaml': component('a') });
    symlinkSync('..data/a.yaml', join(cwd, 'c/a.yaml'));
    expect(names(await load({ 'resources-path': ['c'] }))).toEqual(['a']);
  });
});

describe('the Configuration', () => {
  const settings = (workflow: string): string =>
    `apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata:\n  name: config\nspec:\n${workflow}`;

  test('gives limits, retention and tracing; what only Dapr needs is left alone', async () => {
    write({
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
    expect(await load({ config: 'config.yaml' })).toMatchObject({
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

  test('is found among the resources, unless one is named', async () => {
    write({
      'c/config.yaml': settings('  workflow: {maxConcurrentWorkflowInvocations: 1}\n'),
      'other.yaml': settings('  workflow: {maxConcurrentWorkflowInvocations: 2}\n'),
    });
    expect((await load({ 'resources-path': ['c'] })).concurrency.maxConcurrentTurns).toBe(1);
    const named = await load({ 'resources-path': ['c'], config: 'other.yaml' });
    expect(named.concurrency.maxConcurrentTurns).toBe(2);
  });

  test('two of them are one too many', async () => {
    write({ 'c/a.yaml': settings('  workflow: {}\n'), 'c/b.yaml': settings('  workflow: {}\n') });
    expect(await reasonOf({ 'resources-path': ['c'] })).toContain(
      'c/b.yaml:2:7: a second Configuration; the first is c/a.yaml:2:7',
    );
  });

  test('lists plug-ins, whose types are then known to files and to lint', async () => {
    write({
      'plugin.mjs': `export default { apiVersion: 1, factories: [{ type: 'workflow.acme', version: 'v1',
        configSchema: { type: 'object', required: ['url'], properties: { url: { type: 'string' } }, additionalProperties: false },
        create: () => { throw new Error('not here'); } }] };`,
      'config.yaml': settings('  workflow: {plugins: [./plugin.mjs]}\n'),
      'c/a.yaml': component('a', '  metadata: [{name: url, value: "http://acme"}]\n', 'workflow.acme'),
    });
    const config = await load({ 'resources-path': ['c'], config: 'config.yaml' });
    expect(config.components.map(({ type }) => type)).toEqual(['workflow.acme']);
    expect(config.plugins).toEqual([join(cwd, 'plugin.mjs')]);
    expect(await lintFiles(['c', 'config.yaml'], { env: {}, cwd })).toEqual([]);
    expect(await reasonOf({ 'resources-path': ['c'] })).toContain('unknown component type "workflow.acme"');
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
  ])('refuses a plug-in $name', async ({ code, reason }) => {
    write({ 'plugin.mjs': code, 'config.yaml': settings('  workflow: {plugins: [./plugin.mjs]}\n') });
    expect(await reasonOf({ config: 'config.yaml' })).toContain(`plugin "./plugin.mjs" ${reason}`);
  });
});
