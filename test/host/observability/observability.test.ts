import { inspect } from 'node:util';
import { describe, expect, jest, test } from '@jest/globals';
import { systemClock } from '../../../host/observability/clock.js';
import { randomIds } from '../../../host/observability/ids.js';
import { createLogger, type LoggerOptions } from '../../../host/observability/logger.js';
import { MetricStore } from '../../../host/observability/metrics.js';
import { Secrets } from '../../../host/observability/secrets.js';

describe('the clock', () => {
  test.each([0, 1, 5, 20])('calls back at or after a time %d ms ahead, never before', async (ahead) => {
    const due = systemClock.now() + ahead;
    const calledAt = await new Promise<number>((resolve) => {
      systemClock.at(due, () => resolve(systemClock.now()));
    });
    expect(calledAt).toBeGreaterThanOrEqual(due);
  });

  test('what is overdue is called soon, but not at once', async () => {
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      systemClock.at(0, () => {
        order.push('called');
        resolve();
      });
      order.push('armed');
    });
    expect(order).toEqual(['armed', 'called']);
  });

  test.each([
    { name: 'a month, which is more than a timer can hold', aheadMs: 30 * 86_400_000 },
    { name: 'a hundred years', aheadMs: 100 * 365 * 86_400_000 },
  ])('$name does not come early', ({ aheadMs }) => {
    jest.useFakeTimers({ now: 1_000_000 });
    try {
      let calls = 0;
      systemClock.at(1_000_000 + aheadMs, () => {
        calls += 1;
      });
      jest.advanceTimersByTime(10 * 60_000);
      jest.setSystemTime(1_000_000 + aheadMs - 1);
      jest.advanceTimersByTime(0);
      expect(calls).toBe(0);
      jest.advanceTimersByTime(60_001);
      expect(calls).toBe(1);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test('a cancelled call does not come', () => {
    jest.useFakeTimers();
    try {
      let calls = 0;
      const cancel = systemClock.at(systemClock.now() + 1e9, () => {
        calls += 1;
      });
      jest.advanceTimersByTime(120_000);
      cancel();
      jest.advanceTimersByTime(2e9);
      expect([calls, jest.getTimerCount()]).toEqual([0, 0]);
    } finally {
      jest.useRealTimers();
    }
  });
});

test('ids have their forms and do not repeat', () => {
  const ids = randomIds();
  expect(ids.uuid()).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  const many = Array.from({ length: 5_000 }, (_unused, n) => (n % 2 === 0 ? ids.executionId() : ids.token()));
  expect(many.every((id) => /^[\da-f]{32}$/.test(id))).toBe(true);
  expect(new Set(many).size).toBe(many.length);
});

describe('secrets', () => {
  const secrets = new Secrets(['p@ss"word', 'p@ss"word-and-more', 'abc']);

  test.each([
    { name: 'as it stands', text: 'log in with p@ss"word!', expected: 'log in with ***!' },
    { name: 'in JSON', text: '{"a":"p@ss\\"word"}', expected: '{"a":"***"}' },
    { name: 'in a URL', text: 'x://u:p%40ss%22word@h', expected: 'x://u:***@h' },
    { name: 'the longer one as a whole', text: 'p@ss"word-and-more', expected: '***' },
    { name: 'more than once', text: 'p@ss"word p@ss"word', expected: '*** ***' },
    { name: 'not a value that is too short to be one', text: 'abc', expected: 'abc' },
  ])('are struck: $name', ({ text, expected }) => {
    expect(secrets.scrub(text)).toBe(expected);
  });

  test('do not show themselves', () => {
    const holder = { secrets };
    expect(`${String(secrets)} ${JSON.stringify(holder)} ${inspect(holder)}`).toBe(
      '*** {"secrets":"***"} { secrets: *** }',
    );
  });
});

describe('the log', () => {
  const written = async (options: Partial<LoggerOptions>) => {
    const lines: string[] = [];
    const logger = await createLogger({ level: 'info', format: 'json', write: (line) => lines.push(line), ...options });
    return { logger, lines };
  };

  test('is a JSON object a line', async () => {
    const { logger, lines } = await written({ mixin: () => ({ traceId: 't', spanId: 's' }) });
    logger.debug({}, 'not shown');
    logger.child({ component: 'a' }).warn({ instanceId: 'i', err: new TypeError('bad') }, 'oh');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        component: 'a',
        instanceId: 'i',
        traceId: 't',
        spanId: 's',
        err: { type: 'TypeError', message: 'bad', stack: expect.any(String) },
        msg: 'oh',
      },
    ]);
  });

  test('for people is a sentence and its fields', async () => {
    const { logger, lines } = await written({ format: 'pretty' });
    logger.info({ instanceId: 'order-1', note: 'two words', many: [1, 2] }, 'began');
    logger.error({ err: new Error('bad') }, 'ended');
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info  began instanceId=order-1 note="two words" many=\[ 1, 2 \]\n$/,
    );
    expect(lines[1]).toMatch(/^\S+ error ended\n {2}Error: bad\n {6}at /);
  });

  test('shows no properties, tokens and token headers, whoever logs them', async () => {
    const { logger, lines } = await written({});
    logger.info(
      {
        properties: { password: 'canary-1' },
        spec: { properties: 'canary-2' },
        config: { apiTokens: ['canary-3'] },
        request: { headers: { 'dapr-api-token': 'canary-4' } },
        headers: { 'dapr-api-token': 'canary-5' },
      },
      'careless',
    );
    expect(lines.join('')).not.toContain('canary');
    expect(lines).toHaveLength(1);
  });

  test('is nothing at level silent', async () => {
    const { logger, lines } = await written({ level: 'silent' });
    logger.child({}).error({}, 'unheard');
    expect(lines).toEqual([]);
  });
});

