import { afterEach, describe, expect, test } from '@jest/globals';
import {
  defineActivity,
  defineEvent,
  defineWorkflow,
  NonRetryable,
  TimedOut,
  ActivityFailed,
} from '../../sdk/index.js';
import { hangs, testHost, type TestHost, type TestHostOptions } from '../../sdk/testing/index.js';

interface Order {
  readonly id: string;
  readonly total: number;
  readonly items: readonly string[];
}

const reserve = defineActivity('reserve', async (_order: Order) => 'reserved');
const release = defineActivity('release', async (_order: Order) => 'released');
const charge = defineActivity('charge', async (order: Order) => `receipt for ${order.id}`, {
  retry: { maxAttempts: 3, firstDelay: '1s', backoff: 2 },
  timeout: '30s',
});
const print = defineActivity('print', async (item: string) => `label ${item}`);
const approval = defineEvent<{ approved: boolean }>('approval');

class OrderRejected extends Error {}

const ship = defineWorkflow('ship', async (wf, order: Order) => {
  await wf.sleep('1d');
  return `shipped ${order.id}`;
});

const processOrder = defineWorkflow('process-order', async (wf, order: Order) => {
  await wf.call(reserve, order);
  wf.compensate(() => wf.call(release, order));
  if (order.total > 1_000) {
    const decision = await wf.waitFor(approval, { timeout: '3d' });
    if (!decision?.approved) throw new OrderRejected(order.id);
  }
  const receipt = await wf.call(charge, order);
  const labels = await wf.all(order.items.map((item) => wf.call(print, item)));
  const audit = await wf.step('audit', () => labels.length);
  const shipped = await wf.child(ship, order, { id: `${wf.id}-ship` });
  return { receipt, labels, audit, shipped };
});

const small: Order = { id: 'o-1', total: 10, items: ['a', 'b'] };
const big: Order = { ...small, id: 'o-2', total: 5_000 };

const open: TestHost[] = [];
async function host(options: TestHostOptions): Promise<TestHost> {
  const t = await testHost(options);
  open.push(t);
  return t;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((t) => t.close()));
});

const workflows = [processOrder, ship];
const activities = { reserve, release, charge, print };

describe('a workflow under test', () => {
  test('runs to its end without any time passing', async () => {
    const t = await host({ workflows, activities });
    const run = await t.start(processOrder, small, { id: 'order-1' });
    expect(await run.result()).toEqual({
      receipt: 'receipt for o-1',
      labels: ['label a', 'label b'],
      audit: 2,
      shipped: 'shipped o-1',
    });
    expect(t.now()).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 2));
  });

  test('waits for an event only as long as it says', async () => {
    const t = await host({ workflows, activities });
    const run = await t.start(processOrder, big);
    await t.advance('3d');
    await expect(run.result()).rejects.toMatchObject({
      errorType: 'OrderRejected',
      message: expect.stringMatching('o-2'),
    });
    const names = (await run.history()).flatMap((event) => (event.kind === 'taskScheduled' ? [event.name] : []));
    expect(names).toEqual(['reserve', 'release']);
  });

  test('takes an event that comes in time', async () => {
    const t = await host({ workflows, activities });
    const run = await t.start(processOrder, big);
    await t.advance('2d');
    await run.raise(approval, { approved: true });
    expect(await run.result()).toMatchObject({ receipt: 'receipt for o-2' });
  });

  test('sleeps thirty days in no time', async () => {
    const monthly = defineWorkflow('monthly', async (wf) => {
      const begun = wf.now();
      await wf.sleep('30d');
      return wf.now() - begun;
    });
    const t = await host({ workflows: [monthly] });
    expect(await (await t.start(monthly)).result()).toBe(30 * 86_400_000);
  });

  test('meets activities that are replaced by functions', async () => {
    const seen: string[] = [];
    const fake = (order: Order, { attempt, idempotencyKey }: { attempt: number; idempotencyKey: string }): string => {
      seen.push(`${attempt} ${idempotencyKey}`);
      if (attempt < 3) throw new Error(`try ${attempt}`);
      return `paid ${order.id}`;
    };
    const t = await host({ workflows, activities: { ...activities, charge: fake } });
    const run = await t.start(processOrder, small);
    expect(await run.result()).toMatchObject({ receipt: 'paid o-1' });
    expect(seen.map((line) => line.slice(0, 1))).toEqual(['1', '2', '3']);
    expect(new Set(seen.map((line) => line.slice(2))).size).toBe(1);
  });

  test('sees an activity that hangs time out, and its retries', async () => {
    const t = await host({ workflows, activities: { ...activities, charge: hangs } });
    const run = await t.start(processOrder, small);
    await expect(run.result()).rejects.toMatchObject({ errorType: 'TimedOut' });
    const history = await run.history();
    expect(history.filter(({ kind }) => kind === 'taskScheduled')).toHaveLength(1 + 3 + 1);
    expect(t.now() - Date.UTC(2030, 0, 1)).toBe(3 * 30_000 + 1_000 + 2_000);
  });

  test('may have steps recorded together', async () => {
    const quick = defineWorkflow('quick', async (wf) => {
      let sum = 0;
      for (let step = 1; step <= 5; step += 1) sum = await wf.step(`add ${step}`, () => sum + step, { inline: true });
      return sum;
    });
    const t = await host({ workflows: [quick] });
    const run = await t.start(quick);
    expect(await run.result()).toBe(15);
    const scheduled = (await run.history()).filter(({ kind }) => kind === 'taskScheduled');
    expect(scheduled).toHaveLength(5);
    expect(scheduled.every((event) => 'inline' in event && event.inline)).toBe(true);
  });

  test('is told when nothing will wake it', async () => {
    const waits = defineWorkflow('waits', async (wf) => wf.waitFor(approval));
    const t = await host({ workflows: [waits] });
    const run = await t.start(waits, undefined, { id: 'w' });
    await expect(run.result()).rejects.toThrow(
      'instance "w" is RUNNING and nothing will wake it; it waits for event "approval"',
    );
  });

  test('is told when it stalls, with the line that awaits something else', async () => {
    const foreign = defineWorkflow('foreign', async () => {
      await new Promise((resolve) => setImmediate(resolve));
    });
    const t = await host({ workflows: [foreign] });
    const run = await t.start(foreign, undefined, { id: 'f' });
    await expect(run.result()).rejects.toThrow(
      /STALLED .* NON_DETERMINISM: .*Immediate started at .*testing\.test\.ts:\d+/,
    );
  });

  test('gets a final failure without retries', async () => {
    class CardDeclined extends Error {}
    const decline = (): never => {
      throw new NonRetryable(new CardDeclined('no funds'));
    };
    const caught = defineWorkflow('caught', async (wf, order: Order) => {
      try {
        return await wf.call(charge, order);
      } catch (error) {
        return error instanceof ActivityFailed && !(error instanceof TimedOut)
          ? [error.errorType, error.message]
          : 'else';
      }
    });
    const t = await host({ workflows: [caught], activities: { charge: decline } });
    const run = await t.start(caught, small);
    expect(await run.result()).toEqual(['CardDeclined', 'activity "charge" failed: CardDeclined: no funds']);
    expect((await run.history()).filter(({ kind }) => kind === 'taskScheduled')).toHaveLength(1);
  });
});
