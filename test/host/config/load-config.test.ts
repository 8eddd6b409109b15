import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { HostConfig } from '../../../host/config/host-config.js';
import type { HostFlags } from '../../../host/index.js';
import { component, Folder } from './folder.js';

const folder = new Folder();

describe('flags over environment over files over defaults', () => {
  test('nothing given is a host on loopback with the ports of Dapr', async () => {
    expect(await folder.load()).toMatchObject({
      appId: 'wfhost',
      namespace: 'default',
      http: { host: '127.0.0.1', port: 3500 },
      grpc: { host: '127.0.0.1', port: 50_001 },
      maxBodyBytes: 4 * 1024 * 1024,
      drainTimeoutMs: 30_000,
      components: [],
      dataDir: join(folder.path, '.wfhost'),
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
    expect(await folder.load(flags, env)).toMatchObject(expected);
  });

  test('the default component of a file is overridden by a flag', async () => {
    folder.write({
      'c/a.yaml': `${component('a')}---\n${component('b')}`,
      'config.yaml':
        'apiVersion: dapr.io/v1alpha1\nkind: Configuration\nmetadata: {name: c}\nspec: {workflow: {defaultComponent: a}}\n',
    });
    const flags = { 'resources-path': ['c'], config: 'config.yaml' };
    expect((await folder.load(flags)).defaultComponent).toBe('a');
    expect((await folder.load({ ...flags, 'default-component': 'b' })).defaultComponent).toBe('b');
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
    expect(await folder.reasonOf(flags, env)).toContain(reason);
  });

  test('everything that is wrong is said at once', async () => {
    folder.write({
      'c/a.yaml': component('a', '  initTimeout: soon\n'),
      'c/b.yaml': component('b', '  ignoreErors: true\n'),
    });
    const reason = await folder.reasonOf({ 'resources-path': ['c'], 'log-level': 'loud' });
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
    expect(await folder.reasonOf({ 'dapr-listen-addresses': address })).toContain(
      `${address} is not loopback and no API token is set`,
    );
  });

  test('with a token, or with the insecure flag, it is not; the flag is shown', async () => {
    const flags = { 'dapr-listen-addresses': '0.0.0.0' };
    const guarded = await folder.load(flags, { DAPR_API_TOKEN: token });
    expect([guarded.apiTokens, guarded.insecureFlags]).toEqual([[token], []]);
    const open = await folder.load({ ...flags, 'insecure-listen-without-token': true });
    expect(open.insecureFlags).toEqual(['insecure-listen-without-token']);
  });

  test('a token file holds several, a line each, and is looked up from the working folder', async () => {
    folder.write({ tokens: `${token}\n\nanother-${token}\n` });
    expect((await folder.load({ 'dapr-api-token-file': 'tokens' })).apiTokens).toEqual([token, `another-${token}`]);
  });

  test('a short token is noted and not shown', async () => {
    const { notes } = await folder.load({ 'dapr-api-token': 'hunter22' });
    expect(notes).toEqual([expect.objectContaining({ severity: 'warning', file: '--dapr-api-token' })]);
    expect(JSON.stringify(notes)).not.toContain('hunter22');
  });
});
