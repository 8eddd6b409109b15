import { describe, expect, test } from '@jest/globals';
import type { EventRaised, HistoryEvent } from '../../../core/orchestration/index.js';
import { EventInbox } from '../../../core/orchestration/replay/event-inbox.js';
import {
  failureOf,
  RecordedFailure,
  retryDelayMs,
  SeededRandom,
  Task,
  type Reading,
  type RetryPolicy,
} from '../../../core/orchestration/replay/index.js';
import { Suspension } from '../../../core/orchestration/replay/suspension.js';

describe('the delay before a retry', () => {
  const policy: RetryPolicy = { maxAttempts: 5, firstDelayMs: 100, backoff: 2 };
  const failure = { errorType: 'Error', errorMessage: 'no' };
  test.each([
    { name: 'is the first delay after the first attempt', given: policy, attempt: 1, delay: 100 },
    { name: 'grows by the factor', given: policy, attempt: 4, delay: 800 },
    { name: 'is none after the last attempt', given: policy, attempt: 5, delay: undefined },
    { name: 'stays the same without a factor', given: { ...policy, backoff: 1 }, attempt: 4, delay: 100 },
    { name: 'is cut at the longest', given: { ...policy, maxDelayMs: 300 }, attempt: 4, delay: 300 },
    { name: 'is in whole milliseconds', given: { ...policy, backoff: 1.5 }, attempt: 4, delay: 338 },
    {
      name: 'is none when it would end too late',
      given: { ...policy, timeoutMs: 1_049 },
      attempt: 1,
      delay: undefined,
    },
    { name: 'may end just in time', given: { ...policy, timeoutMs: 1_100 }, attempt: 1, delay: 100 },
    { name: 'survives absurd growth', given: { ...policy, backoff: 1e300, maxDelayMs: 7 }, attempt: 4, delay: 7 },
    {
      name: 'is none for a type named as final',
      given: { ...policy, nonRetryable: ['Error'] },
      attempt: 1,
      delay: undefined,
    },
  ])('$name', ({ given, attempt, delay }) => {
    expect(retryDelayMs(given, { attempt, elapsedMs: 1_000, failure })).toBe(delay);
  });

  test('is none for a final failure', () => {
    const final = { ...failure, nonRetriable: true };
    expect(retryDelayMs(policy, { attempt: 1, elapsedMs: 0, failure: final })).toBeUndefined();
  });
});

describe('what was thrown', () => {
  test('keeps type, message and causes, there and back', () => {
    class Refused extends Error {}
    const thrown = new Refused('no', { cause: new TypeError('because', { cause: 'text' }) });
    const failure = failureOf(thrown);
    expect(failure).toMatchObject({
      errorType: 'Refused',
      errorMessage: 'no',
      inner: {
        errorType: 'TypeError',
        errorMessage: 'because',
        inner: { errorType: 'string', errorMessage: 'text' },
      },
    });
    expect(failureOf(new RecordedFailure(failure))).toMatchObject({
      errorType: 'Refused',
      errorMessage: 'no',
      stackTrace: failure.stackTrace,
      inner: { errorType: 'TypeError', inner: { errorType: 'string' } },
    });
  });

  test('ends somewhere when causes go round', () => {
    const thrown = new Error('one');
    thrown.cause = new Error('two', { cause: thrown });
    let depth = 0;
    for (let failure = failureOf(thrown).inner; failure; failure = failure.inner) depth += 1;
    expect(depth).toBe(8);
  });

  test.each([
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
    [7, 'number', '7'],
    [{ code: 1 }, 'object', '{"code":1}'],
    ['text', 'string', 'text'],
    [[], 'object', '[]'],
    [((round: unknown[]) => (round.push(round), round))([]), 'object', '[object Array]'],
    [{ message: 'of another realm', name: 'Alien' }, 'Alien', 'of another realm'],
    [Object.assign(new Error('odd'), { name: 7 }), 'Error', 'odd'],
  ])('may be no error: %p', (thrown, errorType, errorMessage) => {
    expect(failureOf(thrown)).toMatchObject({ errorType, errorMessage });
  });
});

