import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '../../apps/cli/cli.js';
import { factory as template } from '../../components/template/component.js';
import { allCases, readReport, type ConformanceReport } from '../../conformance/index.js';
import { componentSpec, configWith, startHost, type RunningHost } from '../../host/index.js';
import { fakeTerminal } from '../apps/cli/fake-terminal.js';
import { made, reportWith } from './support/made-reports.js';

/** The commands, against hosts that they start and against one that is there. */

const orders = fileURLToPath(new URL('support/orders.ts', import.meta.url));
const token = 'secret';
const anyPort = { host: '127.0.0.1', port: 0 };
let folder: string;
let host: RunningHost;
let elsewhere: Server;
let addresses: readonly string[];
let notOurs: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wfhost-conformance-cli-'));
  const config = configWith({
    components: [componentSpec({ name: 'mine', type: 'workflow.template' })],
    http: anyPort,
    grpc: anyPort,
    apiTokens: [token],
    logLevel: 'silent',
  });
  host = await startHost(config, { factories: [template] });
  addresses = ['--http', `http://127.0.0.1:${host.http?.port}`, '--grpc', `127.0.0.1:${host.grpc?.port}`];
  elsewhere = createServer((_request, answer) => answer.writeHead(500).end('not ours'));
  await new Promise<void>((resolve) => {
    elsewhere.listen(0, '127.0.0.1', resolve);
  });
  const at = elsewhere.address();
  notOurs = `127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
});

afterAll(async () => {
  await host.close();
  elsewhere.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function conformance(argv: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Result> {
  const terminal = fakeTerminal({ env });
  const code = await runCli(['conformance', ...argv], terminal);
  return { code, ...terminal.written };
}

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const someCases = ['--match', 'get/fields'];

describe('conformance run, on a host that it starts', () => {
  test('runs a component that comes with the host at all doors, and prints the counts', async () => {
    const report = join(folder, 'template.json');
    const run = await conformance([
      'run',
      '--component',
      'template',
      '--door',
      'all',
      ...someCases,
      '--report',
      report,
    ]);
    expect(run).toMatchObject({ code: 0, err: 'Running the suite on template ...\n' });
    expect(run.out).toContain('template: 1 case at 4 doors (in-process, http, grpc, taskhub)\n');
    expect(run.out).toContain('passed 4, failed 0, left out 0, deviating 0\n');
    const written = readReport(JSON.parse(readFileSync(report, 'utf8')), report);
    expect(written.results.map(({ door, outcome }) => `${door} ${outcome}`)).toEqual([
      'in-process passed',
      'http passed',
      'grpc passed',
      'taskhub passed',
    ]);
  });

  test('runs every variant of a component, as one table', async () => {
    const argv = ['run', '--component', 'builtin', '--door', 'in-process,http', ...someCases, '--format', 'markdown'];
    const { code, out } = await conformance(argv);
    expect(code).toBe(0);
    expect(out).toContain(
      '| case | builtin (memory), in-process | builtin (memory), http | builtin (sqlite), in-process | builtin (sqlite), http |',
    );
    expect(out).toContain('| `get/fields` | pass | pass | pass | pass |');
  });

  test('runs one variant, also as JSON and for a build server', async () => {
    const argv = ['run', '--component', 'builtin:sqlite', '--door', 'in-process', ...someCases];
    const json = await conformance([...argv, '--format', 'json']);
    expect((JSON.parse(json.out) as ConformanceReport).component).toBe('builtin (sqlite)');
    expect((await conformance([...argv, '--format', 'junit'])).out).toContain('tests="1" failures="0"');
  });

  test('leaves out of all what cannot be started here, and says so', async () => {
    const argv = ['run', '--component', 'all', '--door', 'in-process', ...someCases, '--format', 'json'];
    const { code, out, err } = await conformance(argv);
    expect(code).toBe(0);
    const reports = JSON.parse(out) as readonly ConformanceReport[];
    expect(reports.map(({ component }) => component)).toEqual(['builtin (memory)', 'builtin (sqlite)', 'template']);
    expect(err).toContain('Not run: temporal (server) cannot be started: TEMPORAL_ADDRESS is not set\n');
  });

  test('says of a component that is asked for by name what it needs', async () => {
    const run = await conformance(['run', '--component', 'temporal', ...someCases]);
    expect(run).toMatchObject({ code: 6, err: expect.stringContaining('TEMPORAL_ADDRESS is not set') });
  });

  test('runs the component of a file, with the profile of its type', async () => {
    const component = file(
      'mine.yaml',
      'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: { name: mine }\nspec: { type: workflow.template, version: v1 }\n',
    );
    const run = await conformance([
      'run',
      '--component-file',
      component,
      '--door',
      'taskhub',
      '--match',
      'purge/by-filter',
    ]);
    expect(run.code).toBe(2);
    expect(run.err).toContain('no case was run');
    const other = await conformance(['run', '--component-file', component, '--door', 'in-process', ...someCases]);
    expect(other.out).toContain('mine: 1 case at 1 door (in-process)\n');
    expect(other.code).toBe(0);
  });

  test('exits 20 when a profile expects what the component does not declare', async () => {
    const profile = file('strict.yaml', 'name: strict\ntype: workflow.template\ncapabilities: [purgeByFilter]\n');
    const argv = ['run', '--component', 'template', '--door', 'in-process', ...someCases, '--profile', profile];
    const { code, out } = await conformance(argv);
    expect(code).toBe(20);
    expect(out).toContain('declares to lack purgeByFilter, which its profile expects');
    expect(out).toContain('level none, not green');
  });

  test('exits 20 and names the case when an excuse is no longer needed', async () => {
    const profile = file(
      'excuse.yaml',
      'name: excuse\ntype: workflow.template\ncapabilities: []\ndeviations: [{ cases: get/*, reason: r, link: l }]\n',
    );
    const argv = ['run', '--component', 'template', '--door', 'in-process', ...someCases, '--profile', profile];
    const { code, err } = await conformance(argv);
    expect(code).toBe(20);
    expect(err).toContain(
      'failed: get/fields at the in-process door: passes, though its profile says that it deviates (r)',
    );
  });
});

describe('conformance run, on a host that is there', () => {
  test('sees it from outside alone', async () => {
    const argv = ['run', ...addresses, '--component', 'mine', '--api-token', token, ...someCases];
    const { code, out } = await conformance(argv);
    expect(out).toContain('mine: 1 case at 3 doors (http, grpc, taskhub)\n');
    expect(code).toBe(0);
  });

  test('takes the token from the environment, and the default component', async () => {
    const { code, out } = await conformance(['run', ...addresses, '--door', 'grpc', ...someCases], {
      DAPR_API_TOKEN: token,
    });
    expect(out).toContain('mine: 1 case at 1 door (grpc)\n');
    expect(code).toBe(0);
  });

  test('runs over gRPC alone', async () => {
    const argv = ['run', ...addresses.slice(2), '--api-token', token, ...someCases];
    const { code, out } = await conformance(argv);
    expect(out).toContain('1 case at 2 doors (grpc, taskhub)\n');
    expect(code).toBe(0);
  });

  test.each([
    { what: 'no such component', code: 3, argv: ['--component', 'none', '--api-token', token], says: '"none"' },
    { what: 'a missing token', code: 7, argv: [], says: 'asks for another API token' },
    { what: 'a wrong token', code: 7, argv: ['--api-token', 'wrong'], says: 'asks for another API token' },
  ])('exits $code for $what', async ({ code, argv, says }) => {
    const run = await conformance(['run', ...addresses, ...argv]);
    expect(run.code).toBe(code);
    expect(run.err).toContain(says);
  });

  test('exits 7 for a wrong token over gRPC alone', async () => {
    const run = await conformance(['run', ...addresses.slice(2), '--api-token', 'wrong']);
    expect(run.code).toBe(7);
  });

  test('exits 6 for an address where nobody is', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => {
      nobody.listen(0, '127.0.0.1', resolve);
    });
    const at = nobody.address();
    const address = `127.0.0.1:${typeof at === 'object' ? at?.port : ''}`;
    await new Promise((resolve) => {
      nobody.close(resolve);
    });
    const overHttp = await conformance(['run', '--http', `http://${address}`, '--grpc', address]);
    expect(overHttp).toMatchObject({ code: 6, err: expect.stringContaining(`cannot reach http://${address}`) });
    const overGrpc = await conformance(['run', '--grpc', address]);
    expect(overGrpc).toMatchObject({ code: 6, err: expect.stringContaining(`cannot reach ${address} by gRPC`) });
  });

  test('exits 1 for a server of another kind', async () => {
    const run = await conformance(['run', '--http', `http://${notOurs}`, '--grpc', notOurs]);
    expect(run).toMatchObject({ code: 1, err: expect.stringContaining('answers 500') });
  });
});

