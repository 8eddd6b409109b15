import { describe, expect, test } from '@jest/globals';
import {
  activityRef,
  defineActivity,
  defineEvent,
  defineWorkflow,
  workflowRef,
  type StandardSchema,
  type WorkflowContext,
} from '../../sdk/index.js';
import type { WorkflowClient, WorkflowHandle } from '../../sdk/client/index.js';

/** `'same'` for two types that can stand for one another. */
type Verdict<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? 'same' : [One, Other]) : [One, Other];

/** Compiles only for code that gives `Expected`. The code is not run. */
function gives<Expected>(): <Actual>(code: () => Promise<Actual> | Actual, verdict: Verdict<Expected, Actual>) => void {
  return (code, verdict) => {
    expect(code).toBeInstanceOf(Function);
    expect(verdict).toBe('same');
  };
}

interface Order {
  readonly id: string;
}

declare const wf: WorkflowContext;
declare const client: WorkflowClient;
/** As a schema library has it: text goes in, a number comes out. */
const numeric: StandardSchema<string, number> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: Number(value) }) },
};
const order: Order = { id: 'o' };

const charge = defineActivity('charge', async ({ id }: Order) => id.length, { timeout: '30s' });
const ping = defineActivity('ping', () => 'pong');
const maybe = defineActivity('maybe', (given?: Order) => given?.id);
const score = activityRef<Order, number>('score');
const approval = defineEvent<{ readonly by: string }>('approval');
const nudge = defineEvent('nudge');
const ship = defineWorkflow('ship', async (_wf, { id }: Order) => [id]);
const daily = defineWorkflow('daily', { version: '2' }, async () => 7);
const foreign = workflowRef<Order, boolean>('foreign');

describe('types follow from the definitions', () => {
  test('of activities', () => {
    expect.hasAssertions();
    gives<number>()(() => wf.call(charge, order), 'same');
    gives<number>()(() => wf.call(score, order, { retry: { maxAttempts: 2 } }), 'same');
    gives<string>()(() => wf.call(ping), 'same');
    gives<string>()(() => wf.call(ping, undefined, { timeout: 5 }), 'same');
    gives<string | undefined>()(() => wf.call(maybe), 'same');
    gives<{ at: number }>()(() => wf.step('s', async () => ({ at: 1 })), 'same');
  });

  test('of workflows', () => {
    expect.hasAssertions();
    gives<string[]>()(() => wf.child(ship, order, { id: 'x' }), 'same');
    gives<number>()(() => wf.child(daily), 'same');
    gives<boolean>()(() => wf.child(foreign, order), 'same');
    gives<string>()(() => wf.startDetached(daily), 'same');
    gives<never>()(() => wf.continueAsNew(order), 'same');
  });

  test('of events', () => {
    expect.hasAssertions();
    gives<{ readonly by: string }>()(() => wf.waitFor(approval), 'same');
    gives<{ readonly by: string } | undefined>()(() => wf.waitFor(approval, { timeout: '3d' }), 'same');
    gives<void>()(() => wf.waitFor(nudge), 'same');
  });

  test('of several at once', () => {
    expect.hasAssertions();
    gives<[number, string]>()(() => wf.all([wf.call(charge, order), wf.call(ping)]), 'same');
    gives<number[]>()(() => wf.all([order].map((one) => wf.call(charge, one))), 'same');
    gives<number>()(() => wf.race([wf.call(charge, order), wf.call(score, order)]), 'same');
    gives<number>()(() => wf.scope({ timeout: '1h' }, (scoped) => scoped.call(charge, order)), 'same');
  });

  test('of handles', () => {
    expect.hasAssertions();
    gives<WorkflowHandle<string[]>>()(() => client.start(ship, order, { id: 'x' }), 'same');
    gives<number>()(async () => (await client.start(daily)).result(), 'same');
    gives<boolean>()(() => client.get(foreign, 'x').result(), 'same');
    gives<unknown>()(() => client.get('x').result(), 'same');
  });

  test('of schemas: what goes in and what the code gets', () => {
    expect.hasAssertions();
    const twice = defineActivity('twice', { input: numeric }, async (value) => value * 2);
    const sums = defineWorkflow('sums', { input: numeric }, async (_wf, value) => value + 1);
    const tick = defineEvent('tick', { schema: numeric });
    gives<number>()(() => wf.call(twice, '4'), 'same');
    gives<WorkflowHandle<number>>()(() => client.start(sums, '4'), 'same');
    gives<number>()(() => wf.waitFor(tick), 'same');
  });

  test('and what does not fit does not compile', () => {
    expect.hasAssertions();
    const refused = async (): Promise<void> => {
      // @ts-expect-error: it is an order that is charged
      await wf.call(charge, 7);
      // @ts-expect-error: there is no charge without an order
      await wf.call(charge);
      // @ts-expect-error: an activity is not a workflow
      await wf.child(charge, order);
      // @ts-expect-error: the payload is not what the event carries
      await client.get('x').raise(approval, { by: 1 });
      // @ts-expect-error: it starts with an order
      await client.start(ship);
    };
    expect(refused).toBeInstanceOf(Function);
  });
});
