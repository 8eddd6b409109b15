import { describe, expect, test } from '@jest/globals';
import { pack, packedIn, unpack } from '../../../components/conductor/record/pack.js';
import { activityTask } from '../../../components/conductor/record/names.js';
import { decodeRecord, encodeRecord, recordOf, stateAfter } from '../../../components/conductor/record/record.js';
import { createState, executionStarted } from '../../../core/orchestration/index.js';

describe('what Conductor must not touch', () => {
  test.each([
    { name: 'an expression', value: '${workflow.input.x}' },
    { name: 'a secret', value: 'a ${workflow.secrets.PASSWORD} b' },
    { name: 'half an expression', value: '${ $${ $' },
    { name: 'text that looks escaped', value: String.raw`\u0024 \\u0024{x}` },
    { name: 'control characters and lone surrogates', value: '\u0000\u2028\ud800' },
    { name: 'nothing', value: null },
    { name: 'an object with such a name', value: { '${a}': ['$', 1.5] } },
  ])('$name comes back byte for byte, and has no $ on the way', ({ value }) => {
    const text = pack(value);
    expect(text).not.toContain('$');
    expect(unpack(text)).toEqual(value);
  });

  test('an input that is not ours is nothing', () => {
    expect(packedIn({ in: null })).toBeUndefined();
    expect(packedIn(undefined)).toBeUndefined();
  });
});

describe('the task name of an activity', () => {
  test.each([
    { activity: 'ChargeCustomer', task: 'ChargeCustomer' },
    { activity: 'orders.charge-customer', task: 'orders.charge-customer' },
    { activity: 'Say Hello', task: 'Say~20Hello' },
    { activity: 'a/b', task: 'a~2fb' },
    { activity: '${x}', task: '~24~7bx~7d' },
    { activity: 'HTTP', task: 'HTTP~' },
    { activity: 'DO_WHILE', task: 'DO_WHILE~' },
    { activity: 'orders_decide', task: 'orders_decide~' },
    { activity: '', task: '~' },
  ])('of $activity is $task', ({ activity, task }) => expect(activityTask(activity, 'orders')).toBe(task));
});

describe('a record', () => {
  const started = executionStarted({
    timestampMs: 1_000,
    name: 'w',
    instanceId: 'i',
    executionId: 'e'.repeat(32),
    generation: 0,
    input: '"${x}"',
  });
  const append = [{ kind: 'workflowStarted', eventId: -1, timestampMs: 1_000 } as const, started];

  test.each([
    { name: 'an advance', decision: { kind: 'advance', taken: 1, append, effects: [], customStatus: { value: 's' } } },
    { name: 'a stall', decision: { kind: 'stall', reason: 'POISONED', description: 'd', append } },
    {
      name: 'a new generation',
      decision: { kind: 'newGeneration', taken: 1, effects: [], carry: [{ event: started, generation: 1, stamp: -1 }] },
    },
  ] as const)('of $name is read as it was written, in signs that Conductor leaves alone', ({ decision }) => {
    const record = recordOf(1, decision, ['m']);
    const text = encodeRecord(record);
    expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(decodeRecord(text)).toEqual(record);
  });

  test('moves the state as its decision did', () => {
    const record = recordOf(1, { kind: 'advance', taken: 1, append, effects: [], customStatus: { value: 's' } }, []);
    const state = stateAfter(createState('i'), record);
    expect(state.started).toEqual(started);
    expect(state.customStatus).toBe('s');
  });

  test('that is broken is refused', () => {
    expect(() => decodeRecord('AAAA')).toThrow('stored history cannot be read');
  });
});
