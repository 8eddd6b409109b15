import { defineActivity, defineEvent, defineWorkflow } from '../../../sdk/index.js';

/** A module as a user has it: workflows and activities, exported. */

export const price = defineActivity('price', async (items: number) => items * 7);
const approval = defineEvent<{ by: string }>('approval');
const remark = defineEvent<string>('remark');

export const ship = defineWorkflow('ship', async (wf, items: number) => `shipped for ${await wf.call(price, items)}`);

export const order = defineWorkflow('order', async (wf, items: number) => {
  const prices = await Promise.all([wf.call(price, items), wf.call(price, items + 1)]);
  const { by } = await wf.waitFor(approval);
  const said = await wf.waitFor(remark);
  await wf.sleep('5ms');
  return { prices, by, said, shipped: await wf.child(ship, items) };
});

export const failing = defineWorkflow('failing', async (wf, items: number) => {
  await wf.call(price, items);
  throw new RangeError('too many');
});

/** What is not a definition is left alone. */
export const settings = { currency: 'EUR', kind: 'workflow' };
