import { describe, expect, test } from '@jest/globals';
import {
  cloneState,
  describe as view,
  fold,
  foldAll,
  statusOf,
  type Fact,
  type HistoryEvent,
} from '../../../core/orchestration/index.js';
import { completed, fact, raised, resume, scheduled, started, suspend, terminate, turnStart } from './events.js';

describe('status', () => {
  const running = [turnStart(), started()];
  const stalledEvent: HistoryEvent = {
    kind: 'executionStalled',
    eventId: -1,
    timestampMs: 1,
    reason: 'PATCH_MISMATCH',
    description: 'd',
  };
  const cases: readonly {
    name: string;
    history: readonly HistoryEvent[];
    pending?: readonly Fact[];
    status: string;
  }[] = [
    { name: 'without history', history: [], status: 'PENDING' },
    { name: 'a stall before the first turn', history: [stalledEvent], status: 'STALLED' },
    { name: 'after the first turn', history: running, status: 'RUNNING' },
    { name: 'suspended', history: [...running, suspend], status: 'SUSPENDED' },
    { name: 'resumed', history: [...running, suspend, resume], status: 'RUNNING' },
    {
      name: 'an accepted suspend is shown before it is committed',
      history: running,
      pending: [fact(suspend)],
      status: 'SUSPENDED',
    },
    { name: 'an accepted resume too', history: [...running, suspend], pending: [fact(resume)], status: 'RUNNING' },
    {
      name: 'an accepted terminate too',
      history: running,
      pending: [fact(suspend), fact(terminate())],
      status: 'TERMINATED',
    },
    {
      name: 'a suspend of a start in the future',
      history: [],
      pending: [fact(started({ scheduledStartMs: 9 }), 0), fact(suspend)],
      status: 'SUSPENDED',
    },
    { name: 'stalled', history: [...running, stalledEvent], status: 'STALLED' },
    { name: 'the end is final', history: [...running, completed()], pending: [fact(terminate())], status: 'COMPLETED' },
  ];
  test.each(cases)('$name: $status', ({ history, pending = [], status }) => {
    expect(statusOf(foldAll('i', history), pending)).toBe(status);
  });
});

describe('state', () => {
  test('folding one by one equals folding from scratch, and a copy is independent', () => {
    const history = [turnStart(), started(), scheduled(0), scheduled(1), turnStart(), raised('x'), suspend];
    const warm = foldAll('i', history.slice(0, 3));
    for (const event of history.slice(3)) fold(warm, event);
    expect(warm).toEqual(foldAll('i', history));
    const copy = cloneState(warm);
    fold(copy, scheduled(9));
    expect(warm.open.has(9)).toBe(false);
  });

  test.each([
    { name: 'nothing unseen while running', history: [turnStart(), started(), scheduled(0)], unseen: undefined },
    {
      name: 'from the turn that suspended',
      history: [turnStart(), started(), turnStart(), suspend, turnStart(), raised('x')],
      unseen: 2,
    },
    {
      name: 'still there in the turn that resumes',
      history: [turnStart(), started(), turnStart(), suspend, turnStart(), resume],
      unseen: 2,
    },
    {
      name: 'gone with the turn after it',
      history: [turnStart(), started(), turnStart(), suspend, turnStart(), resume, turnStart()],
      unseen: undefined,
    },
  ])('events no worker has seen: $name', ({ history, unseen }) => {
    expect(foldAll('i', history).unseenFrom).toBe(unseen);
  });

  test('a pending instance is described by its start', () => {
    expect(view(foldAll('i', []), [fact(started({ input: '1' }), 0)])).toMatchObject({
      instanceId: 'i',
      status: 'PENDING',
      workflowName: 'wf',
      input: '1',
      createdAtMs: 1000,
    });
  });

  test('an ended instance is described by its end', () => {
    const history: HistoryEvent[] = [
      turnStart(),
      started(),
      {
        kind: 'executionCompleted',
        eventId: 3,
        timestampMs: 7000,
        status: 'FAILED',
        failure: { errorType: 'E', errorMessage: 'm' },
      },
    ];
    expect(view(foldAll('i', history), [])).toMatchObject({
      status: 'FAILED',
      completedAtMs: 7000,
      lastUpdatedAtMs: 7000,
      startedAtMs: 1000,
      failure: { errorType: 'E' },
    });
  });
});