describe('seeded randomness', () => {
  test('is the same for a seed, and another for another', () => {
    const [one, same, other] = ['a', 'a', 'b'].map((seed) => new SeededRandom(seed).uuid());
    expect(one).toBe(same);
    expect(one).not.toBe(other);
  });

  test('gives ids of the right form that do not repeat', () => {
    const ids = new Set<string>();
    for (let seed = 0; seed < 200; seed += 1) {
      const random = new SeededRandom(seed.toString(16).padStart(32, '0'));
      for (let count = 0; count < 50; count += 1) ids.add(random.uuid());
    }
    expect(ids.size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  test('spreads fractions evenly', () => {
    const random = new SeededRandom('even');
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let count = 0; count < 100_000; count += 1) {
      const tenth = Math.floor(random.fraction() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('the inbox of events', () => {
  const reading: Reading<string | undefined> = { value: (data) => data, error: () => new Error('unused') };
  const raised = (name: string, data: string): EventRaised => ({
    kind: 'eventRaised',
    eventId: -1,
    timestampMs: 0,
    name,
    data,
  });

  test('gives each event to one wait of its name, first come first served', async () => {
    const inbox = new EventInbox();
    const tasks = [1, 2, 3].map((number) => new Task(0, `wait ${number}`, reading));
    const [first, second, third] = tasks;
    if (!first || !second || !third) throw new Error('three tasks');
    inbox.wait('go', first);
    inbox.wait('GO', second);
    expect(inbox.deliver(raised('stop', 'x'))).toBe(false);
    expect(inbox.deliver(raised('Go', 'a'))).toBe(true);
    inbox.stopWaiting('gO', second);
    expect(inbox.deliver(raised('go', 'b'))).toBe(false);
    expect(inbox.isAwaited).toBe(false);
    inbox.wait('go', third);
    expect(await Promise.all([first.promise, third.promise])).toEqual(['a', 'b']);
    expect(second.isOpen).toBe(true);
  });

  test('keeps what nobody wanted, in order of arrival over all names', () => {
    const inbox = new EventInbox();
    for (const [name, data] of [
      ['b', '1'],
      ['a', '2'],
      ['B', '3'],
      ['a', '4'],
    ] as const)
      inbox.deliver(raised(name, data));
    inbox.wait('a', new Task(0, 'a', reading));
    expect(inbox.unconsumed().map(({ data }) => data)).toEqual(['1', '3', '4']);
  });
});

describe('a suspension', () => {
  const event = (
    kind: 'workflowStarted' | 'executionSuspended' | 'executionResumed',
    timestampMs = 0,
  ): HistoryEvent => ({
    kind,
    eventId: -1,
    timestampMs,
  });
  const head = event('workflowStarted');
  const suspended = event('executionSuspended');
  const resumed = event('executionResumed');
  const done = (taskId: number): HistoryEvent => ({ kind: 'taskCompleted', eventId: -1, timestampMs: 0, taskId });
  const planned: HistoryEvent = { kind: 'timerCreated', eventId: 1, timestampMs: 0, fireAt: { ms: 1 } };

  test.each([
    { name: 'leaves other turns alone', given: [head, done(1), planned], seen: [head, done(1), planned] },
    {
      name: 'that is over within a turn changes nothing',
      given: [head, suspended, done(1), resumed],
      seen: [head, suspended, done(1), resumed],
    },
    { name: 'holds back what its turn brings', given: [head, done(1), suspended], seen: [head, suspended] },
    {
      name: 'gives it to the turn that ends it, before what that one brings',
      given: [head, done(1), suspended, head, done(2), head, resumed, done(3)],
      seen: [head, suspended, head, head, done(1), done(2), resumed, done(3)],
    },
    {
      name: 'that begins again holds on',
      given: [head, suspended, done(1), head, resumed, suspended, done(2), head, resumed],
      seen: [head, suspended, head, resumed, suspended, head, done(1), done(2), resumed],
    },
    {
      name: 'does not hold back what was planned before',
      given: [planned, head, done(1), suspended],
      seen: [planned, head, suspended],
    },
  ])('$name', ({ given, seen }) => {
    expect(new Suspension().arrange(given)).toEqual(seen);
  });

  test('reaches over what was seen before', () => {
    const suspension = new Suspension();
    suspension.arrange([head, done(1), suspended]);
    expect(suspension.isHolding).toBe(true);
    expect(suspension.arrange([head, resumed])).toEqual([head, done(1), resumed]);
    expect(suspension.isHolding).toBe(false);
  });
});
