import { describe, expect, test } from '@jest/globals';
import { plain } from './support/changes.js';
import { changesOfCalls } from './support/changes-of-calls.js';
import { changesOfFlow, compatible } from './support/changes-of-flow.js';
import { model } from './support/model.js';
import { perform, workflowOf } from './support/programs.js';
import { ReplayWorld } from './support/replay-world.js';

describe('a change of the code that does not fit the history', () => {
  test.each([...changesOfCalls, ...changesOfFlow])(
    'is seen before anything is recorded: $change',
    async ({ before, after, expected, got }) => {
      const world = await new ReplayWorld([workflowOf(before)], { perform }).run();
      world.post(model.eventRaised('go', undefined, world.nowMs));
      const turn = model.assemble(world.state, world.inbox, world.nowMs);
      if (!turn) throw new Error('no turn');
      const changed = new ReplayWorld([workflowOf(after)]).newExecution();
      const response = await changed.turn(world.history, turn.events);
      expect(response.nonDeterminism).toMatchObject({ expected, got });
      expect(response.nonDeterminism?.description).toContain(`history has ${expected}, the code ${got}`);
      expect(model.decide(world.state, turn, response, { nowMs: world.nowMs, newExecutionId: () => '' })).toMatchObject(
        {
          kind: 'stall',
          reason: 'NON_DETERMINISM',
        },
      );
    },
  );

  test('is mended by the old code: the instance goes on', async () => {
    const world = await new ReplayWorld([workflowOf(plain)], { perform }).run();
    world.post(model.eventRaised('go', undefined, world.nowMs));
    await world.run();
    expect(world.status).toBe('COMPLETED');
  });
});

test.each(compatible)('a change that fits the history is none: $change', async ({ before, after }) => {
  const world = await new ReplayWorld([workflowOf(before)], { perform }).run();
  const changed = new ReplayWorld([workflowOf(after)]).newExecution();
  expect(await changed.replay(world.history)).toBeUndefined();
});
