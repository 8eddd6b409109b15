import { afterEach, describe, expect, test } from '@jest/globals';
import { NonRetryable } from '../../sdk/index.js';
import { testHost, type TestHost } from '../../sdk/testing/index.js';
import { activities, type Charge, type Reminder, type Reservation } from './activities.js';
import type { Order } from './order.js';
import { approval, processOrder } from './workflow.js';

/** The workflow as it is, with activities that keep a diary or fail on demand. Days pass in milliseconds. */

const desk = { sku: 'desk', quantity: 2, priceCents: 49_900 };
const small: Order = { id: 'o-1', customer: 'ann@example.com', lines: [desk] };
const large: Order = { ...small, lines: [{ ...desk, quantity: 3 }] };

let t: TestHost;
afterEach(() => t.close());

/** A host in which everything the outside world sees is written down. */
async function host(failing: Readonly<Record<string, () => void>> = {}): Promise<string[]> {
  const diary: string[] = [];
  const noted =
    <Input, Output>(name: string, answer: (input: Input) => Output) =>
    (input: Input): Output => {
      failing[name]?.();
      diary.push(name);
      return answer(input);
    };
  t = await testHost({
    workflows: [processOrder],
    activities: {
      ...Object.fromEntries(activities.map((activity) => [activity.name, activity])),
      'reserve-stock': noted('reserve-stock', ({ id }: Order): Reservation => ({ reservationId: 'r-1', orderId: id })),
      'release-stock': noted('release-stock', () => undefined),
      'charge-customer': noted('charge-customer', ({ orderId }: Charge) => `pay-${orderId}`),
      'refund-customer': noted('refund-customer', () => undefined),
      'remind-approver': noted('remind-approver', (_reminder: Reminder) => undefined),
      'ship-order': noted('ship-order', ({ orderId }: Reservation) => `track-${orderId}`),
    },
  });
  return diary;
}

describe('an order', () => {
  test('below the limit is charged and shipped without anybody', async () => {
    const diary = await host();
    const run = await t.start(processOrder, small);
    expect(await run.result()).toEqual({
      orderId: 'o-1',
      totalCents: 99_800,
      paymentId: 'pay-o-1',
      trackingNumber: 'track-o-1',
    });
    expect(diary).toEqual(['reserve-stock', 'charge-customer', 'ship-order']);
    expect(await run.status()).toMatchObject({ customStatus: 'done' });
  });

  test('above the limit waits for approval, and goes on when it comes', async () => {
    const diary = await host();
    const run = await t.start(processOrder, large);
    await t.advance('30h');
    expect(await run.status()).toMatchObject({ status: 'RUNNING', customStatus: 'waiting for approval' });
    await run.raise(approval, { approved: true, by: 'ann' });
    expect(await run.result()).toMatchObject({ totalCents: 149_700 });
    expect(diary).toEqual(['reserve-stock', 'remind-approver', 'charge-customer', 'ship-order']);
  });

  test('that is refused is undone', async () => {
    const diary = await host();
    const run = await t.start(processOrder, large);
    await run.raise(approval, { approved: false, by: 'bob' });
    await expect(run.result()).rejects.toMatchObject({ errorType: 'OrderRejected' });
    expect(diary).toEqual(['reserve-stock', 'release-stock']);
  });

  test('nobody answers for is given up after three days and two reminders', async () => {
    const diary = await host();
    const run = await t.start(processOrder, large);
    const begun = t.now();
    await expect(run.result()).rejects.toMatchObject({ errorType: 'OrderRejected' });
    expect(t.now() - begun).toBe(3 * 86_400_000);
    expect(diary).toEqual(['reserve-stock', 'remind-approver', 'remind-approver', 'release-stock']);
  });
});

describe('when a step fails', () => {
  test('payment is tried again until the provider is back', async () => {
    let failures = 5;
    const diary = await host({
      'charge-customer': () => {
        if (failures-- > 0) throw new Error('payment provider is down');
      },
    });
    const run = await t.start(processOrder, small);
    const begun = t.now();
    await run.result();
    expect(t.now() - begun).toBe((2 + 4 + 8 + 16 + 32) * 1_000);
    expect(diary).toEqual(['reserve-stock', 'charge-customer', 'ship-order']);
  });

  test('a shipment that cannot be made gives the money and the stock back, newest first', async () => {
    const diary = await host({
      'ship-order': () => {
        throw new NonRetryable('the truck is gone');
      },
    });
    const run = await t.start(processOrder, small);
    await expect(run.result()).rejects.toMatchObject({ errorType: 'ActivityFailed' });
    expect(diary).toEqual(['reserve-stock', 'charge-customer', 'refund-customer', 'release-stock']);
  });

  test('an order that makes no sense touches nothing', async () => {
    const diary = await host();
    const run = await t.start(processOrder, { ...small, lines: [] });
    await expect(run.result()).rejects.toMatchObject({ errorType: 'ActivityFailed' });
    expect(diary).toEqual([]);
  });
});