describe('conformance run, asked wrongly', () => {
  const rows: readonly { readonly argv: readonly string[]; readonly says: string }[] = [
    { argv: [], says: 'what is to be tested?' },
    { argv: ['--component', 'bultin'], says: 'Did you mean builtin?' },
    { argv: ['--component', 'builtin:disk'], says: 'it has memory, sqlite' },
    { argv: ['--http', 'http://127.0.0.1:1'], says: '--grpc is missing' },
    { argv: ['--http', '//', '--grpc', 'x:1'], says: 'is not an address' },
    { argv: ['--grpc', 'x:1', '--door', 'in-process'], says: 'no in-process door' },
    { argv: ['--grpc', 'x:1', '--component-file', 'a.yaml'], says: '--component-file starts a host' },
    { argv: ['--grpc', 'x:1', '--component', 'a', '--component', 'b'], says: 'one component' },
    { argv: ['--component', 'template', '--door', 'window'], says: '"window" is no door' },
    { argv: ['--component', 'template', '--door', 'htpt'], says: 'Did you mean http?' },
    { argv: ['--component', 'builtin', '--report', 'x.json'], says: '--report takes one report' },
    { argv: ['--component', 'template', '--match', 'no-such-case'], says: 'no case was run' },
  ];
  test.each(rows)('says: $says', async ({ argv, says }) => {
    const { code, err } = await conformance(['run', ...argv]);
    expect(err).toContain(says);
    expect(code).toBe(2);
  });

  test('with a broken profile says all that is wrong with it', async () => {
    const profile = file('broken.yaml', 'name: x\ntype: y\ncapabilities: [fly]\npatience: 3\n');
    const { code, err } = await conformance(['run', '--component', 'template', '--profile', profile]);
    expect(code).toBe(2);
    expect(err).toContain('capabilities[0] must be one of list, ');
    expect(err).toContain('patience is not known here');
  });

  test('with a profile that is not YAML, or not there, says so', async () => {
    const torn = file('torn.yaml', 'name: "x');
    expect(await conformance(['run', '--component', 'template', '--profile', torn])).toMatchObject({ code: 2 });
    const gone = await conformance(['run', '--component', 'template', '--profile', './gone.yaml']);
    expect(gone).toMatchObject({ code: 3, err: expect.stringContaining('there is no file "./gone.yaml"') });
  });
});

