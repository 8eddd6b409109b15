import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runCli } from '../../../apps/cli/cli.js';
import type { HistoryEntry, Instance, Summary } from '../../../apps/cli/api/shapes.js';
import { factory as template } from '../../../components/template/component.js';
import type { ComponentFactory } from '../../../core/index.js';
import { componentSpec, configWith, startHost, type RunningHost } from '../../../host/index.js';
import { NonRetryable, defineActivity, defineEvent, defineWorkflow } from '../../../sdk/index.js';
import { LocalWorker } from '../../../sdk/worker/index.js';
import { fakeTerminal, type TerminalOptions } from './fake-terminal.js';

/** Every client command against a real host with a listening door. */

const shout = defineActivity('shout', (text: string) => text.toUpperCase());
const go = defineEvent<{ word: string }>('go');

const echo = defineWorkflow('echo', async (wf, input: unknown) => {
  wf.setStatus('echoing');
  return input;
});
const chain = defineWorkflow('chain', async (wf, text: string) => wf.call(shout, await wf.call(shout, text)));
const waiting = defineWorkflow('waiting', async (wf) => (await wf.waitFor(go)).word);
const failing = defineWorkflow('failing', async () => {
  throw new NonRetryable('no luck today');
});
const again = defineWorkflow('again', async (wf, left: number): Promise<string> => {
  await wf.call(shout, String(left));
  return left === 0 ? 'done' : wf.continueAsNew(left - 1);
});

/** The template without what a component may lack. */
const bare: ComponentFactory = {
  ...template,
  type: 'workflow.bare',
  create: (spec, context) => {
    const whole = template.create(spec, context);
    return new Proxy(whole, { get: (target, name) => (name === 'optional' ? {} : bound(target, name)) });
  },
};

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}

let host: RunningHost;

beforeAll(async () => {
  const config = configWith({
    appId: 'shop',
    http: { host: '127.0.0.1', port: 0 },
    apiTokens: ['secret'],
    components: [
      componentSpec({ name: 'main', type: 'workflow.template' }),
      componentSpec({ name: 'bare', type: 'workflow.bare' }),
    ],
    defaultComponent: 'main',
    logLevel: 'silent',
  });
  const workers = [new LocalWorker({ workflows: [echo, chain, waiting, failing, again], activities: [shout] })];
  host = await startHost(config, { factories: [template, bare], workers });
});

afterAll(() => host.close());

interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function wfhost(line: string, options: TerminalOptions = {}): Promise<Result> {
  const env = { WFHOST_SERVER: `http://127.0.0.1:${host.http?.port}`, WFHOST_TOKEN: 'secret', ...options.env };
  const terminal = fakeTerminal({ ...options, env });
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
  const code = await runCli(words, terminal);
  return { code, ...terminal.written };
}

async function json<T>(line: string): Promise<T> {
  const { code, out, err } = await wfhost(`${line} -o json`);
  if (out === '') throw new Error(`${line} exited ${code}: ${err}`);
  return JSON.parse(out) as T;
}

describe('starting and waiting', () => {
  test('run --wait shows the end and exits 0', async () => {
    const { code, out, err } = await wfhost(`wf run echo -i e-1 -x '{"a":[1,2]}' --wait --tag team=red`);
    expect({ code, err }).toEqual({ code: 0, err: 'Started e-1, waiting for its end.\n' });
    expect(out).toMatch(/^id: +e-1$/m);
    expect(out).toMatch(/^status: +COMPLETED$/m);
    expect(out).toMatch(/^output: +\{"a":\[1,2\]\}$/m);
    expect(out).toMatch(/^tags: +team=red$/m);
    expect(out).toMatch(/^custom: +"echoing"$/m);
  });

  test('run prints the id, and makes one up', async () => {
    const { code, out } = await wfhost('wf run echo -o ids');
    expect(code).toBe(0);
    expect(out).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(await wfhost(`wf wait ${out.trim()} -o none`)).toEqual({ code: 0, out: '', err: '' });
  });

  test('a failed workflow exits 10 and says why', async () => {
    const { code, out } = await wfhost('wf run failing --wait');
    expect(code).toBe(10);
    expect(out).toMatch(/^failure: .*no luck today$/m);
  });

  test('a taken id exits 4; returnExisting answers with it', async () => {
    expect(await wfhost('wf run waiting -i taken -o none')).toMatchObject({ code: 0 });
    expect(await wfhost('wf run waiting -i taken')).toMatchObject({ code: 4, out: '' });
    expect(await wfhost('wf run waiting -i taken --on-conflict returnExisting -o ids')).toMatchObject({
      code: 0,
      out: 'taken\n',
    });
  });

  test('a start in the future is pending, and waiting for it times out with 8', async () => {
    expect(await wfhost('wf run echo -i later -s 1h -o none')).toMatchObject({ code: 0 });
    expect(await json<Instance>('wf get later')).toMatchObject({
      status: 'PENDING',
      scheduledStart: expect.any(String),
    });
    const { code, err } = await wfhost('wf wait later --until started --timeout 50ms');
    expect(code).toBe(8);
    expect(err).toBe('wfhost: later has not started within 50 ms\n  It goes on: wait again, or longer.\n');
  });

  test('an unknown id exits 3 at once', async () => {
    expect(await wfhost('wf wait nobody')).toMatchObject({ code: 3 });
  });

  test('Ctrl-C while waiting exits 130 and leaves the instance alone', async () => {
    const controller = new AbortController();
    await wfhost('wf run waiting -i patient -o none');
    const result = wfhost('wf wait patient', { interrupted: controller.signal });
    controller.abort();
    expect(await result).toEqual({ code: 130, out: '', err: '' });
    expect(await json<Instance>('wf get patient')).toMatchObject({ status: 'RUNNING' });
  });
});

