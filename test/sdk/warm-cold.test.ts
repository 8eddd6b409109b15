import { describe, expect, test } from '@jest/globals';
import { ReplayWorld, type Outstanding } from './support/replay-world.js';
import { perform, samples, workflowOf, type Sample } from './support/programs.js';

/** Orders in which the world answers; by the id of what comes back, so that batching does not change them. */
const orders: Readonly<Record<string, (open: readonly Outstanding[]) => number>> = {
  'first in first out': () => 0,
  'last in first out': (open) =>
    Math.max(
      0,
      open.findLastIndex(({ kind }) => kind !== 'timer'),
    ),
  'a shuffle': (open) => (open.length < 2 ? 0 : (open.length * 7 + (open[0]?.id ?? 0) * 13) % open.length),
};

async function runOf({ code, world }: Sample, pick: (open: readonly Outstanding[]) => number): Promise<ReplayWorld> {
  return new ReplayWorld([workflowOf(code)], { perform, ...world, pick }).run();
}

const table = samples.flatMap((sample) =>
  Object.entries(orders).map(([order, pick]) => ({ name: sample.name, sample, order, pick })),
);

describe('a suspended execution and one that is replayed', () => {
  test.each(table)('answer alike: $name, $order', async ({ sample, pick }) => {
    const world = await runOf(sample, pick);
    expect(['COMPLETED', 'FAILED']).toContain(world.status);
    for (const { past, fresh, response } of world.answered) {
      expect(await world.newExecution().turn(past, fresh)).toEqual(response);
    }
  });

  test.each(samples)('fit the finished history: $name', async (sample) => {
    const world = await runOf(sample, () => 0);
    expect(await world.newExecution().replay(world.history)).toBeUndefined();
  });
});

describe('how facts are batched into turns', () => {
  test.each(samples.flatMap((sample) => [2, 3, 100].map((batch) => ({ name: sample.name, sample, batch }))))(
    'cannot be seen in the actions: $name, $batch at once',
    async ({ sample, batch }) => {
      const single = await runOf(sample, () => 0);
      const batched = await new ReplayWorld([workflowOf(sample.code)], {
        perform,
        ...sample.world,
        batch,
      }).run();
      expect(batched.status).toBe(single.status);
      expect(steps(batched)).toEqual(steps(single));
    },
  );
});

/** Ids and kinds of all that was asked for, without times: those belong to the turn. */
function steps({ actions }: ReplayWorld): string[] {
  return actions.map((action) => `${action.id} ${action.kind} ${'name' in action ? action.name : ''}`);
}