describe('conformance list', () => {
  test('has every case, by id', async () => {
    const { out } = await conformance(['list', '-o', 'ids']);
    expect(out.trim().split('\n')).toEqual(allCases.map(({ id }) => id));
  });

  test('can be narrowed', async () => {
    const { out } = await conformance(['list', '--level', 'core', '--match', 'timers/', '-o', 'json']);
    const rows = JSON.parse(out) as readonly { id: string; level: string }[];
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.every(({ id, level }) => id.includes('timers/') && level === 'core')).toBe(true);
  });
});

describe('conformance doctor', () => {
  test('says what is there, and that a workflow goes all the way at each door', async () => {
    const { code, out } = await conformance(['doctor', ...addresses, '--api-token', token, '-o', 'json']);
    const checks = JSON.parse(out) as readonly { name: string; ok: boolean; detail: string }[];
    expect(checks.map(({ name, ok }) => `${name} ${ok}`)).toEqual([
      'addresses true',
      'component true',
      'capabilities true',
      'declared lacks true',
      'a workflow at the http door true',
      'a workflow at the grpc door true',
      'a workflow at the taskhub door true',
    ]);
    expect(checks[1]?.detail).toBe('mine: workflow.template/v1');
    expect(code).toBe(0);
  });

  test.each([
    { what: 'without an address', argv: [], code: 2 },
    { what: 'without a token', argv: ['--grpc'], code: 7 },
  ])('exits $code $what', async ({ argv, code }) => {
    const given = argv.length > 0 ? [...addresses] : [];
    expect((await conformance(['doctor', ...given])).code).toBe(code);
  });
});