describe('looking', () => {
  test('list filters by name, status and prefix', async () => {
    await wfhost('wf run chain -i look-1 -x \'"a"\' --wait -o none');
    await wfhost('wf run waiting -i look-2 -o none');
    const ids = async (line: string) => (await wfhost(`wf ls ${line} -o ids`)).out.split('\n').filter(Boolean);
    expect(await ids('--filter-prefix look-')).toEqual(['look-1', 'look-2']);
    expect(await ids('--filter-prefix look- -s RUNNING')).toEqual(['look-2']);
    expect(await ids('--filter-prefix look- -w chain --page-size 1')).toEqual(['look-1']);
    expect(await ids('--filter-prefix look- -m 2020-01-01')).toEqual(['look-1', 'look-2']);
    const rows = await json<Summary[]>('wf ls --filter-prefix look-1');
    expect(rows).toEqual([
      expect.objectContaining({ instanceId: 'look-1', workflowName: 'chain', status: 'COMPLETED' }),
    ]);
  });

  test('history shows events with their numbers and names', async () => {
    await wfhost('wf run chain -i hist -x \'"a"\' --wait -o none');
    const { out } = await wfhost('wf history hist --columns event,id,name --no-headers');
    expect(out.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual(
      expect.arrayContaining([
        'taskScheduled 1 shout',
        'taskCompleted 1',
        'taskScheduled 2 shout',
        'executionCompleted 3',
      ]),
    );
    const events = await json<HistoryEntry[]>('wf history hist');
    expect(events.map(({ kind }) => kind)).toContain('executionStarted');
  });

  test('show --follow prints what happens until the end, each event once, over generations', async () => {
    await wfhost('wf run waiting -i follow -o none');
    const following = wfhost('wf show follow --follow');
    await wfhost(`wf raise-event follow/go -x '{"word":"here"}'`);
    const { code, out } = await following;
    expect(code).toBe(0);
    const lines = out.split('\n');
    expect(lines[0]).toBe('waiting follow');
    expect(lines.filter((line) => line.includes('eventRaised'))).toHaveLength(1);
    expect(lines.slice(-3)).toEqual(['COMPLETED', 'output:  "here"', '']);
    await wfhost('wf run again -i turns -x 2 --wait -o none');
    expect((await wfhost('wf show turns')).out).toContain('generation=2');
  });

  test('show --follow in a form that needs the end is refused', async () => {
    expect(await wfhost('wf show follow --follow -o json')).toMatchObject({ code: 2, out: '' });
    const { out } = await wfhost('wf show follow --follow -o jsonl');
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as HistoryEntry).kind),
    ).toContain('eventRaised');
  });

  test('an unknown instance exits 3 and says what to do', async () => {
    const { code, err } = await wfhost('wf get nobody');
    expect(code).toBe(3);
    expect(err).toContain('nobody');
    expect(err.split('\n')[1]).toMatch(/^ {2}\S/);
  });
});

