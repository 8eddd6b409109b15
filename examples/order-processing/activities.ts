import { NonRetryable, defineActivity } from '../../sdk/index.js';
import type { Order } from './order.js';

/**
 * The steps that touch the world. Each runs at least once: what may happen only once is done under
 * `idempotencyKey`, which is the same for all attempts of one call.
 */

class OrderInvalid extends Error {}
class OutOfStock extends Error {}

/** Adds the order up, and refuses one that makes no sense for good. */
export const validateOrder = defineActivity('validate-order', (order: Order): number => {
  if (order.lines.length === 0) throw new NonRetryable(new OrderInvalid(`order ${order.id} has no lines`));
  const wrong = order.lines.find(({ quantity, priceCents }) => quantity < 1 || priceCents < 0);
  if (wrong) throw new NonRetryable(new OrderInvalid(`order ${order.id}: line ${wrong.sku} makes no sense`));
  return order.lines.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
});

export interface Reservation {
  readonly reservationId: string;
  readonly orderId: string;
}

export const reserveStock = defineActivity(
  'reserve-stock',
  (order: Order, context): Reservation => {
    const missing = order.lines.find(({ sku }) => sku.startsWith('sold-out'));
    if (missing) throw new NonRetryable(new OutOfStock(`${missing.sku} is sold out`));
    return { reservationId: `stock-${context.idempotencyKey}`, orderId: order.id };
  },
  { retry: { maxAttempts: 3, firstDelay: '1s', backoff: 2 } },
);

export const releaseStock = defineActivity('release-stock', (reservation: Reservation, context) => {
  context.log.info({ ...reservation }, 'stock released');
});

export interface Charge {
  readonly orderId: string;
  readonly amountCents: number;
}

/** Answers with the id of the payment. Tried again for a day: payment providers have bad hours. */
export const chargeCustomer = defineActivity(
  'charge-customer',
  (_charge: Charge, context): string => `pay-${context.idempotencyKey}`,
  {
    retry: { maxAttempts: 12, firstDelay: '2s', backoff: 2, maxDelay: '1h', timeout: '1d' },
    timeout: '30s',
  },
);

export const refundCustomer = defineActivity('refund-customer', (paymentId: string, context) => {
  context.log.info({ paymentId }, 'payment refunded');
});

/** Answers with the tracking number. */
export const shipOrder = defineActivity(
  'ship-order',
  (reservation: Reservation): string => `track-${reservation.orderId}`,
  {
    retry: { maxAttempts: 3, firstDelay: '1s' },
  },
);

export interface Reminder {
  readonly orderId: string;
  readonly totalCents: number;
  readonly attempt: number;
}

export const remindApprover = defineActivity('remind-approver', (reminder: Reminder, context) => {
  context.log.info({ ...reminder }, 'an order waits for approval');
});

export const activities = [
  validateOrder,
  reserveStock,
  releaseStock,
  chargeCustomer,
  refundCustomer,
  shipOrder,
  remindApprover,
];
