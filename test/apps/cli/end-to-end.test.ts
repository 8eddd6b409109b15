import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WfhostProcess, program, wfhost, type Finished } from './processes.js';

/** The built program, as processes: a host, a Dapr worker beside it, and the commands that speak to them. */

const workerScript = fileURLToPath(new URL('dapr-worker.mjs', import.meta.url));
let folder: string;
const processes: WfhostProcess[] = [];

beforeAll(async () => {
  if (!existsSync(program)) throw new Error('there is no build: run npm run build');
  folder = await mkdtemp(join(tmpdir(), 'wfhost-cli-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function start(argv: readonly string[], env: Record<string, string> = {}): WfhostProcess {
  const started = new WfhostProcess(argv, { cwd: folder, env });
  processes.push(started);
  return started;
}

async function killAll(): Promise<void> {
  await Promise.all(processes.splice(0).map((one) => one.kill()));
}

describe('a host and a worker of a Dapr SDK in one terminal', () => {
  let dev: WfhostProcess;
  let server: string;

  beforeAll(async () => {
    const worker = `"${process.execPath}" "${workerScript}"`;
    dev = start(['dev', '-H', '0', '-G', '0', '--data-dir', 'dev-data', '--log-level', 'warn', '--worker', worker]);
    const [, port] = await dev.match(/HTTP on port (\d+),/);
    server = `http://127.0.0.1:${port}`;
    await dev.match(/worker 1 \| worker is up/);
  });
  afterAll(killAll);

  const client = (...argv: string[]): Promise<Finished> => wfhost(argv, { env: { WFHOST_SERVER: server } });

  test('run --wait, list, get, history, show, wait', async () => {
    const run = await client('wf', 'run', 'shouting', '-i', 's-1', '-x', '"hello"', '--wait', '-o', 'json');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(run.out)).toMatchObject({ instanceId: 's-1', status: 'COMPLETED', output: 'HELLO' });
    expect((await client('wf', 'ls', '--columns', 'id,status', '--no-headers')).out).toBe('s-1  COMPLETED\n');
    expect((await client('wf', 'get', 's-1')).out).toMatch(/^output: +"HELLO"$/m);
    expect((await client('wf', 'history', 's-1', '-o', 'jsonl')).out).toContain('"taskScheduled"');
    expect((await client('wf', 'show', 's-1')).out).toMatch(/taskScheduled #\d+ shout/);
    expect(await client('wf', 'wait', 's-1', '-o', 'ids')).toMatchObject({ code: 0, out: 's-1\n' });
  });

  test('suspend, resume, raise-event, terminate, rerun, purge', async () => {
    expect(await client('wf', 'run', 'waiting', '-i', 'w-1', '-o', 'ids')).toMatchObject({ code: 0, out: 'w-1\n' });
    expect(await client('wf', 'wait', 'w-1', '--until', 'started', '-o', 'none')).toMatchObject({ code: 0 });
    expect(await client('wf', 'suspend', 'w-1')).toMatchObject({ code: 0, err: 'Suspended w-1.\n' });
    expect(await client('wf', 'resume', 'w-1')).toMatchObject({ code: 0, err: 'Resumed w-1.\n' });
    expect(await client('wf', 'raise-event', 'w-1/go', '-x', '42')).toMatchObject({ code: 0 });
    expect(JSON.parse((await client('wf', 'wait', 'w-1', '-o', 'json')).out)).toMatchObject({ output: 42 });

    expect(await client('wf', 'run', 'waiting', '-i', 'w-2', '-o', 'none')).toMatchObject({ code: 0 });
    expect(await client('wf', 'terminate', 'w-2')).toMatchObject({ code: 0 });
    expect(await client('wf', 'wait', 'w-2', '-o', 'none')).toMatchObject({ code: 11 });

    expect(await client('wf', 'rerun', 's-1', '--new-instance-id', 's-2', '-o', 'ids')).toMatchObject({
      code: 0,
      out: 's-2\n',
    });
    expect(await client('wf', 'wait', 's-2', '-o', 'none')).toMatchObject({ code: 0 });

    expect((await client('wf', 'purge', '--all', '--dry-run')).out).toMatch(/^4 instances would be purged: /);
    expect(await client('wf', 'purge', '--all', '-y')).toMatchObject({ code: 0, err: 'Purged 4 instances.\n' });
    expect(await client('wf', 'get', 's-1')).toMatchObject({ code: 3 });
  });

  test('component list, describe, capabilities', async () => {
    expect(await client('component', 'ls', '-o', 'ids')).toMatchObject({ code: 0, out: 'builtin\n' });
    expect((await client('component', 'describe')).out).toMatch(/^type: +workflow\.builtin$/m);
    expect((await client('component', 'capabilities', '--no-headers')).out).toMatch(/^rerun +yes$/m);
  });

  test('show --follow ends with 130 on Ctrl-C', async () => {
    await client('wf', 'run', 'waiting', '-i', 'w-3', '-o', 'none');
    const follow = new WfhostProcess(['wf', 'show', 'w-3', '--follow'], { env: { WFHOST_SERVER: server } });
    processes.push(follow);
    await follow.match(/executionStarted/);
    follow.signal('SIGINT');
    expect(await follow.finished()).toMatchObject({ code: 130, err: '' });
  });

  test('Ctrl-C ends host and worker', async () => {
    dev.signal('SIGINT');
    expect(await dev.finished()).toMatchObject({ code: 0 });
    expect(await client('wf', 'ls')).toMatchObject({ code: 6 });
  });
});

describe('run', () => {
  afterEach(killAll);

  test('keeps what it was told over a restart, ends with 0 on SIGTERM, and shares its store with nobody', async () => {
    const argv = ['run', '-H', '0', '-G', '0', '--data-dir', 'run-data', '--log-as-json'];
    const first = start(argv);
    const [, port] = await first.match(/"http":\{[^}]*"port":(\d+)\}/);
    expect(
      await wfhost(['wf', 'run', 'nobody-has-it', '-i', 'kept', '--server', `127.0.0.1:${port}`, '-o', 'ids']),
    ).toMatchObject({ code: 0 });
    const second = await wfhost(argv, { cwd: folder });
    expect(second).toMatchObject({ code: 4, err: expect.stringContaining('is in use by another process') });
    first.signal('SIGTERM');
    expect(await first.finished()).toMatchObject({ code: 0 });

    const third = start(argv, { DAPR_API_TOKEN: 'secret' });
    const [, again] = await third.match(/"http":\{[^}]*"port":(\d+)\}/);
    const get = ['wf', 'get', 'kept', '-o', 'ids', '--server', `127.0.0.1:${again}`];
    expect(await wfhost(get)).toMatchObject({ code: 7 });
    expect(await wfhost(get, { env: { DAPR_API_TOKEN: 'secret' } })).toMatchObject({ code: 0, out: 'kept\n' });
  });

  test.each([
    { argv: ['-H', '70000'], message: /70000/ },
    { argv: ['--resources-path', 'nowhere'], message: /nowhere/ },
    { argv: ['--dapr-listen-addresses', '0.0.0.0'], message: /no API token is set/ },
  ])('$argv is refused with 2', async ({ argv, message }) => {
    const { code, err } = await wfhost(['run', ...argv], { cwd: folder });
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('starting fast', () => {
  /** Reports each module that is loaded, on a line of its own. */
  const reporter = [
    "import { register } from 'node:module';",
    "const hooks = `import { writeSync } from 'node:fs';",
    'export async function resolve(name, context, next) { const found = await next(name, context);',
    "writeSync(2, 'loaded ' + found.url + String.fromCharCode(10)); return found; }`;",
    "register('data:text/javascript,' + encodeURIComponent(hooks));",
  ].join('');
  const node = ['--import', `data:text/javascript,${encodeURIComponent(reporter)}`];

  async function loadedBy(...argv: string[]): Promise<readonly string[]> {
    const { err } = await wfhost(argv, { node });
    return [...err.matchAll(/^loaded (.*)$/gm)].map(([, url]) => url ?? '');
  }

  test('a client command loads nothing of the host, nor any package', async () => {
    const loaded = await loadedBy('wf', 'ls', '--server', '127.0.0.1:9');
    expect(loaded.some((url) => url.endsWith('/apps/cli/commands/workflow-list.js'))).toBe(true);
    expect(loaded.filter((url) => /\/node_modules\/|\/dist\/(host|sdk|components|proto)\//.test(url))).toEqual([]);
  });

  test('nor does asking for the version, the help or a completion', async () => {
    for (const argv of [['--version'], ['wf', 'ls', '--help'], ['__complete', 'wf', '']]) {
      expect(
        (await loadedBy(...argv)).filter((url) => /\/node_modules\/|\/dist\/(host|sdk|components|proto)\//.test(url)),
      ).toEqual([]);
    }
  });
});

describe('bash completion', () => {
  /** What bash offers after `line`, with the script loaded and the program on the path. */
  async function offered(line: string): Promise<readonly string[]> {
    const { out: script } = await wfhost(['completion', 'bash']);
    const words = line.split(' ');
    const commands = [
      `wfhost() { "${process.execPath}" "${program}" "$@"; }`,
      script,
      `COMP_WORDS=(${words.map((word) => `"${word}"`).join(' ')}) COMP_CWORD=${words.length - 1}`,
      '_wfhost',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    const { stdout } = await promisify(execFile)('bash', ['-c', commands.join('\n')]);
    return stdout.split('\n').filter(Boolean);
  }

  test.each([
    { line: 'wfhost wf re', words: ['rerun', 'resume'] },
    { line: 'wfhost wf ls -s C', words: ['CANCELED', 'COMPLETED'] },
    { line: 'wfhost wf get ', words: [] },
  ])('"$line" offers $words', async ({ line, words }) => {
    expect(await offered(line)).toEqual(words);
  });
});

describe('lint and schema', () => {
  const good =
    'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: a\nspec:\n  type: workflow.builtin\n  version: v1\n';

  test('what is right passes, what is wrong exits 12 with its place, what is not there exits 3', async () => {
    await writeFile(join(folder, 'good.yaml'), good);
    await writeFile(join(folder, 'bad.yaml'), good.replace('workflow.builtin', 'workflow.bultin'));
    expect(await wfhost(['lint', 'good.yaml'], { cwd: folder })).toMatchObject({
      code: 0,
      out: '',
      err: 'Nothing to complain about.\n',
    });
    const bad = await wfhost(['lint', 'bad.yaml', '--no-headers'], { cwd: folder });
    expect(bad).toMatchObject({ code: 12, err: '1 error, 0 remarks.\n' });
    expect(bad.out).toMatch(/^bad\.yaml:6:9 +error +unknown component type "workflow\.bultin"/);
    expect(await wfhost(['lint', 'nowhere'], { cwd: folder })).toMatchObject({ code: 3 });
  });

  test('the example files are right', async () => {
    expect(await wfhost(['lint', 'examples/order-processing/components'])).toMatchObject({ code: 0 });
  });

  test('the schema is printed or written', async () => {
    const { code, out } = await wfhost(['schema']);
    expect(code).toBe(0);
    expect(await wfhost(['schema', '--write', 'deep/schema.json'], { cwd: folder })).toMatchObject({
      code: 0,
      out: '',
    });
    expect(JSON.parse(await readFile(join(folder, 'deep/schema.json'), 'utf8'))).toEqual(JSON.parse(out));
  });
});
