import { describe, expect, test } from '@jest/globals';
import type { ErrorCode, RerunRequest } from '../../../core/index.js';
import { planRerun, type HistoryEvent } from '../../../core/orchestration/index.js';
import { child, childDone, completed, done, fired, raised, scheduled, started, timer, turnStart } from './events.js';

const detached: HistoryEvent = { kind: 'detachedWorkflowCreated', eventId: 6, timestampMs: 1, instanceId: 'd' };
const source: readonly HistoryEvent[] = [
  turnStart(),
  started({ instanceId: 'src', input: '"in"' }),
  scheduled(0),
  child(1, 'src:0001'),
  child(2, 'src:0002'),
  timer(3, 9000),
  turnStart(),
  done(0),
  childDone(1),
  raised('before', '1'),
  { kind: 'taskScheduled', eventId: 4, timestampMs: 1, name: 'target', input: '"old"' },
  turnStart(),
  raised('after', '2'),
  fired(3),
  { kind: 'eventSent', eventId: 5, timestampMs: 1, instanceId: 'x', name: 'n' },
  detached,
  completed(7),
];

type Request = Partial<RerunRequest> & { readonly newInstanceId?: string };
const plan = (request: Request, history = source): ReturnType<typeof planRerun> =>
  planRerun(
    history,
    { sourceInstanceId: 'src', eventId: 4, newInstanceId: 'new', overwriteInput: false, ...request },
    { executionId: 'e9' },
  );

describe('planning a rerun', () => {
  test('copies what lies before the target, and the target, under the new identity', () => {
    const { history } = plan({});
    expect(history.map((event) => event.kind)).toEqual(source.slice(0, 11).map((event) => event.kind));
    expect(history[1]).toMatchObject({ instanceId: 'new', executionId: 'e9', input: '"in"' });
    expect(history.at(-1)).toMatchObject({ name: 'target', input: '"old"', rerunOf: 'src' });
    expect(JSON.stringify(history)).not.toContain('after');
  });

  test('what had no result before the target runs again, under ids of the new instance', () => {
    const { effects, history } = plan({});
    expect(effects.map((effect) => effect.kind)).toEqual(['startChild', 'armTimer', 'runActivity']);
    expect(effects[0]).toMatchObject({
      taskId: 2,
      start: { instanceId: 'new:0002', parent: { instanceId: 'new', executionId: 'e9' } },
    });
    expect(history[3]).toMatchObject({ instanceId: 'src:0001' });
  });

  test.each([
    { name: 'another input', request: { overwriteInput: true, input: '"new"' }, input: '"new"' },
    { name: 'no input at all', request: { overwriteInput: true }, input: undefined },
    { name: 'its old input', request: { input: '"ignored"' }, input: '"old"' },
  ])('the target runs with $name', ({ request, input }) => {
    const target = plan(request).history.at(-1);
    expect(target?.kind === 'taskScheduled' && target.input).toBe(input);
  });

  test('a child runs again under a given id', () => {
    expect(plan({ eventId: 1, newChildInstanceId: 'kid' }).history.at(-1)).toMatchObject({ instanceId: 'kid' });
    expect(plan({ eventId: 1 }).history.at(-1)).toMatchObject({ instanceId: 'new:0001' });
  });

  const asChild = [
    turnStart(),
    started({ parent: { instanceId: 'p', name: 'n', taskId: 1 } }),
    scheduled(0),
    completed(1),
  ];
  test.each<{ name: string; request: Request; history?: readonly HistoryEvent[]; code: ErrorCode }>([
    { name: 'its own id', request: { newInstanceId: 'src' }, code: 'ERR_RERUN_INVALID' },
    { name: 'a child as the source', request: { eventId: 0 }, history: asChild, code: 'ERR_RERUN_INVALID' },
    { name: 'an event that is not there', request: { eventId: 99 }, code: 'ERR_RERUN_EVENT_NOT_FOUND' },
    { name: 'an event of the outside world', request: { eventId: -1 }, code: 'ERR_RERUN_EVENT_NOT_FOUND' },
    { name: 'an event that cannot run', request: { eventId: 5 }, code: 'ERR_RERUN_EVENT_NOT_FOUND' },
    { name: 'the end', request: { eventId: 7 }, code: 'ERR_RERUN_EVENT_NOT_FOUND' },
    { name: 'a detached workflow', request: { eventId: 6 }, code: 'ERR_RERUN_INVALID' },
    { name: 'input for a timer', request: { eventId: 3, overwriteInput: true }, code: 'ERR_RERUN_INVALID' },
    { name: 'a child id for an activity', request: { newChildInstanceId: 'x' }, code: 'ERR_RERUN_INVALID' },
  ])('refuses $name with $code', ({ request, history = source, code }) => {
    expect(() => plan(request, history)).toThrow(expect.objectContaining({ code }));
  });
});