describe('steering', () => {
  test('suspend, resume, raise-event', async () => {
    await wfhost('wf run waiting -i steer -o none');
    await wfhost('wf wait steer --until started -o none');
    expect(await wfhost('wf suspend steer -r counting')).toEqual({ code: 0, out: '', err: 'Suspended steer.\n' });
    expect(await json<Instance>('wf get steer')).toMatchObject({ status: 'SUSPENDED' });
    expect(await wfhost('wf resume - -q', { input: 'steer\n' })).toEqual({ code: 0, out: '', err: '' });
    expect(await wfhost(`wf raise-event steer/GO -x '{"word":"w"}'`)).toEqual({
      code: 0,
      out: '',
      err: 'Raised GO on steer.\n',
    });
    expect(await json<Instance>('wf wait steer')).toMatchObject({ status: 'COMPLETED', output: 'w' });
  });

  test('terminate with an output; waiting for it exits 11', async () => {
    await wfhost('wf run waiting -i end -o none');
    expect(await wfhost(`wf terminate end -o '"enough"'`)).toMatchObject({ code: 0, err: 'Terminated end.\n' });
    expect(await wfhost('wf wait end -o json')).toMatchObject({ code: 11 });
    expect(await json<Instance>('wf get end')).toMatchObject({ status: 'TERMINATED', output: 'enough' });
  });

  test('rerun from an event', async () => {
    await wfhost('wf run chain -i source -x \'"a"\' --wait -o none');
    expect(await wfhost('wf rerun source -e 1 --new-instance-id copy -o ids')).toMatchObject({
      code: 0,
      out: 'copy\n',
    });
    expect(await json<Instance>('wf wait copy')).toMatchObject({ status: 'COMPLETED', output: 'A' });
    expect(await wfhost('wf rerun source --new-instance-id whole -x \'"b"\' -o ids')).toMatchObject({ code: 0 });
    expect(await json<Instance>('wf wait whole')).toMatchObject({ output: 'B' });
    expect(await wfhost('wf rerun source -e 99')).toMatchObject({ code: 3 });
    await wfhost('wf run echo -i stepless --wait -o none');
    expect(await wfhost('wf rerun stepless')).toMatchObject({ code: 4 });
  });

  test('purge: what lives is refused with 4, what has ended goes', async () => {
    await wfhost('wf run waiting -i alive -o none');
    expect(await wfhost('wf purge alive')).toMatchObject({ code: 4 });
    expect(await wfhost('wf purge alive --force')).toMatchObject({ code: 0, err: 'Purged 1 instance.\n' });
    expect(await wfhost('wf get alive')).toMatchObject({ code: 3 });
  });

  test('purge of a choice removes what was listed, not what ended meanwhile', async () => {
    await wfhost('wf run echo -i old-1 --wait -o none');
    await wfhost('wf run waiting -i new-1 -o none');
    const before = (await wfhost('wf ls -s COMPLETED -o ids')).out.split('\n').filter(Boolean);
    expect(before).toContain('old-1');
    const confirm = async (): Promise<boolean> => {
      await wfhost('wf raise-event new-1/go -x \'{"word":"w"}\' -q');
      await wfhost('wf wait new-1 -o none');
      return true;
    };
    const terminal = {
      ...fakeTerminal({ env: { WFHOST_SERVER: `http://127.0.0.1:${host.http?.port}`, WFHOST_TOKEN: 'secret' } }),
      confirm,
    };
    expect(await runCli(['wf', 'purge', '--all-filter-status', 'COMPLETED'], terminal)).toBe(0);
    expect((await wfhost('wf ls -s COMPLETED -o ids')).out).toBe('new-1\n');
  });
});

describe('components', () => {
  test('list marks the default one', async () => {
    const { out } = await wfhost('component ls --columns name,default,ready --no-headers');
    expect(out).toBe('main  yes  yes\nbare       yes\n');
  });

  test('describe and capabilities', async () => {
    expect((await wfhost('component describe')).out).toMatch(/^name: +main$/m);
    expect((await wfhost('component describe bar')).err).toContain('Did you mean "bare"?');
    const { out } = await wfhost('component capabilities main --no-headers');
    expect(out).toMatch(/^history +yes$/m);
  });

  test('--component selects one; an unknown one exits 3, a lacking one 5', async () => {
    expect(await wfhost('wf run echo -i there --component bare -o ids')).toMatchObject({ code: 0 });
    expect(await wfhost('wf get there')).toMatchObject({ code: 3 });
    expect(await wfhost('wf get there', { env: { WFHOST_COMPONENT: 'bare' } })).toMatchObject({ code: 0 });
    expect(await wfhost('wf ls --component nobody')).toMatchObject({ code: 3 });
    expect(await wfhost('wf history there --component bare')).toMatchObject({ code: 5 });
  });
});

describe('the right server', () => {
  test('a wrong token exits 7', async () => {
    const { code, err } = await wfhost('wf ls --token wrong');
    expect(code).toBe(7);
    expect(err).toContain('dapr-api-token');
  });

  test('another app or namespace exits 3 and nothing is done', async () => {
    expect(await wfhost('wf run echo -i never -a other')).toMatchObject({ code: 3 });
    expect(await wfhost('wf run echo -i never -n other')).toMatchObject({ code: 3 });
    expect(await wfhost('wf get never')).toMatchObject({ code: 3 });
    expect(await wfhost('wf run echo -i never -a shop -n default -o ids')).toMatchObject({ code: 0, out: 'never\n' });
  });
});