describe('conformance report and diff', () => {
  const good = reportWith([made({ id: 'get/fields', door: 'http', outcome: 'passed' })]);
  const bad = reportWith([made({ id: 'get/fields', door: 'http', outcome: 'failed', reason: 'no' })]);

  test.each([
    { format: 'text', says: 'mine (disk): 1 case at 1 door (http)' },
    { format: 'markdown', says: '| `get/fields` | pass |' },
    { format: 'junit', says: '<testcase classname="get"' },
    { format: 'badge', says: '<svg' },
  ])('prints a report as $format', async ({ format, says }) => {
    const run = await conformance(['report', file('good.json', good), '--format', format]);
    expect(run).toMatchObject({ code: 0, out: expect.stringContaining(says) });
  });

  test('makes one badge of one report', async () => {
    const path = file('good.json', good);
    expect(await conformance(['report', path, path, '--format', 'badge'])).toMatchObject({ code: 2 });
  });

  test('refuses what is no report', async () => {
    const run = await conformance(['report', file('none.json', { format: 'x' })]);
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining('component is missing') });
    expect(await conformance(['report', file('torn.json', '{')])).toMatchObject({ code: 2 });
    expect(await conformance(['report', join(folder, 'gone.json')])).toMatchObject({ code: 3 });
  });

  test('exits 20 when something got worse, and 0 when nothing did', async () => {
    const [before, after] = [file('good.json', good), file('bad.json', bad)];
    const worse = await conformance(['diff', before, after]);
    expect(worse).toMatchObject({ code: 20, out: expect.stringMatching(/get\/fields +http +passed +failed/) });
    expect(await conformance(['diff', after, before])).toMatchObject({ code: 0 });
    expect(await conformance(['diff', before, before])).toMatchObject({ code: 0, out: '' });
    expect(await conformance(['diff', before])).toMatchObject({ code: 2 });
  });
});

describe('conformance diff --workflow', () => {
  const events = [
    { name: 'approval', data: { by: 'ann' } },
    { name: 'remark', data: 'fine' },
  ];
  const both = ['--component', 'template', '--component', 'builtin:memory'];

  test('shows that a workflow is alike on two components', async () => {
    const argv = ['--workflow', orders, '--name', 'order', ...both, '--input', '3'];
    const run = await conformance(['diff', ...argv, '--events', file('events.json', events)]);
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/^Alike: COMPLETED with .*"shipped for 21".*, \d+ events of 2 instances\.\n$/);
  });

  const wrong: readonly { readonly argv: readonly string[]; readonly says: string; readonly code?: number }[] = [
    { argv: ['--workflow', orders, ...both], says: 'exports several workflows: failing, order, ship' },
    { argv: ['--workflow', orders, '--name', 'none', ...both], says: 'exports no workflow "none"' },
    { argv: ['--workflow', './gone.mjs', ...both], says: 'cannot be imported' },
    { argv: ['--workflow', orders, '--component', 'template'], says: 'two components are compared' },
    { argv: ['--workflow', orders, '--name', 'ship', ...both, '--input', '{'], says: '--input is not JSON' },
    { argv: ['--workflow', orders, 'a.json'], says: 'reports are given as well' },
    { argv: [], says: 'two reports are compared, 0 given' },
  ];
  test.each(wrong)('asked wrongly says: $says', async ({ argv, says }) => {
    const run = await conformance(['diff', ...argv]);
    expect(run.err).toContain(says);
    expect(run.code).toBe(2);
  });

  test.each([
    { what: 'no list', content: { name: 'a' }, says: 'must be a JSON list' },
    { what: 'an event without a name', content: [{ data: 1 }], says: 'event 0 has no name' },
  ])('refuses an events file with $what', async ({ content, says }) => {
    const argv = ['--workflow', orders, '--name', 'order', ...both, '--events', file('wrong.json', content)];
    const run = await conformance(['diff', ...argv]);
    expect(run).toMatchObject({ code: 2, err: expect.stringContaining(says) });
  });
});