describe('metrics', () => {
  test('are rendered as Prometheus reads them', () => {
    const store = new MetricStore({ app_id: 'a"b\\c\nd' });
    store.count('wfhost_facts_dropped_total', { kind: 'x', why: 'y' });
    store.count('wfhost_facts_dropped_total', { why: 'y', kind: 'x' }, 2);
    store.gauge('wfhost_workers_connected', () => 3);
    for (const ms of [0.5, 1, 7, 1e9]) store.observe('unknown_latency', ms);
    const text = store.render();
    expect(text).toContain(
      '# HELP wfhost_facts_dropped_total Facts that had no effect any more, by reason.\n' +
        '# TYPE wfhost_facts_dropped_total counter\n' +
        'wfhost_facts_dropped_total{app_id="a\\"b\\\\c\\nd",kind="x",why="y"} 3\n',
    );
    expect(text).toContain('wfhost_workers_connected{app_id="a\\"b\\\\c\\nd"} 3\n');
    const buckets = [...text.matchAll(/unknown_latency_bucket\{.*le="(.+)"\} (\d+)/g)].map(([, le, n]) => `${le}:${n}`);
    expect(buckets.slice(0, 2)).toEqual(['1:2', '2:2']);
    expect(buckets).toContain('8:3');
    expect(buckets.at(-1)).toBe('+Inf:4');
    expect(text).toMatch(/unknown_latency_sum\{.*\} 1000000008.5\nunknown_latency_count\{.*\} 4\n/);
  });

  test('do not grow without bound: labels with too many values end in "other"', () => {
    const store = new MetricStore({});
    for (let n = 0; n < 5_000; n++) store.count('by_name', { name: `n${n}` });
    const lines = store
      .render()
      .split('\n')
      .filter((line) => line.startsWith('by_name{'));
    expect(lines).toHaveLength(1_001);
    expect(lines.at(-1)).toBe('by_name{name="other"} 4000');
  });
});
