import { describe, expect, test } from '@jest/globals';
import { legal, type ClientLog, type HistoryEvent, type WorkLog } from '../../../core/orchestration/index.js';
import {
  child,
  childDone,
  completed,
  done,
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

const terminated: HistoryEvent = { kind: 'executionCompleted', eventId: -1, timestampMs: 1000, status: 'TERMINATED' };
const good: readonly HistoryEvent[] = [
  turnStart(1000),
  started(),
  scheduled(0),
  timer(1, 1500),
  child(2),
  turnStart(1200),
  raised('a', '1'),
  done(0),
  turnStart(1600),
  fired(1),
  childDone(2),
  turnStart(1700),
  suspend,
  turnStart(1800),
  raised('a', '2'),
  turnStart(1900),
  resume,
  scheduled(3),
  completed(4),
];

const broken: readonly { rule: string; history: readonly HistoryEvent[]; client?: ClientLog; work?: WorkLog }[] = [
  { rule: 'a turn begins with workflowStarted', history: [started()] },
  { rule: 'the first turn starts the execution', history: [turnStart(), raised('a')] },
  { rule: 'an execution starts once', history: [turnStart(), started(), started()] },
  { rule: 'the clock of turns never runs back', history: [turnStart(9), started(), turnStart(8)] },
  { rule: 'an action id is used once', history: [turnStart(), started(), scheduled(0), timer(0, 1)] },
  { rule: 'a result belongs to an open task of its kind', history: [turnStart(), started(), done(0)] },
  {
    rule: 'a result belongs to an open task of its kind',
    history: [turnStart(), started(), scheduled(0), turnStart(), done(0), done(0)],
  },
  {
    rule: 'a result belongs to an open task of its kind',
    history: [turnStart(), started(), scheduled(0), turnStart(), childDone(0)],
  },
  { rule: 'a timer never fires early', history: [turnStart(), started(), timer(0, 1500), turnStart(1499), fired(0)] },
  { rule: 'nothing follows the end', history: [turnStart(), started(), completed(), turnStart()] },
  { rule: 'suspend is recorded on a running instance only', history: [turnStart(), started(), suspend, suspend] },
  { rule: 'resume is recorded on a suspended instance only', history: [turnStart(), started(), resume] },
  { rule: 'a suspended instance does nothing', history: [turnStart(), started(), suspend, scheduled(0)] },
  {
    rule: 'a terminate ends the turn at once',
    history: [turnStart(), started(), terminate(), scheduled(0), terminated],
  },
  { rule: 'a terminate ends the turn at once', history: [turnStart(), started(), terminate()] },
  { rule: 'a terminate is final', history: [turnStart(), started(), terminate(), completed()] },
  {
    rule: 'events arrive once and in order',
    history: good,
    client: { raised: [{ name: 'a', data: '1', outcome: 'acknowledged' }] },
  },
  {
    rule: 'events arrive once and in order',
    history: good,
    client: {
      raised: [
        { name: 'a', data: '2', outcome: 'acknowledged' },
        { name: 'a', data: '1', outcome: 'acknowledged' },
      ],
    },
  },
  {
    rule: 'an acknowledged event is not lost',
    history: [turnStart(), started()],
    client: { quiescent: true, raised: [{ name: 'a', outcome: 'acknowledged' }] },
  },
  { rule: 'a result comes from a run', history: good, work: { ran: [] } },
];

describe('the oracle', () => {
  test('accepts what the model can produce', () => {
    const client: ClientLog = {
      quiescent: true,
      raised: [
        { name: 'a', data: '1', outcome: 'acknowledged' },
        { name: 'a', data: 'lost', outcome: 'unknown' },
        { name: 'a', data: '2', outcome: 'acknowledged' },
      ],
    };
    expect(legal(good, client, { ran: [0] })).toEqual([]);
  });

  test.each(broken)('finds a planted fault: $rule', ({ rule, history, client, work }) => {
    expect(legal(history, client, work).map((violation) => violation.rule)).toContain(rule);
  });
});
