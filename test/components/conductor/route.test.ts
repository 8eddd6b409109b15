import { describe, expect, test } from '@jest/globals';
import { missing, routeLeave, routeOnward } from '../../../components/conductor/engine/route.js';
import { namesFor } from '../../../components/conductor/record/names.js';
import { foldAll, type Effect, type HistoryEvent } from '../../../core/orchestration/index.js';

const names = namesFor('app');
const nowMs = 10_000;

const scheduled = (eventId: number, name: string): HistoryEvent => ({
  kind: 'taskScheduled',
  eventId,
  timestampMs: 1,
  name,
});
const created = (eventId: number, ms: number): HistoryEvent => ({
  kind: 'timerCreated',
  eventId,
  timestampMs: 1,
  fireAt: { ms },
});
const run = (taskId: number, name: string): Effect => ({ kind: 'runActivity', taskId, name });
const arm = (timerId: number, ms: number): Effect => ({ kind: 'armTimer', timerId, fireAt: { ms } });
const sent: Effect = { kind: 'sendEvent', instanceId: 'other', name: 'go' };

function route(history: readonly HistoryEvent[], effects: readonly Effect[]): ReturnType<typeof routeOnward> {
  return routeOnward({ state: foldAll('i', history), effects, executionId: 'e', nowMs }, names);
}

describe('a record leads', () => {
  test.each([
    { name: 'one activity alone', to: 'step', history: [scheduled(1, 'a')], effects: [run(1, 'a')] },
    {
      name: 'two activities',
      to: 'fork',
      history: [scheduled(1, 'a'), scheduled(2, 'b')],
      effects: [run(1, 'a'), run(2, 'b')],
    },
    {
      name: 'one more activity beside an open one',
      to: 'fork',
      history: [scheduled(1, 'a'), scheduled(2, 'b')],
      effects: [run(2, 'b')],
    },
    {
      name: 'an activity and a timer',
      to: 'fork',
      history: [scheduled(1, 'a'), created(2, 1)],
      effects: [run(1, 'a'), arm(2, 1)],
    },
    { name: 'an effect on another instance', to: 'fork', history: [], effects: [sent] },
    { name: 'nothing', to: 'wait', history: [], effects: [] },
    { name: 'timers to drop', to: 'wait', history: [], effects: [{ kind: 'dropTimers' }] },
  ] as const)('$name: to a $to', ({ to, history, effects }) => expect(route(history, effects).kind).toBe(to));

  test('a timer to the queue, which counts in whole seconds and never below none', () => {
    const output = route([created(1, 12_900), created(2, 5)], [arm(1, 12_900), arm(2, 5)]).output;
    expect(output['tasks']).toMatchObject([
      { name: 'app_timer', taskReferenceName: 't_1', startDelay: 2 },
      { name: 'app_timer', taskReferenceName: 't_2', startDelay: 0 },
    ]);
  });

  test('no sign to the server that it would take for an expression', () => {
    const effect: Effect = { kind: 'runActivity', taskId: 1, name: '${a}', input: '"${workflow.secrets.x}"' };
    expect(JSON.stringify(route([scheduled(1, '${a}')], [effect]).output)).not.toContain('$');
  });
});

describe('an execution that ends', () => {
  const end = { done: true, end: 'completed', reason: '', result: {} } as const;

  test('ends at once when nothing is left to do', () => {
    expect(routeLeave({ effects: [], end }, names)).toEqual({ kind: 'end', output: end });
  });

  test('leaves its last effects to a step of their own', () => {
    expect(routeLeave({ effects: [sent], end }, names)).toMatchObject({
      kind: 'leave',
      output: { next: 'app_leave', k: 1 },
    });
  });
});

describe('what must be sent again', () => {
  const history = [scheduled(1, 'a'), created(2, 5), scheduled(3, 'c')];
  const state = foldAll('i', history);

  test.each([
    { name: 'nothing, when all is on its way', onItsWay: [1, 2, 3], again: [] },
    { name: 'a step that was displaced', onItsWay: [2, 3], again: ['runActivity'] },
    { name: 'everything, in another execution', onItsWay: [], again: ['runActivity', 'armTimer', 'runActivity'] },
  ])('is $name', ({ onItsWay, again }) => {
    expect(missing(state, history, (id) => onItsWay.includes(id)).map(({ kind }) => kind)).toEqual(again);
  });
});
