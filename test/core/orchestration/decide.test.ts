import { describe, expect, test } from '@jest/globals';
import {
  advance,
  assemble,
  decide,
  decideAlone,
  foldAll,
  neverMs,
  statusOf,
  type Action,
  type Decision,
  type Fact,
  type HistoryEvent,
  type TurnResponse,
} from '../../../core/orchestration/index.js';
import { child, fact, raised, scheduled, started, terminate, timer, turnStart } from './events.js';

const input = { nowMs: 5000, newExecutionId: () => 'e1' };
const running: readonly HistoryEvent[] = [turnStart(), started(), scheduled(0), timer(1, 1500), child(2)];

function decideOn(
  history: readonly HistoryEvent[],
  response: Partial<TurnResponse>,
  inbox: readonly Fact[] = history.length === 0 ? [fact(started(), 0)] : [fact(raised('go'))],
): Decision {
  const state = foldAll('i', history);
  const turn = assemble(state, inbox, 4000);
  if (!turn) throw new Error('no turn');
  return turn.dispatch ? decide(state, turn, { actions: [], ...response }, input) : decideAlone(state, turn, input);
}

const appended = (decision: Decision): readonly string[] =>
  'append' in decision ? decision.append.map((event) => event.kind) : [];
const leaving = (decision: Decision): readonly string[] =>
  'effects' in decision ? decision.effects.map((effect) => effect.kind) : [];

const act: Action = { kind: 'scheduleTask', id: 0, name: 'a', input: '1', taskExecutionId: 't' };
const complete: Action = { kind: 'completeWorkflow', id: 9, status: 'COMPLETED', result: '"ok"' };
const failed: Action = {
  kind: 'completeWorkflow',
  id: 9,
  status: 'FAILED',
  result: '"x"',
  failure: { errorType: 'E', errorMessage: 'm' },
};
const again = { kind: 'continueAsNew', id: 9, input: '2', carryover: [] } satisfies Action;

interface Case {
  readonly name: string;
  readonly history?: readonly HistoryEvent[];
  readonly actions: readonly Action[];
  readonly append?: readonly string[];
  readonly effects?: readonly string[];
  readonly kind?: Decision['kind'];
}

const head = ['workflowStarted', 'executionStarted'];
const cases: readonly Case[] = [
  { name: 'no action commits the turn alone', actions: [], append: head, effects: [] },
  {
    name: 'an activity becomes history and leaves',
    actions: [act],
    append: [...head, 'taskScheduled'],
    effects: ['runActivity'],
  },
  {
    name: 'a timer is armed, one in the year 9999 is only recorded',
    actions: [
      { kind: 'createTimer', id: 0, fireAt: { ms: 1 } },
      { kind: 'createTimer', id: 1, fireAt: { ms: neverMs, subNanos: 5 } },
    ],
    append: [...head, 'timerCreated', 'timerCreated'],
    effects: ['armTimer'],
  },
  {
    name: 'an event to another instance is recorded and leaves',
    actions: [{ kind: 'sendEvent', id: 0, instanceId: 'j', name: 'n', data: '1' }],
    append: [...head, 'eventSent'],
    effects: ['sendEvent'],
  },
  {
    name: 'a terminate of another instance leaves',
    actions: [{ kind: 'terminateWorkflow', id: 0, instanceId: 'j', recurse: true }],
    append: head,
    effects: ['terminateOther'],
  },
  {
    name: 'a detached workflow is recorded and leaves',
    actions: [{ kind: 'createDetachedWorkflow', id: 0, instanceId: 'j', name: 'n' }],
    append: [...head, 'detachedWorkflowCreated'],
    effects: ['startDetached'],
  },
  {
    name: 'what was decided before a completion still runs, what follows it is ignored',
    actions: [act, complete, { ...act, id: 1 }, failed],
    append: [...head, 'taskScheduled', 'executionCompleted'],
    effects: ['runActivity', 'dropTimers'],
  },
  { name: 'an id used twice in one answer refuses it', actions: [act, act], kind: 'reject' },
  { name: 'an id that history has refuses the answer', history: running, actions: [act], kind: 'reject' },
  { name: 'a version nobody has stalls', actions: [{ kind: 'versionNotAvailable', id: 0 }], kind: 'stall' },
  {
    name: 'continue-as-new keeps what runs, drops timers',
    actions: [act, { kind: 'createTimer', id: 1, fireAt: { ms: 9 } }, again],
    kind: 'newGeneration',
    effects: ['runActivity', 'dropTimers'],
  },
];

