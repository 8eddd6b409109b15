import { defineActivity, defineWorkflow } from '../../../sdk/index.js';
import { testHost } from '../../../sdk/testing/index.js';

/**
 * Runs workflows whose promises are rejected without a handler, in a process as programs have it: a test runner looks at
 * such rejections itself. Prints how each workflow ended, and what reached the process.
 */
const refuses = defineActivity('refuses', (): string => {
  throw new RangeError('no');
});
const helper = async (fail: () => Promise<unknown>): Promise<unknown> => [await fail()];

const patient = defineWorkflow('awaited later', async (wf) => {
  const early = helper(() => wf.call(refuses));
  await wf.sleep('1h');
  return early.catch(() => 'caught');
});
const careless = defineWorkflow('never awaited', async (wf) => {
  void helper(() => wf.call(refuses));
  await wf.sleep('1h');
  return 'fine';
});
const own = defineWorkflow('an error of its own, never awaited', async (wf) => {
  void helper(() => Promise.reject(new TypeError('mine')));
  await wf.sleep('1h');
  return 'fine';
});
const indifferent = defineWorkflow('a call, never awaited', async (wf) => {
  void wf.call(refuses);
  await wf.sleep('1h');
  return 'fine';
});
const bystander = defineWorkflow('beside them', async (wf) => {
  await wf.sleep('2h');
  return 'fine';
});

const endings: Record<string, unknown> = {};
process.on('uncaughtException', (error) => {
  endings['the process'] = error.message;
});

const workflows = [patient, careless, own, indifferent, bystander];
const idle = await testHost({ workflows });
const t = await testHost({ workflows, activities: [refuses] });
const beside = await t.start(bystander);
for (const workflow of workflows) {
  const run = await t.start(workflow);
  const view = await run.wait();
  endings[workflow.name] = view.output ?? view.failure?.errorType;
}
endings[bystander.name] = await beside.result();

// What no workflow has caused is nobody's to swallow.
void Promise.reject(new Error('not of a workflow'));
await new Promise((resolve) => setImmediate(resolve));
await t.close();
await idle.close();
process.stdout.write(JSON.stringify(endings));
