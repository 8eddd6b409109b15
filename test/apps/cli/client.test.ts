import { afterEach, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../apps/cli/cli.js';
import { exitCodes, type ExitName } from '../../../apps/cli/exit-codes.js';
import { fakeTerminal, type TerminalOptions } from './fake-terminal.js';
import { scriptedServer, type Arrived, type Reply, type ScriptedServer } from './scripted-server.js';

/** What commands send and print, against answers that are written down here. A whole host: end-to-end.test.ts. */

const nowMs = Date.parse('2030-01-31T12:00:00Z');
let server: ScriptedServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function wfhost(argv: readonly string[], answer: (request: Arrived) => Reply, options: TerminalOptions = {}) {
  await server?.close();
  server = await scriptedServer(answer);
  const terminal = fakeTerminal({ nowMs, ...options });
  const code = await runCli([...argv, '--server', server.url], terminal);
  return { code, ...terminal.written, arrived: server.arrived };
}

const order = {
  instanceId: 'order-1',
  workflowName: 'process-order',
  status: 'RUNNING',
  createdAt: '2030-01-31T11:00:00Z',
  lastUpdatedAt: '2030-01-31T11:59:30Z',
};
const child = {
  ...order,
  instanceId: 'order-1-ship',
  status: 'COMPLETED',
  completedAt: '2030-01-31T11:59:30Z',
  parentInstanceId: 'order-1',
};

describe('forms of a list', () => {
  const page = () => ({ body: { instances: [order, child] } });

  test.each([
    {
      form: ['-o', 'table'],
      out: [
        'ID            WORKFLOW       STATUS     CREATED  UPDATED',
        'order-1       process-order  RUNNING    1h ago   30s ago',
        'order-1-ship  process-order  COMPLETED  1h ago   30s ago',
        '',
      ].join('\n'),
    },
    {
      form: ['-o', 'wide', '--no-headers', '--time-format', 'iso'],
      out: [
        'order-1       process-order  RUNNING    2030-01-31T11:00:00Z  2030-01-31T11:59:30Z',
        'order-1-ship  process-order  COMPLETED  2030-01-31T11:00:00Z  2030-01-31T11:59:30Z  2030-01-31T11:59:30Z  order-1',
        '',
      ].join('\n'),
    },
    { form: ['--columns', 'status,id', '--no-headers'], out: 'RUNNING    order-1\nCOMPLETED  order-1-ship\n' },
    { form: ['-o', 'ids'], out: 'order-1\norder-1-ship\n' },
    { form: ['-o', 'jsonl'], out: `${JSON.stringify(order)}\n${JSON.stringify(child)}\n` },
    { form: ['-o', 'json'], out: `${JSON.stringify([order, child], undefined, 2)}\n` },
    {
      form: ['-o', 'yaml', '--limit', '1'],
      out: [
        '- instanceId: order-1',
        '  workflowName: process-order',
        '  status: RUNNING',
        '  createdAt: 2030-01-31T11:00:00Z',
        '  lastUpdatedAt: 2030-01-31T11:59:30Z',
        '',
      ].join('\n'),
    },
    { form: ['-o', 'none'], out: '' },
  ])('$form', async ({ form, out }) => {
    expect(await wfhost(['wf', 'ls', ...form], page)).toMatchObject({ code: 0, out, err: '' });
  });

  test('a column that does not exist is refused before anything is asked', async () => {
    const result = await wfhost(['wf', 'ls', '--columns', 'statsu'], page);
    expect(result).toMatchObject({ code: 2, arrived: [] });
    expect(result.err).toContain('Did you mean status?');
  });

  test('an empty list says so to people, and is empty for programs', async () => {
    const empty = () => ({ body: { instances: [] } });
    expect(await wfhost(['wf', 'ls'], empty)).toMatchObject({ code: 0, out: '', err: 'No instances.\n' });
    expect(await wfhost(['wf', 'ls', '-o', 'json'], empty)).toMatchObject({ code: 0, out: '[]\n', err: '' });
    expect(await wfhost(['wf', 'ls', '-o', 'ids'], empty)).toMatchObject({ code: 0, out: '', err: '' });
  });
});

describe('paging', () => {
  const total = 10_000;
  const pages = ({ url }: Arrived): Reply => {
    const from = Number(url.searchParams.get('continuationToken') ?? 0);
    const size = Number(url.searchParams.get('pageSize'));
    const until = Math.min(total, from + size);
    const instances = Array.from({ length: until - from }, (_unused, index) => ({
      ...order,
      instanceId: `i${from + index}`,
    }));
    return { body: { instances, ...(until < total ? { continuationToken: String(until) } : {}) } };
  };

  test('one request per page, never one per instance', async () => {
    const { out, arrived } = await wfhost(['wf', 'ls', '-o', 'ids', '--page-size', '1000'], pages);
    expect(out.split('\n').filter(Boolean)).toHaveLength(total);
    expect(arrived).toHaveLength(10);
  });

  test('a limit stops it', async () => {
    const { out, arrived } = await wfhost(['wf', 'ls', '-o', 'ids', '--page-size', '4', '--limit', '6'], pages);
    expect(out.split('\n').filter(Boolean)).toEqual(['i0', 'i1', 'i2', 'i3', 'i4', 'i5']);
    expect(arrived).toHaveLength(2);
  });
});

describe('what is sent', () => {
  const noBody = () => ({ status: 204 });
  const base = '/v1/components/default/instances';

  test.each([
    {
      argv: ['wf', 'suspend', 'a b/c', '-r', 'why'],
      method: 'POST',
      path: `${base}/a%20b%2Fc/suspend`,
      body: '{"reason":"why"}',
      reply: noBody,
    },
    { argv: ['wf', 'resume', 'a'], method: 'POST', path: `${base}/a/resume`, body: '{}', reply: noBody },
    {
      argv: ['wf', 'raise-event', 'a/b/go', '-x', '{"n":12345678901234567890}'],
      method: 'POST',
      path: `${base}/a%2Fb/events/go`,
      body: '{"data":{"n":12345678901234567890}}',
      reply: noBody,
    },
    { argv: ['wf', 'raise-event', 'a/go'], method: 'POST', path: `${base}/a/events/go`, body: '{}', reply: noBody },
    {
      argv: ['wf', 'terminate', 'a', '-o', '"no"'],
      method: 'POST',
      path: `${base}/a/terminate`,
      body: '{"recursive":true,"output":"no"}',
      reply: noBody,
    },
    {
      argv: ['wf', 'terminate', 'a', '--no-recursive'],
      method: 'POST',
      path: `${base}/a/terminate`,
      body: '{"recursive":false}',
      reply: noBody,
    },
    {
      argv: ['wf', 'rerun', 'a', '-e', '3', '--new-instance-id', 'b', '-x', '1'],
      method: 'POST',
      path: `${base}/a/rerun`,
      body: '{"eventId":3,"newInstanceId":"b","input":1}',
      reply: () => ({ status: 201, body: { instanceId: 'b' } }),
    },
    {
      argv: ['wf', 'run', 'w', '-i', 'a', '-x', '[1]', '--tag', 'k=v=w', '-s', '1h', '--component', 'other one'],
      method: 'POST',
      path: '/v1/components/other%20one/instances',
      body: '{"workflowName":"w","onConflict":"error","instanceId":"a","tags":{"k":"v=w"},"scheduledStart":"2030-01-31T13:00:00.000Z","input":[1]}',
      reply: () => ({ status: 201, body: { instanceId: 'a', created: true } }),
    },
    {
      argv: ['wf', 'purge', 'a', '--force', '--no-recursive'],
      method: 'DELETE',
      path: `${base}/a?recursive=false&force=true`,
      body: '',
      reply: () => ({ body: { deletedCount: 1 } }),
    },
    {
      argv: ['wf', 'ls', '-s', 'FAILED', '-s', 'STALLED', '-w', 'w', '-m', '1h', '--filter-prefix', 'x-'],
      method: 'GET',
      path: `${base}?status=FAILED&status=STALLED&workflowName=w&instanceIdPrefix=x-&createdFrom=2030-01-31T11%3A00%3A00.000Z&pageSize=256`,
      body: '',
      reply: () => ({ body: { instances: [] } }),
    },
  ])('$argv', async ({ argv, method, path, body, reply }) => {
    const { code, arrived } = await wfhost(argv, reply);
    expect(code).toBe(0);
    expect(
      arrived.map((request) => ({
        method: request.method,
        path: request.url.pathname + request.url.search,
        body: request.body,
      })),
    ).toEqual([{ method, path, body }]);
  });

  test('the token, from the flag or the environment', async () => {
    const token = async (argv: string[], env = {}) =>
      (await wfhost(['component', 'ls', ...argv], () => ({ body: { components: [] } }), { env })).arrived[0]?.headers[
        'dapr-api-token'
      ];
    expect(await token(['--token', 'a'], { WFHOST_TOKEN: 'b' })).toBe('a');
    expect(await token([], { DAPR_API_TOKEN: 'b' })).toBe('b');
    expect(await token([])).toBeUndefined();
  });

  test.each([
    { given: ['-x', '-'], input: ' {"a":1}\n', sent: '{"workflowName":"w","onConflict":"error","input":{"a":1}}' },
    { given: [], input: '', sent: '{"workflowName":"w","onConflict":"error"}' },
  ])('input $given', async ({ given, input, sent }) => {
    const { arrived } = await wfhost(['wf', 'run', 'w', ...given], () => ({ body: { instanceId: 'x' } }), { input });
    expect(arrived[0]?.body).toBe(sent);
  });

  test('input that is not JSON is refused before anything is sent', async () => {
    const { code, err, arrived } = await wfhost(['wf', 'run', 'w', '-x', 'hello'], () => ({ body: {} }));
    expect({ code, arrived }).toEqual({ code: 2, arrived: [] });
    expect(err).toContain('--input is not JSON');
  });

  test('another app or namespace is left alone', async () => {
    const metadata = () => ({ body: { id: 'orders', extended: { namespace: 'prod' } } });
    expect(await wfhost(['wf', 'terminate', 'a', '-a', 'shop'], metadata)).toMatchObject({
      code: 3,
      arrived: [{ method: 'GET' }],
    });
    expect(await wfhost(['wf', 'terminate', 'a', '-n', 'test'], metadata)).toMatchObject({
      code: 3,
      arrived: [{ method: 'GET' }],
    });
    const right = await wfhost(['wf', 'resume', 'a', '-a', 'orders', '-n', 'prod'], ({ method }) =>
      method === 'GET' ? metadata() : { status: 204 },
    );
    expect(right).toMatchObject({ code: 0, err: 'Resumed a.\n' });
  });
});

describe('failures', () => {
  const problem = (status: number, errorCode: string) => () => ({
    status,
    body: { status, errorCode, detail: 'what was wrong', remedy: 'What to do.' },
  });

  test.each<{ status: number; errorCode: string; exit: ExitName }>([
    { status: 400, errorCode: 'ERR_REQUEST_MALFORMED', exit: 'usage' },
    { status: 400, errorCode: 'ERR_COMPONENT_NOT_FOUND', exit: 'notFound' },
    { status: 401, errorCode: 'ERR_UNAUTHENTICATED', exit: 'auth' },
    { status: 403, errorCode: 'ERR_HOST_NOT_ALLOWED', exit: 'auth' },
    { status: 404, errorCode: 'ERR_INSTANCE_NOT_FOUND', exit: 'notFound' },
    { status: 409, errorCode: 'ERR_INSTANCE_STALLED', exit: 'conflict' },
    { status: 413, errorCode: 'ERR_PAYLOAD_TOO_LARGE', exit: 'usage' },
    { status: 500, errorCode: 'ERR_INTERNAL', exit: 'unexpected' },
    { status: 501, errorCode: 'ERR_NOT_SUPPORTED', exit: 'unsupported' },
    { status: 503, errorCode: 'ERR_SHUTTING_DOWN', exit: 'unreachable' },
  ])('$errorCode ($status) exits as $exit and says what to do', async ({ status, errorCode, exit }) => {
    const { code, out, err } = await wfhost(['wf', 'get', 'a', '-o', 'json'], problem(status, errorCode));
    expect({ code, out, err }).toEqual({
      code: exitCodes[exit].code,
      out: '',
      err: 'wfhost: what was wrong\n  What to do.\n',
    });
  });

  test('a token that is asked for in plain text', async () => {
    const { code, err } = await wfhost(['wf', 'ls'], () => ({ status: 401, body: 'invalid api token\n' }));
    expect({ code, err }).toEqual({
      code: 7,
      err: 'wfhost: invalid api token\n  Give it with --token, or in WFHOST_TOKEN or DAPR_API_TOKEN.\n',
    });
  });

  test('a server that is none of ours', async () => {
    expect(await wfhost(['wf', 'ls'], () => ({ body: '<html>' }))).toMatchObject({ code: 1 });
    expect(await wfhost(['wf', 'ls'], () => ({ status: 404, body: '<html>' }))).toMatchObject({ code: 3 });
  });

  test('nobody listens', async () => {
    const gone = await scriptedServer(() => ({}));
    await gone.close();
    const terminal = fakeTerminal();
    expect(await runCli(['wf', 'ls', '--server', gone.url], terminal)).toBe(6);
    expect(terminal.written.err).toMatch(
      /^wfhost: cannot reach http:.*ECONNREFUSED.*\n {2}Start a host with "wfhost run"/,
    );
  });

  test('of several instances the others are still acted on, and the first failure decides', async () => {
    const { code, err, arrived } = await wfhost(
      ['wf', 'suspend', '-'],
      ({ url }) => (url.pathname.includes('/bad/') ? problem(404, 'ERR_INSTANCE_NOT_FOUND')() : { status: 204 }),
      { input: 'a\nbad\n\nb\na\n' },
    );
    expect(code).toBe(3);
    expect(arrived).toHaveLength(3);
    expect(err).toBe(
      'Suspended a.\nwfhost: bad: what was wrong\nSuspended b.\nwfhost: 1 of 3 instances were left as they are\n',
    );
  });
});

describe('waiting', () => {
  const closed = (status: string) => ({ ...order, status, executionId: 'e', generation: 0 });

  test.each([
    { status: 'COMPLETED', code: 0 },
    { status: 'FAILED', code: 10 },
    { status: 'TERMINATED', code: 11 },
    { status: 'CANCELED', code: 11 },
  ])('$status exits $code', async ({ status, code }) => {
    expect(await wfhost(['wf', 'wait', 'order-1', '-o', 'ids'], () => ({ body: closed(status) }))).toMatchObject({
      code,
      out: 'order-1\n',
    });
  });

  test('a poll that runs out is asked again', async () => {
    let polls = 0;
    const answer = ({ url }: Arrived): Reply => {
      if (!url.pathname.endsWith('/wait')) return { body: closed('RUNNING') };
      polls++;
      return polls < 3
        ? { status: 408, body: { errorCode: 'ERR_WAIT_TIMEOUT', detail: 'not yet' } }
        : { body: closed('COMPLETED') };
    };
    expect(await wfhost(['wf', 'wait', 'order-1'], answer)).toMatchObject({ code: 0 });
    expect(polls).toBe(3);
  });

  test('Ctrl-C exits 130', async () => {
    const controller = new AbortController();
    const answer = ({ url }: Arrived): Reply => {
      if (url.pathname.endsWith('/wait')) controller.abort();
      return { body: closed('RUNNING') };
    };
    expect(await wfhost(['wf', 'wait', 'order-1'], answer, { interrupted: controller.signal })).toMatchObject({
      code: 130,
      err: '',
    });
  });
});

describe('purging a choice', () => {
  const three = ['a', 'b', 'c'];
  const answer = ({ method, url }: Arrived): Reply => {
    if (method === 'GET') return { body: { instances: three.map((instanceId) => ({ ...child, instanceId })) } };
    if (url.pathname.endsWith('/b'))
      return { status: 404, body: { errorCode: 'ERR_INSTANCE_NOT_FOUND', detail: 'gone with a' } };
    return { body: { deletedCount: url.pathname.endsWith('/a') ? 2 : 1 } };
  };
  const removals = (arrived: readonly Arrived[]) =>
    arrived.filter(({ method }) => method === 'DELETE').map(({ url }) => url.pathname.split('/').at(-1));

  test('a dry run prints the count and the first ids, and removes nothing', async () => {
    const { code, out, arrived } = await wfhost(['wf', 'purge', '--all', '--dry-run'], answer);
    expect({ code, out, removed: removals(arrived) }).toEqual({
      code: 0,
      out: '3 instances would be purged: a, b, c\n',
      removed: [],
    });
  });

  test('asks, and takes no for an answer', async () => {
    const { code, err, arrived } = await wfhost(['wf', 'purge', '--all'], answer, { answer: false });
    expect({ code, err, removed: removals(arrived) }).toEqual({
      code: 0,
      err: '3 instances will be purged: a, b, c\n',
      removed: [],
    });
  });

  test('removes exactly what it showed; what went with its parent is no failure', async () => {
    const { code, err, arrived } = await wfhost(['wf', 'purge', '--all-older-than', '1d'], answer, { answer: true });
    expect({ code, removed: removals(arrived) }).toEqual({ code: 0, removed: three });
    expect(err).toBe('3 instances will be purged: a, b, c\nPurged 3 instances.\n');
    expect(arrived[0]?.url.searchParams.get('createdTo')).toBe('2030-01-30T12:00:00.000Z');
    expect(arrived[0]?.url.searchParams.getAll('status')).toEqual(['COMPLETED', 'FAILED', 'TERMINATED', 'CANCELED']);
  });

  test('where nobody can be asked, only with -y', async () => {
    expect(await wfhost(['wf', 'purge', '--all'], answer)).toMatchObject({ code: 2 });
    expect(await wfhost(['wf', 'purge', '--all', '-y'], answer)).toMatchObject({
      code: 0,
      err: 'Purged 3 instances.\n',
    });
  });

  test.each([
    { argv: ['a', '--all'], message: 'not both' },
    { argv: [], message: 'nothing to purge' },
    { argv: ['--all-filter-status', 'RUNNING'], message: 'RUNNING is not closed' },
  ])('$argv is refused', async ({ argv, message }) => {
    const { code, err, arrived } = await wfhost(['wf', 'purge', ...argv], answer);
    expect({ code, arrived }).toEqual({ code: 2, arrived: [] });
    expect(err).toContain(message);
  });
});
