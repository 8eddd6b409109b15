import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { HostConfig } from '../../../host/config/host-config.js';
import { component, Folder, withPath } from './folder.js';

const folder = new Folder();

const names = (config: HostConfig): readonly string[] => config.components.map(({ name }) => name).toSorted();

test('several documents, several folders, .yaml and .yml, in any order; folders within are not read', async () => {
  folder.write({
    'one/b.yml': `${component('b')}---\n${component('c')}`,
    'two/a.yaml': component('a'),
    'two/deeper/x.yaml': component('x'),
    'two/notes.txt': 'not yaml: [',
  });
  expect(names(await folder.load({ 'resources-path': ['one', 'two'] }))).toEqual(['a', 'b', 'c']);
  expect(names(await folder.load({ 'resources-path': ['two', 'one'] }))).toEqual(['a', 'b', 'c']);
  expect(names(await folder.load({}, { WFHOST_RESOURCES_PATH: 'one:two' }))).toEqual(['a', 'b', 'c']);
});

test('scopes and namespaces decide which are loaded, and a note says so', async () => {
  folder.write({
    'c/a.yaml': component('mine', 'scopes: [orders, billing]\n'),
    'c/b.yaml': component('theirs', 'scopes: [billing]\n'),
    'c/c.yaml': component('here').replace('  name: here', '  name: here\n  namespace: shop'),
    'c/d.yaml': component('there').replace('  name: there', '  name: there\n  namespace: depot'),
  });
  const config = await folder.load({ 'resources-path': ['c'], 'app-id': 'orders' }, { NAMESPACE: 'shop' });
  expect(names(config)).toEqual(['here', 'mine']);
  expect(config.notes.map(({ message }) => message)).toEqual([
    'component "theirs" is not for app "orders"',
    'component "there" is of namespace "depot", this host of "shop"',
  ]);
});

test('documents for others are left alone', async () => {
  folder.write({
    'c/all.yaml': [
      'apiVersion: dapr.io/v1alpha1\nkind: Subscription\nmetadata: {name: s}\nspec: {anything: [1]}\n',
      'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: store}\nspec: {type: state.redis, version: v1, metadata: [{name: redisHost, value: "localhost:6379"}]}\n',
      'apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n',
      'version: 1\napps: []\n',
      component('a'),
    ].join('---\n'),
  });
  const config = await folder.load({ 'resources-path': ['c'] });
  expect(names(config)).toEqual(['a']);
  expect(config.notes.map(({ severity }) => severity)).toEqual(['info', 'info', 'info', 'info']);
});

test('types may be written in the plural; the version is v1 by default', async () => {
  folder.write({ 'c/a.yaml': component('a', '', 'workflows.builtin').replace('  version: v1\n', '') });
  const [spec] = (await folder.load({ 'resources-path': ['c'] })).components;
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
  folder.write({ 'c/a.yaml': component('a', withPath(value)) });
  const [spec] = (await folder.load({ 'resources-path': ['c'] }, env)).components;
  expect(spec?.properties.get('path')).toBe(expected);
});

test('{uuid} is another one each time', async () => {
  folder.write({ 'c/a.yaml': component('a', withPath('      value: "{uuid}/{uuid}"\n')) });
  const [spec] = (await folder.load({ 'resources-path': ['c'] })).components;
  const [first, second] = (spec?.properties.get('path') ?? '').split('/');
  expect(first).toMatch(/^[\da-f-]{36}$/);
  expect(second).not.toBe(first);
});

test.each([
  { name: 'member of a JSON file', ref: '{name: db}', expected: 'flat.db' },
  { name: 'nested member of a JSON file', ref: '{name: "nested:db"}', expected: 'nested.db' },
  { name: 'key of a member of a JSON file', ref: '{name: nested, key: db}', expected: 'nested.db' },
])('a secret is a $name', async ({ ref, expected }) => {
  folder.write({
    'secrets.json': '{"db": "flat.db", "nested": {"db": "nested.db"}}',
    'c/store.yaml':
      'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: local}\nspec: {type: secretstores.local.file, version: v1, metadata: [{name: secretsFile, value: secrets.json}]}\n',
    'c/a.yaml': component('a', `${withPath(`      secretKeyRef: ${ref}\n`)}auth:\n  secretStore: local\n`),
  });
  const [spec] = (await folder.load({ 'resources-path': ['c'] })).components;
  expect(spec?.properties.get('path')).toBe(expected);
});

test('a secret is a mounted file', async () => {
  folder.write({
    'mounted/db': 'mounted.db\n',
    'c/a.yaml': component(
      'a',
      `${withPath('      secretKeyRef: {name: mounted, key: db}\n')}auth:\n  secretStore: file\n`,
    ),
  });
  const [spec] = (await folder.load({ 'resources-path': ['c'] })).components;
  expect(spec?.properties.get('path')).toBe('mounted.db');
});

test('a secret that is missing ends the start and names where it was looked for', async () => {
  folder.write({ 'c/a.yaml': component('a', withPath('      secretKeyRef: {name: DB}\n')) });
  expect(await folder.reasonOf({ 'resources-path': ['c'] })).toBe(
    'c/a.yaml:10:21: secret "DB" was not found in the environment',
  );
});

test('an error never quotes a secret', async () => {
  folder.write({
    'c/a.yaml': component('a', '  metadata:\n    - name: stickyBytes\n      secretKeyRef: {name: SIZE}\n'),
  });
  const reason = await folder.reasonOf({ 'resources-path': ['c'] }, { SIZE: 'canary-4711' });
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
  folder.write({ 'c/a.yaml': component('a') });
  prepare(join(folder.path, 'c/a.yaml'));
  expect(await folder.reasonOf({ 'resources-path': ['c'] })).toContain(`c/a.yaml: ${message}`);
});

test('a link within the folder is how a mounted ConfigMap looks', async () => {
  folder.write({ 'c/..data/a.yaml': component('a') });
  symlinkSync('..data/a.yaml', join(folder.path, 'c/a.yaml'));
  expect(names(await folder.load({ 'resources-path': ['c'] }))).toEqual(['a']);
});
