import { afterEach, describe, expect, test } from '@jest/globals';
import { WorkflowError, type ErrorCode, type RuntimeStatus } from '../../../core/index.js';
import type { EngineHarness } from '../../support/engine-harness.js';
import { backends } from './support/backends.js';
import { Lives } from './support/lives.js';
import { bringTo, situations, statusIn, type Situation } from './support/states.js';

/** Every operation in every situation: what it answers, and what is left; the same after a crash. */
let lives: Lives | undefined;
afterEach(async () => {
  await lives?.end();
  lives = undefined;
});

const operations = {
  start: ({ component }: EngineHarness) => component.start({ instanceId: 'i', workflowName: 'program', input: '[]' }),
  unique: ({ component }: EngineHarness) =>
    component.start({ instanceId: 'i', workflowName: 'program', input: '[]', enforceUniqueId: true }),
  raise: ({ component }: EngineHarness) => component.raiseEvent({ instanceId: 'i', eventName: 'y' }),
  suspend: ({ component }: EngineHarness) => component.suspend({ instanceId: 'i' }),
  resume: ({ component }: EngineHarness) => component.resume({ instanceId: 'i' }),
  terminate: ({ component }: EngineHarness) => component.terminate({ instanceId: 'i', recursive: true }),
  purge: ({ component }: EngineHarness) => component.purge({ instanceId: 'i', recursive: true, force: false }),
  force: ({ component }: EngineHarness) => component.purge({ instanceId: 'i', recursive: true, force: true }),
  history: ({ component }: EngineHarness) => component.optional.history?.({ instanceId: 'i' }),
} as const;
type Operation = keyof typeof operations;

type Left = RuntimeStatus | 'gone';
/** What is left, or the code of the refusal (the status stays then). Situations not named: refused with `otherwise`. */
type Row = Partial<Record<Situation, Left | ErrorCode>>;

const missing: Row = { absent: 'ERR_INSTANCE_NOT_FOUND' };
const stays: Row = Object.fromEntries(Object.entries(statusIn));
const stalledRefuse: Row = { stalled: 'ERR_INSTANCE_STALLED', poisoned: 'ERR_INSTANCE_STALLED' };
const live: readonly Situation[] = ['pending', 'scheduled', 'running', 'suspended', 'stalled', 'poisoned'];
const all = (which: readonly Situation[], what: Left | ErrorCode): Row =>
  Object.fromEntries(which.map((situation) => [situation, what]));

const table: Readonly<Record<Operation, Row>> = {
  start: { ...all(situations, 'COMPLETED'), ...all(live, 'ERR_INSTANCE_EXISTS') },
  unique: { ...all(situations, 'ERR_INSTANCE_EXISTS'), absent: 'COMPLETED' },
  raise: { ...missing, ...stays, ...stalledRefuse },
  suspend: {
    ...missing,
    ...stays,
    ...all(['pending', 'scheduled', 'running'], 'SUSPENDED'),
    ...stalledRefuse,
  },
  resume: { ...missing, ...stays, suspended: 'RUNNING', stalled: 'ERR_INSTANCE_STALLED', poisoned: 'RUNNING' },
  terminate: {
    ...missing,
    ...stays,
    ...all(['pending', 'scheduled', 'running', 'suspended'], 'TERMINATED'),
    ...stalledRefuse,
  },
  purge: { ...all(situations, 'gone'), ...missing, ...all(live, 'ERR_INSTANCE_NOT_CLOSED') },
  force: { ...all(situations, 'gone'), ...missing },
  history: { ...missing, ...stays },
};

async function outcomeOf(engine: EngineHarness, operation: Operation): Promise<ErrorCode | undefined> {
  try {
    await operations[operation](engine);
    return undefined;
  } catch (error) {
    return WorkflowError.from(error).code;
  }
}

async function leftOf(engine: EngineHarness): Promise<Left> {
  try {
    return (await engine.get('i')).status;
  } catch (error) {
    if (WorkflowError.from(error).code !== 'ERR_INSTANCE_NOT_FOUND') throw error;
    return 'gone';
  }
}

const isCode = (value: Left | ErrorCode): value is ErrorCode => value.startsWith('ERR_');

const rows = (Object.keys(table) as Operation[]).flatMap((operation) =>
  situations.map((situation) => {
    const expected = table[operation][situation];
    if (expected === undefined) throw new Error(`${operation} when ${situation} is not in the table`);
    return { operation, situation, expected };
  }),
);

describe.each(backends)('on a store in $name', ({ create }) => {
  test.each(rows)('$operation when $situation: $expected', async ({ operation, situation, expected }) => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await bringTo(situation, engine);
    const before = situation === 'absent' ? 'gone' : statusIn[situation];
    expect(await leftOf(engine)).toBe(before);
    const code = await outcomeOf(engine, operation);
    await engine.settle();
    const left = await leftOf(engine);
    expect({ code, left }).toEqual(isCode(expected) ? { code: expected, left: before } : { left: expected });
    // What was answered survives, and so does what was refused.
    const script = { turn: () => undefined };
    expect(await leftOf(await lives.crash(0, { script }))).toBe(left);
  });
});
