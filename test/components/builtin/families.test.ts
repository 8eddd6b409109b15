import { afterEach, describe, expect, test } from '@jest/globals';
import type { Program } from '../../../conformance/worker/program.js';
import { backends } from './support/backends.js';
import { Lives } from './support/lives.js';
import { historyOf } from './support/scenario.js';

let lives: Lives;
afterEach(() => lives.end());

const waits: Program = [{ kind: 'wait', name: 'x' }];
const child = (steps: Program, id?: string): Program => [{ kind: 'child', steps, ...(id === undefined ? {} : { id }) }];
const nobody = { script: { turn: () => undefined } };

describe.each(backends)('families on a store in $name', ({ create }) => {
  test('terminate reaches all generations of the tree, also when the process dies right after the answer', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', child(child(waits, 'c'), 'b'));
    await engine.settle();
    await engine.component.terminate({ instanceId: 'a', recursive: true, output: '"over"' });
    const later = await lives.crash(0, nobody);
    for (const id of ['a', 'b', 'c']) expect((await later.get(id)).status).toBe('TERMINATED');
    expect((await later.get('a')).output).toBe('"over"');
  });

  test('without recursion the children live on, and a repeat with it reaches them', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', child(waits, 'b'));
    await engine.settle();
    await engine.component.terminate({ instanceId: 'a', recursive: false });
    expect((await engine.get('b')).status).toBe('RUNNING');
    await engine.component.terminate({ instanceId: 'a', recursive: true });
    await engine.settle();
    expect((await engine.get('b')).status).toBe('TERMINATED');
  });

  test('a child whose id is taken fails by name, and the other instance is left alone', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('taken', waits);
    await engine.start('a', child([], 'taken'));
    await engine.settle();
    const failed = (await historyOf(engine, 'a')).find((event) => event.kind === 'childWorkflowFailed');
    expect(failed).toMatchObject({
      failure: {
        errorType: 'WorkflowInstanceAlreadyExists',
        errorMessage: expect.stringContaining('already exists'),
      },
    });
    expect((await engine.get('taken')).status).toBe('RUNNING');
  });

  test('the result of a child of an earlier run does not reach the later run of that id', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', child(waits, 'b'));
    await engine.settle();
    await engine.component.purge({ instanceId: 'a', recursive: false, force: true });
    await engine.start('a', child(waits, 'other'));
    await engine.settle();
    await engine.component.raiseEvent({ instanceId: 'b', eventName: 'x' });
    await engine.settle();
    expect((await engine.get('b')).status).toBe('COMPLETED');
    expect((await engine.get('a')).status).toBe('RUNNING');
  });

  test('an id is free again only when all descendants have ended', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', child(waits, 'b'));
    await engine.settle();
    await engine.component.terminate({ instanceId: 'a', recursive: false });
    await expect(engine.start('a', [])).rejects.toMatchObject({
      code: 'ERR_INSTANCE_ID_IN_USE',
      params: { instanceId: 'a', childId: 'b' },
    });
    await engine.component.terminate({ instanceId: 'b', recursive: true });
    await engine.start('a', []);
    expect((await engine.finish('a')).status).toBe('COMPLETED');
  });

  test('a purge takes the whole tree or nothing', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', [...child([], 'done'), { kind: 'child', steps: waits, id: 'b', forget: true }]);
    await engine.settle();
    const purge = { instanceId: 'a', recursive: true, force: false };
    await expect(engine.component.purge(purge)).rejects.toMatchObject({
      code: 'ERR_INSTANCE_NOT_CLOSED',
      params: { instanceId: 'b' },
    });
    expect((await engine.get('done')).status).toBe('COMPLETED');
    await engine.component.raiseEvent({ instanceId: 'b', eventName: 'x' });
    await engine.settle();
    expect(await engine.component.purge(purge)).toEqual({ deletedCount: 3 });
    const later = await lives.crash();
    for (const instanceId of ['a', 'b', 'done']) {
      await expect(later.get(instanceId)).rejects.toMatchObject({ code: 'ERR_INSTANCE_NOT_FOUND' });
    }
  });

  test('a generation calls a child by the same id as the one before', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const again = (left: number): Program =>
      left === 0 ? [] : [...child([], 'b'), { kind: 'again', steps: again(left - 1) }];
    await engine.start('a', again(3));
    expect(await engine.finish('a')).toMatchObject({ status: 'COMPLETED', generation: 3 });
  });

  test('100 concurrent identical starts: exactly one wins', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    const starts = await Promise.allSettled(Array.from({ length: 100 }, () => engine.start('a', waits)));
    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a rerun goes on from the event it names', async () => {
    lives = new Lives(create());
    const engine = await lives.begin();
    await engine.start('a', [
      { kind: 'call', count: 1 },
      { kind: 'call', count: 1 },
    ]);
    await engine.finish('a');
    const request = { sourceInstanceId: 'a', eventId: 1, newInstanceId: 'again', overwriteInput: false };
    expect(await engine.component.optional.rerun?.(request)).toEqual({ newInstanceId: 'again' });
    expect(await engine.finish('again')).toMatchObject({ status: 'COMPLETED' });
    const later = await lives.crash();
    expect((await later.get('again')).status).toBe('COMPLETED');
  });
});
