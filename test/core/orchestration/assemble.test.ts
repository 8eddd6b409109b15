import { describe, expect, test } from '@jest/globals';
import { assemble, foldAll, type Fact, type HistoryEvent } from '../../../core/orchestration/index.js';
import {
  child,
  childDone,
  completed,
  done,
  fact,
  fired,
  raised,
  resume,
  scheduled,
  started,
  suspend,
  terminate,
  timer,
  turnStart,
} from './events.js';

interface Case {
  readonly name: string;
  readonly history?: readonly HistoryEvent[];
  readonly inbox: readonly Fact[];
  readonly nowMs?: number;
  /** Kinds of the turn's events; undefined: no turn. */
  readonly turn?: readonly string[];
  readonly dropped?: readonly string[];
  readonly dispatch?: boolean;
}

const running = [turnStart(), started(), scheduled(0), timer(1, 1500), child(2)];
const same = fact(raised('go', '1'));

const cases: readonly Case[] = [
  { name: 'nothing in the inbox is no turn', inbox: [] },
  {
    name: 'a start opens the first turn',
    inbox: [fact(started(), 0)],
    turn: ['workflowStarted', 'executionStarted'],
    dispatch: true,
  },
  {
    name: 'a start in the future waits',
    inbox: [fact(started({ scheduledStartMs: 9000 }), 0), fact(raised('go'))],
    nowMs: 8999,
  },
  {
    name: 'a start in the future begins when its time has come, with what arrived meanwhile',
    inbox: [fact(started({ scheduledStartMs: 9000 }), 0), fact(raised('go'))],
    nowMs: 9000,
    turn: ['workflowStarted', 'executionStarted', 'eventRaised'],
    dispatch: true,
  },
  {
    name: 'a terminate does not wait for the start time, and the start comes first',
    inbox: [fact(started({ scheduledStartMs: 9000 }), 0), fact(terminate())],
    nowMs: 1,
    turn: ['workflowStarted', 'executionStarted', 'executionTerminated'],
    dispatch: false,
  },
  {
    name: 'a second start is dropped',
    history: running,
    inbox: [fact(started(), 0)],
    turn: [],
    dropped: ['already started'],
    dispatch: false,
  },
  {
    name: 'results come in arrival order',
    history: running,
    inbox: [fact(fired(1), 0), fact(childDone(2), 0), fact(done(0), 0)],
    turn: ['workflowStarted', 'timerFired', 'childWorkflowCompleted', 'taskCompleted'],
    dispatch: true,
  },
  {
    name: 'a result delivered twice is taken once',
    history: running,
    inbox: [fact(done(0), 0), fact(done(0, '2'), 0)],
    turn: ['workflowStarted', 'taskCompleted'],
    dropped: ['same fact twice'],
    dispatch: true,
  },
  {
    name: 'a result that history already has is dropped',
    history: [...running, turnStart(), done(0)],
    inbox: [fact(done(0), 0)],
    turn: [],
    dropped: ['task is unknown or already resolved'],
    dispatch: false,
  },
  {
    name: 'a result that nobody scheduled is dropped',
    history: running,
    inbox: [fact(done(7), 0), fact(fired(0), 0), fact(childDone(1), 0)],
    turn: [],
    dropped: Array.from({ length: 3 }, () => 'task is unknown or already resolved'),
    dispatch: false,
  },
  {
    name: 'a result of the generation before is not taken for one of this',
    history: running,
    inbox: [fact(done(0), -2), fact(done(0), 1)],
    turn: [],
    dropped: ['belongs to an older generation', 'belongs to an older generation'],
    dispatch: false,
  },
  {
    name: 'two equal raises are two events, one raise delivered twice is one',
    history: running,
    inbox: [same, fact(raised('go', '1')), same],
    turn: ['workflowStarted', 'eventRaised', 'eventRaised'],
    dropped: ['same fact twice'],
    dispatch: true,
  },
  {
    name: 'what arrives while suspended is recorded and not dispatched',
    history: [...running, turnStart(), suspend],
    inbox: [fact(raised('go')), fact(done(0), 0)],
    turn: ['workflowStarted', 'eventRaised', 'taskCompleted'],
    dispatch: false,
  },
  {
    name: 'a suspend on a suspended instance and a resume on a running one are never recorded',
    history: running,
    inbox: [fact(resume), fact(suspend), fact(suspend), fact(resume), fact(resume)],
    turn: ['workflowStarted', 'executionSuspended', 'executionResumed'],
    dropped: ['not suspended', 'already suspended', 'not suspended'],
    dispatch: true,
  },
  {
    name: 'nothing is taken after a terminate',
    history: running,
    inbox: [fact(done(0), 0), fact(terminate()), fact(raised('late'))],
    turn: ['workflowStarted', 'taskCompleted', 'executionTerminated'],
    dropped: ['after terminate'],
    dispatch: false,
  },
  {
    name: 'a closed instance takes nothing',
    history: [...running, completed()],
    inbox: [fact(done(0), 0), fact(raised('late')), fact(terminate())],
    turn: [],
    dropped: Array.from({ length: 3 }, () => 'instance is closed'),
    dispatch: false,
  },
];

describe('assembling a turn', () => {
  test.each(cases)('$name', ({ history = [], inbox, nowMs = 5000, turn, dropped = [], dispatch }) => {
    const assembled = assemble(foldAll('i', history), inbox, nowMs);
    expect(assembled?.events.map((event) => event.kind)).toEqual(turn);
    if (!assembled) return;
    expect(assembled.dropped.map((one) => one.why)).toEqual(dropped);
    expect(assembled.dispatch).toBe(dispatch);
    expect(assembled.taken).toBe(inbox.length);
  });

  test('the clock of the turn never runs backwards', () => {
    const state = foldAll('i', [turnStart(9000), started()]);
    expect(assemble(state, [fact(raised('go'))], 5)?.events[0]).toMatchObject({ timestampMs: 9000 });
  });
});
