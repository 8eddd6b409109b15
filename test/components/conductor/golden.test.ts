import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readInstance, viewOf, type Known } from '../../../components/conductor/record/known.js';
import { packedInput, type Message } from '../../../components/conductor/record/beginning.js';
import type { ServerExecution } from '../../../components/conductor/server/shapes.js';
import { eventRaised, terminated, type HistoryEvent } from '../../../core/orchestration/index.js';

/** What a real server (3.32.1) answered, and how the instance was shown then. */
interface Golden {
  readonly instanceId: string;
  readonly executions: readonly ServerExecution[];
  readonly mailboxes: readonly ServerExecution[];
  readonly expected: { readonly view: Readonly<Record<string, unknown>>; readonly history: readonly HistoryEvent[] };
}

const folder = new URL('../../golden/conductor/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace('.json', ''));

function goldenOf(name: string): Golden {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;
}

function read(golden: Golden, mailboxes: readonly ServerExecution[] = golden.mailboxes): Known {
  const known = readInstance(golden.instanceId, golden.executions, mailboxes);
  if (!known) throw new Error(`${golden.instanceId} could not be read`);
  return known;
}

describe('executions of a real server', () => {
  test('there are some', () => expect(names.length).toBeGreaterThanOrEqual(4));

  test.each(names)('%s reads as it was', (name) => {
    const golden = goldenOf(name);
    const known = read(golden);
    expect(known.history).toEqual(golden.expected.history);
    expect(viewOf(known)).toMatchObject(golden.expected.view);
  });

  test.each([
    { name: 'sequence', position: { at: 'ended' } },
    { name: 'failed', position: { at: 'ended' } },
    { name: 'waiting', position: { at: 'gate', gate: 'signal' } },
  ])('$name stands where the server has it', ({ name, position }) => {
    expect(read(goldenOf(name)).position).toEqual(position);
  });

  test('an earlier run of the id does not count', () => {
    const golden = goldenOf('waiting');
    const [old] = goldenOf('sequence').executions;
    const known = readInstance(golden.instanceId, old ? [...golden.executions, { ...old, createTime: 1 }] : [], []);
    expect(known?.workflowId).toBe(golden.executions[0]?.workflowId);
    expect(known?.others).toEqual([old?.workflowId]);
  });

  test('of two executions begun for the same, the older counts', () => {
    const golden = goldenOf('waiting');
    const [execution] = golden.executions;
    if (!execution) throw new Error('no execution');
    const double = { ...execution, workflowId: 'double', createTime: (execution.createTime ?? 0) + 1, tasks: [] };
    const known = readInstance(golden.instanceId, [double, execution], []);
    expect(known?.workflowId).toBe(execution.workflowId);
    expect(known?.others).toEqual(['double']);
  });
});

describe('messages', () => {
  const golden = goldenOf('waiting');
  const { run, executionId, state, taken } = read(golden);
  const event = (name: string): Message['event'] => eventRaised(name, undefined, 1);
  const mailbox = (workflowId: string, createTime: number, message: Message): ServerExecution => ({
    workflowId,
    status: 'RUNNING',
    createTime,
    input: { wf: packedInput(message) },
  });
  const namesIn = ({ inbox }: Known): string[] => inbox.map(({ event: one }) => ('name' in one ? one.name : one.kind));

  test('are read in the order they were sent, also within a millisecond', () => {
    const known = read(golden, [
      mailbox('m3', 20, { run, order: 3, event: event('third') }),
      mailbox('m2', 10, { run, order: 2, event: event('second') }),
      mailbox('m1', 10, { run, order: 1, event: event('first') }),
    ]);
    expect(namesIn(known)).toEqual(['first', 'second', 'third']);
  });

  test('to another run, to another generation, of nobody, and in an ended mailbox are left out', () => {
    const old = { executionId, generation: state.generation + 1 };
    const known = read(golden, [
      mailbox('m1', 10, { run: 'another', order: 1, event: event('a') }),
      mailbox('m2', 10, { run, order: 1, to: old, event: event('b') }),
      { workflowId: 'm3', status: 'RUNNING', input: { wf: { s: 'not ours' } } },
      { ...mailbox('m4', 10, { run, order: 1, event: event('c') }), status: 'COMPLETED' },
    ]);
    expect(namesIn(known)).toEqual([]);
  });

  test('that were sent twice under one key are one', () => {
    const known = read(golden, [
      mailbox('m1', 10, { run, order: 1, key: 'k', event: event('once') }),
      mailbox('m2', 11, { run, order: 2, key: 'k', event: event('once') }),
    ]);
    expect(namesIn(known)).toEqual(['once']);
  });

  test('a record has taken are not read again, but known to be left over', () => {
    const [key] = taken;
    const known = read(golden, [mailbox(String(key), 10, { run, order: 1, event: event('again') })]);
    expect(namesIn(known)).toEqual([]);
    expect(known.read.map(({ workflowId }) => workflowId)).toEqual([key]);
  });

  test('a terminate that waits does not show yet', () => {
    const known = read(golden, [mailbox('m1', 10, { run, order: 1, event: terminated('"out"', true, 5) })]);
    expect(viewOf(known).status).toBe('SUSPENDED');
  });
});

describe('an execution that somebody ended on the server', () => {
  const golden = goldenOf('waiting');
  const endedAs = (status: ServerExecution['status']): Golden => ({
    ...golden,
    executions: golden.executions.map((one) => ({ ...one, status, endTime: 9, reasonForIncompletion: 'by hand' })),
  });

  test.each([
    { status: 'TERMINATED', shown: 'TERMINATED', errorType: 'ConductorExecutionEnded' },
    { status: 'FAILED', shown: 'FAILED', errorType: 'ConductorExecutionEnded' },
    { status: 'TIMED_OUT', shown: 'FAILED', errorType: 'Timeout' },
  ] as const)('as $status is shown as $shown', ({ status, shown, errorType }) => {
    const failure = { errorType, errorMessage: 'by hand' };
    expect(viewOf(read(endedAs(status)))).toMatchObject({ status: shown, completedAtMs: 9, failure });
  });
});
