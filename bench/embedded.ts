import { join } from 'node:path';
import { defineActivity, defineWorkflow } from '../sdk/index.js';
import { createHost } from '../sdk/hosting/index.js';
import { sayHello } from './workloads.js';

const hello = defineActivity('sayHello', async (name: string) => sayHello(name));

/** `inputs` one after the other. */
export const sequence = defineWorkflow('sequence', async (wf, inputs: readonly string[]) => {
  const answers: string[] = [];
  for (const input of inputs) answers.push(await wf.call(hello, input));
  return answers;
});

/** `inputs` all at once; answers how many came back. */
export const parallel = defineWorkflow('parallel', async (wf, inputs: readonly string[]) => {
  const answers = await wf.all(inputs.map((input) => wf.call(hello, input)));
  return answers.length;
});

/** `count` steps, answers how many were right: an input that does not grow with the history. */
export const longRun = defineWorkflow('long-run', async (wf, count: number) => {
  let right = 0;
  for (let step = 0; step < count; step += 1) {
    if ((await wf.call(hello, 'x')) === 'Hello x!') right += 1;
  }
  return right;
});

/** Sleeps longer than any bench lasts. */
export const sleeper = defineWorkflow('sleeper', async (wf) => {
  await wf.sleep('7d');
});

/** Answers at once. */
export const noop = defineWorkflow('noop', async () => 'done');

export type EmbeddedHost = Awaited<ReturnType<typeof createHost>>;

/** The built-in engine on a file in `folder`, with its workers in this process; doors only where a report needs them. */
export function openHost(folder: string, doors: 'none' | 'both' = 'none'): Promise<EmbeddedHost> {
  const door = { host: '127.0.0.1', port: 0 };
  return createHost({
    workflows: [sequence, parallel, longRun, sleeper, noop],
    activities: [hello],
    config: { dataDir: join(folder, 'data'), logLevel: 'warn' },
    ...(doors === 'both' ? { http: door, grpc: door } : {}),
  });
}
