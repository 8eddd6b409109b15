import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { factory as builtin } from '../../../components/builtin/component.js';
import { factory as template } from '../../../components/template/component.js';
import { openDoor, type Reply, type TestDoor } from './harness.js';

/** What the real runtime answered (see docs/dapr-compatibility.md for what is different here, and why). */
interface Recorded {
  readonly case: string;
  readonly setup?: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly bodyBytes?: number;
  /** `null`: it did not answer. */
  readonly answer: RecordedAnswer | null;
  /** A GET of the instance afterwards. */
  readonly after?: RecordedAnswer;
}

interface RecordedAnswer {
  readonly status: number;
  readonly errorCode?: string;
  readonly body?: unknown;
}

const recorded = readFileSync(new URL('../../golden/http.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

const accepted: RecordedAnswer = { status: 202, body: {} };
const conflict: RecordedAnswer = { status: 409, errorCode: 'ERR_START_WORKFLOW' };
const noComponent: RecordedAnswer = { status: 400, errorCode: 'ERR_WORKFLOW_COMPONENT_NOT_FOUND' };
const notFound: RecordedAnswer = { status: 404, errorCode: 'ERR_INSTANCE_ID_NOT_FOUND' };
const started = (instanceID: string): RecordedAnswer => ({ status: 202, body: { instanceID } });
const pending = (instanceID: string): RecordedAnswer => ({
  status: 200,
  body: { instanceID, createdAt: zeroTime, lastUpdatedAt: zeroTime, runtimeStatus: 'PENDING' },
});
const zeroTime = '0001-01-01T00:00:00Z';

/** Where the host answers differently on purpose: the rows of the table in docs/dapr-compatibility.md. */
const differences: Readonly<Record<string, Partial<Pick<Recorded, 'answer' | 'after'>>>> = {
  'start-same-id/suspended': { answer: conflict },
  'start/other-component': { answer: noComponent },
  'get/other-component': { answer: noComponent },
  'raise/pending': { after: pending('ID-pending-raise') },
  'resume/pending': { after: pending('ID-pending-resume') },
  'terminate/outstanding-first-turn': { answer: accepted },
  'pause/outstanding-first-turn': { answer: accepted },
  'noworker/start/none': { answer: started('ID-h-none-start') },
  'noworker/start/pending': { answer: conflict },
  'noworker/start/running': { answer: conflict },
  'noworker/start/suspended': { answer: conflict },
  'noworker/start/failed': { answer: started('ID-h-failed-start') },
  'noworker/start/terminated': { answer: started('ID-h-terminated-start') },
  'noworker/terminate/none': { answer: notFound },
  ...Object.fromEntries(
    recorded
      .filter(({ case: name }) =>
        /^noworker\/(raise|pause|resume|terminate)\/(?!none)|^noworker\/purge\/(?!running)/.test(name),
      )
      .map(({ case: name }) => [name, { answer: accepted }]),
  ),
};

const prefixes = ['v1.0', 'v1.0-beta1', 'v1.0-alpha1'];
/** A trailing slash is all it takes to be left to express. */
const ways = [
  { way: 'the hot path where there is one', seen: (path: string) => path },
  { way: 'express', seen: (path: string) => path.replace(/^([^?]*[^?/])(?=$|\?)/, '$1/') },
];

const engines = [
  { engine: 'the template', factory: template, properties: {} },
  { engine: 'the built-in engine', factory: builtin, properties: { path: ':memory:' } },
];

describe.each(engines)('on $engine', ({ factory, properties }) => {
  describe.each(prefixes)('under /%s', (prefix) => {
    describe.each(ways)('through $way', ({ seen }) => {
      let door: TestDoor;
      beforeAll(async () => {
        door = await openDoor({ factory, properties });
      });
      afterAll(() => door.close());

      test.each(recorded)('$case is answered as recorded', async (record) => {
        const id = idOf(record.path);
        await prepare(door, record, id);
        const path = seen(record.path.replace('{prefix}', prefix));
        const body = record.bodyBytes === undefined ? record.body : 'x'.repeat(record.bodyBytes);
        const reply = await door.call(record.method, path, body === undefined ? {} : { body });
        const expected = { ...record, ...differences[record.case] };
        expect(shown(reply)).toMatchObject({ ...expected.answer });
        if (!expected.after) return;
        await door.engine.settle();
        const afterId = instanceIdIn(expected.after.body) ?? id;
        expect(shown(await door.call('GET', seen(`/${prefix}/workflows/dapr/${afterId}`)))).toEqual(
          expect.objectContaining(expected.after),
        );
      });
    });
  });
});

test('every difference is one of a recorded case', () => {
  const cases = new Set(recorded.map((record) => record.case));
  expect(Object.keys(differences).filter((name) => !cases.has(name))).toEqual([]);
});

/** Puts the instance a case is about into its state, whatever it was in before. */
async function prepare(door: TestDoor, record: Recorded, id: string): Promise<void> {
  const { component, worker, clock } = door.engine;
  worker.connected = true;
  const root = id.split(':')[0] ?? id;
  await component.purge({ instanceId: root, recursive: true, force: true }).catch(() => undefined);
  const state = stateOf(record);
  if (state === undefined) return;
  if (state === 'outstanding') worker.connected = false;
  const { workflow, input } = { input: '"in"', ...states[state] };
  await door.begin(root, workflow, input, state === 'pending' ? clock.now() + 36_000_000 : undefined);
  if (state === 'suspended') await component.suspend({ instanceId: root });
  if (state === 'terminated') {
    const output =
      record.case.startsWith('terminate/') && !record.setup?.includes('output') ? {} : { output: '"tout"' };
    await component.terminate({ instanceId: root, recursive: true, ...output });
  }
  if (record.case === 'purge/terminated-parent-recursive')
    await component.terminate({ instanceId: root, recursive: true });
  if (record.case === 'raise/before-second-wait-2')
    await component.raiseEvent({ instanceId: root, eventName: 'e', data: '1' });
  await door.engine.settle();
  if (record.case.startsWith('noworker')) worker.connected = false;
}

interface StateSpec {
  readonly workflow: string;
  readonly input?: string | undefined;
}

const states = {
  pending: { workflow: 'waitEvt' },
  outstanding: { workflow: 'waitEvt' },
  running: { workflow: 'waitEvt' },
  suspended: { workflow: 'waitEvt' },
  terminated: { workflow: 'waitEvt' },
  completed: { workflow: 'echo' },
  failed: { workflow: 'throws', input: '"bad thing"' },
  stalled: { workflow: 'stall' },
  status: { workflow: 'status' },
  waitTwo: { workflow: 'waitTwo' },
  actFail: { workflow: 'actFail' },
  actUnknown: { workflow: 'actUnknown' },
  parentFail: { workflow: 'parentFail' },
  parentWait: { workflow: 'parentWait', input: undefined },
  parentNoAwait: { workflow: 'parentNoAwait', input: undefined },
} satisfies Record<string, StateSpec>;

const stateRules: readonly (readonly [RegExp, keyof typeof states])[] = [
  [/^get\/activity-failure/, 'actFail'],
  [/^get\/unregistered-activity/, 'actUnknown'],
  [/^get\/child-failure/, 'parentFail'],
  [/^get\/child-id|^terminate\/(parent|child)|^purge\/terminated-parent/, 'parentWait'],
  [/live-child/, 'parentNoAwait'],
  [/^get\/custom-status/, 'status'],
  [/before-second-wait/, 'waitTwo'],
  [/^(raise|terminate)\/stalled/, 'stalled'],
  [/outstanding|before-first-turn/, 'outstanding'],
  [/\/pending$/, 'pending'],
  [/^purge\/second/, 'completed'],
];

const setupRules: readonly (readonly [RegExp, keyof typeof states])[] = [
  [/suspended/, 'suspended'],
  [/terminated/, 'terminated'],
  [/completed/, 'completed'],
  [/threw|failed/, 'failed'],
  [/running|waits for event/, 'running'],
];

function stateOf(record: Recorded): keyof typeof states | undefined {
  const byCase = stateRules.find(([rule]) => rule.test(record.case));
  return (byCase ?? setupRules.find(([rule]) => rule.test(record.setup ?? '')))?.[1];
}

function idOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://localhost');
  return searchParams.get('instanceID') ?? decodeURIComponent(pathname.split('/')[4] ?? '');
}

/** A reply in the form of the records: times, ids made up and texts made by workers are not compared. */
function shown(reply: Reply): RecordedAnswer {
  if (reply.text === '') return { status: reply.status };
  const body = JSON.parse(reply.text) as Record<string, unknown>;
  if (typeof body['errorCode'] === 'string') return { status: reply.status, errorCode: body['errorCode'] };
  for (const name of ['createdAt', 'lastUpdatedAt']) {
    if (/^2030-01-01T\d\d:\d\d:\d\d(\.\d+)?Z$/.test(String(body[name]))) body[name] = '<time>';
  }
  if (String(body['instanceID']).startsWith('00000000-0000-4000-8000-')) body['instanceID'] = '<uuid>';
  const properties = (body['properties'] ?? {}) as Record<string, string>;
  if ('dapr.workflow.failure.error_message' in properties) properties['dapr.workflow.failure.error_message'] = '<text>';
  if ('dapr.workflow.failure.stack_trace' in properties) properties['dapr.workflow.failure.stack_trace'] = '<stack>';
  return { status: reply.status, body };
}

function instanceIdIn(body: unknown): string | undefined {
  const id = typeof body === 'object' && body !== null ? Reflect.get(body, 'instanceID') : undefined;
  return typeof id === 'string' ? id : undefined;
}
