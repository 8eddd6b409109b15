import { defineEvent, defineWorkflow, type WorkflowContext } from '../../sdk/index.js';
import {
  chargeCustomer,
  refundCustomer,
  releaseStock,
  remindApprover,
  reserveStock,
  shipOrder,
  validateOrder,
} from './activities.js';
import { approvalLimitCents, type Order, type Receipt } from './order.js';

export interface Decision {
  readonly approved: boolean;
  readonly by: string;
}

/** A person's consent to a large order. */
export const approval = defineEvent<Decision>('approval');

class OrderRejected extends Error {
  override readonly name = 'OrderRejected';
}

/** The approver is reminded this often, and then the order is given up: three days in all. */
const reminders = 2;

/**
 * Validate, reserve, ask when it is expensive, charge, ship. When a step fails, what was done before it is undone,
 * newest first. The process may die anywhere in between and the order goes on where it was.
 */
export const processOrder = defineWorkflow('process-order', async (wf, order: Order): Promise<Receipt> => {
  const totalCents = await wf.call(validateOrder, order);

  wf.setStatus('reserving');
  const reservation = await wf.call(reserveStock, order);
  wf.compensate(() => wf.call(releaseStock, reservation));

  if (totalCents > approvalLimitCents) await waitForApproval(wf, order, totalCents);

  wf.setStatus('charging');
  const paymentId = await wf.call(chargeCustomer, { orderId: order.id, amountCents: totalCents });
  wf.compensate(() => wf.call(refundCustomer, paymentId));

  wf.setStatus('shipping');
  const trackingNumber = await wf.call(shipOrder, reservation);

  wf.setStatus('done');
  return { orderId: order.id, totalCents, paymentId, trackingNumber };
});

/** Throws `OrderRejected` for a no, and for silence. */
async function waitForApproval(wf: WorkflowContext, order: Order, totalCents: number): Promise<void> {
  wf.setStatus('waiting for approval');
  for (let attempt = 1; attempt <= reminders + 1; attempt++) {
    const decision = await wf.waitFor(approval, { timeout: '1d' });
    if (decision?.approved) return;
    if (decision) throw new OrderRejected(`order ${order.id} was rejected by ${decision.by}`);
    if (attempt <= reminders) await wf.call(remindApprover, { orderId: order.id, totalCents, attempt });
  }
  throw new OrderRejected(`order ${order.id}: nobody approved it in time`);
}