describe('deciding', () => {
  test.each(cases)('$name', ({ history = [], actions, append, effects, kind = 'advance' }) => {
    const decision = decideOn(history, { actions });
    expect(decision.kind).toBe(kind);
    expect(appended(decision)).toEqual(append ?? appended(decision));
    expect(leaving(decision)).toEqual(effects ?? leaving(decision));
  });

  test.each([
    { given: undefined, id: 'i:0007' },
    { given: '', id: 'i:0007' },
    { given: 'mine', id: 'mine' },
  ])('a child called "$given" is started as "$id" and finds its way back', ({ given, id }) => {
    const decision = decideOn([], {
      actions: [
        { kind: 'createChildWorkflow', id: 7, name: 'kid', ...(given === undefined ? {} : { instanceId: given }) },
      ],
    });
    expect(decision).toMatchObject({
      effects: [
        {
          kind: 'startChild',
          taskId: 7,
          start: { instanceId: id, parent: { instanceId: 'i', executionId: 'e0', taskId: 7, name: 'wf' } },
        },
      ],
    });
  });

  test('a failed instance has a failure and no output', () => {
    const decision = decideOn([], { actions: [failed] });
    expect(decision).toMatchObject({ append: [{}, {}, { status: 'FAILED', failure: { errorType: 'E' } }] });
    expect(JSON.stringify(decision)).not.toContain('result');
  });

  test.each([
    { ends: complete, outcome: { kind: 'completed', result: '"ok"' } },
    { ends: failed, outcome: { kind: 'failed', failure: { errorType: 'E', errorMessage: 'm' } } },
  ])('a child that ends as $ends.status tells its parent', ({ ends, outcome }) => {
    const parent = { instanceId: 'p', name: 'pw', taskId: 3, executionId: 'pe' };
    const decision = decideOn([], { actions: [ends] }, [fact(started({ parent }), 0)]);
    expect(decision).toMatchObject({ effects: [{ kind: 'dropTimers' }, { kind: 'reportToParent', parent, outcome }] });
  });

  test.each([
    {
      name: 'a terminate ends the instance with its output and leaves children alone',
      recurse: false,
      effects: ['dropTimers'],
    },
    {
      name: 'a recursive one goes on to the children that are open',
      recurse: true,
      effects: ['dropTimers', 'terminateOther'],
    },
  ])('$name', ({ recurse, effects }) => {
    const decision = decideOn(
      [...running, child(5), { kind: 'childWorkflowCompleted', eventId: -1, timestampMs: 1, taskId: 5 }],
      {},
      [fact(terminate(recurse, '"bye"'))],
    );
    expect(appended(decision)).toEqual(['workflowStarted', 'executionTerminated', 'executionCompleted']);
    expect(decision).toMatchObject({ append: [{}, {}, { status: 'TERMINATED', result: '"bye"' }] });
    expect(leaving(decision)).toEqual(effects);
  });

  test('the next generation begins with its start and what the worker carried, with the status kept until the next turn', () => {
    const carryover = [raised('a', '1'), raised('a', '2')];
    const decision = decideOn(running, { actions: [{ ...again, carryover }], customStatus: 'half' });
    if (decision.kind !== 'newGeneration') throw new Error(decision.kind);
    expect(decision.carry.map(({ event }) => event.kind)).toEqual(['executionStarted', 'eventRaised', 'eventRaised']);
    expect(decision.carry[0]?.event).toMatchObject({ generation: 1, executionId: 'e1', input: '2', name: 'wf' });
    const next = advance(foldAll('i', running), decision);
    expect(next).toMatchObject({ generation: 1, customStatus: 'half', eventCount: 0 });
    expect(statusOf(next, decision.carry)).toBe('RUNNING');
    expect(assemble(next, decision.carry, 1)?.events).toHaveLength(4);
  });

  test.each([
    { name: 'a status is set', customStatus: '"a"', shown: '"a"' },
    { name: 'an empty one clears', customStatus: '', shown: undefined },
    { name: 'an absent one clears', customStatus: undefined, shown: undefined },
  ])('custom status: $name', ({ customStatus, shown }) => {
    const state = foldAll('i', running, 0, 'old');
    const turn = assemble(state, [fact(raised('go'))], 1);
    if (!turn) throw new Error('no turn');
    const decision = decide(
      state,
      turn,
      { actions: [], ...(customStatus === undefined ? {} : { customStatus }) },
      input,
    );
    if (decision.kind === 'reject') throw new Error(decision.reason);
    expect(advance(state, decision).customStatus).toBe(shown);
  });

  test.each([
    {
      name: 'new patches are recorded, known ones not again',
      had: ['a'],
      now: ['a', 'b'],
      recorded: ['b'],
      kind: 'advance',
    },
    { name: 'nothing new records nothing', had: ['a'], now: ['a'], recorded: undefined, kind: 'advance' },
  ])('patches: $name', ({ had, now, recorded, kind }) => {
    const first: HistoryEvent = { kind: 'workflowStarted', eventId: -1, timestampMs: 1, version: { patches: had } };
    const decision = decideOn([first, started()], { version: { patches: now } });
    expect(decision.kind).toBe(kind);
    const head = 'append' in decision ? decision.append[0] : undefined;
    expect(head).toEqual({ ...first, timestampMs: 4000, version: recorded && { patches: recorded } });
  });

  test.each([
    { name: 'a missing patch', had: ['a', 'b'], now: ['a'] },
    { name: 'another order', had: ['a', 'b'], now: ['b', 'a'] },
  ])('patches: $name stalls, and says what differs', ({ had, now }) => {
    const first: HistoryEvent = { kind: 'workflowStarted', eventId: -1, timestampMs: 1, version: { patches: had } };
    const history = `History patches: [${had.join(', ')}]`;
    expect(decideOn([first, started()], { version: { patches: now } })).toMatchObject({
      kind: 'stall',
      reason: 'PATCH_MISMATCH',
      description: `Patch mismatch. ${history}, current patches: [${now.join(', ')}]. `,
    });
  });

  test('a stall takes no facts, is recorded once, and the next turn clears it', () => {
    const stalling: Partial<TurnResponse> = { actions: [{ kind: 'versionNotAvailable', id: 0 }] };
    const first = decideOn(running, stalling);
    if (first.kind !== 'stall') throw new Error(first.kind);
    const history = [...running, ...first.append];
    expect(statusOf(foldAll('i', history))).toBe('STALLED');
    const second = decideOn(history, stalling);
    expect(second).toMatchObject({ kind: 'stall', append: [] });
    const freed = decideOn(history, {});
    expect(statusOf(foldAll('i', [...history, ...('append' in freed ? freed.append : [])]))).toBe('RUNNING');
  });
});
