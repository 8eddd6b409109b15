import { describe, expect, test } from '@jest/globals';
import type { FailureDetails } from '../../../core/orchestration/index.js';
import { readConfig } from '../../../components/temporal/config.js';
import { fromFailure, toFailure } from '../../../components/temporal/translate/failure.js';
import { payloadsOf, textOf } from '../../../components/temporal/translate/payload.js';
import { parseServerId, serverId } from '../../../components/temporal/translate/task-id.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('payloads', () => {
  test.each([['{"a": 1 }'], ['null'], ['[12345678901234567890, 1.0]'], ['""'], ['not json'], [''], ['"漢字\u0000"']])(
    '%j comes back byte for byte',
    (text) => expect(textOf(payloadsOf(text))).toBe(text),
  );

  test('absent is not empty', () => {
    expect(payloadsOf(undefined)).toBeNull();
    expect(textOf(null)).toBeUndefined();
    expect(textOf({ payloads: [] })).toBeUndefined();
  });

  test('text that is not JSON is shown by other tools as a JSON string', () => {
    expect(payloadsOf('plain')?.payloads?.[0]?.data).toEqual(bytes('"plain"'));
  });

  test.each([
    ['binary/null', '', 'null'],
    ['binary/plain', 'abc', '"YWJj"'],
    ['json/protobuf', '{"x":1}', '{"x":1}'],
  ])('%s of somebody else is read as JSON', (encoding, data, text) => {
    expect(textOf({ payloads: [{ metadata: { encoding: bytes(encoding) }, data: bytes(data) }] })).toBe(text);
  });

  test('several arguments are a list', () => {
    const [one] = payloadsOf('1')?.payloads ?? [];
    expect(textOf({ payloads: one ? [one, one] : [] })).toBe('[1,1]');
  });
});

describe('failures', () => {
  const cases: readonly FailureDetails[] = [
    { errorType: 'E', errorMessage: 'm' },
    { errorType: 'E', errorMessage: '', stackTrace: 'at x', nonRetriable: true },
    {
      errorType: '',
      errorMessage: 'm',
      inner: { errorType: 'I', errorMessage: 'i', inner: { errorType: 'J', errorMessage: '' } },
    },
  ];
  test.each(cases)('%j comes back as it was, and the server does not try again', (details) => {
    const failure = toFailure(details);
    expect(fromFailure(failure)).toEqual(details);
    expect(failure.applicationFailureInfo?.nonRetryable).toBe(true);
  });

  test('an end without details stays without', () => expect(fromFailure(toFailure(undefined))).toBeUndefined());

  test.each([
    [{ timeoutFailureInfo: {} }, 'Timeout'],
    [{ canceledFailureInfo: {} }, 'Cancelled'],
    [{ terminatedFailureInfo: {} }, 'Terminated'],
    [{ serverFailureInfo: {} }, 'ServerFailure'],
    [{ applicationFailureInfo: { type: 'Own' } }, 'Own'],
    [{}, 'Failure'],
  ])('%j of somebody else is a %s', (info, errorType) => {
    expect(fromFailure({ message: 'm', ...info })).toEqual({ errorType, errorMessage: 'm' });
  });

  test('what wraps a step says only which step it was', () => {
    const cause = { message: 'm', applicationFailureInfo: { type: 'Own' } };
    expect(fromFailure({ message: 'Activity task failed', activityFailureInfo: {}, cause })?.errorType).toBe('Own');
  });
});

test('ids on the server are told apart by generation, and from those of others', () => {
  expect(parseServerId(serverId(3, 7))).toEqual({ generation: 3, taskId: 7 });
  for (const id of ['7', 'a:b', '1:2:3', '!start', '']) expect(parseServerId(id)).toBeUndefined();
});

describe('configuration', () => {
  const read = (properties: Record<string, string>): ReturnType<typeof readConfig> => {
    const about = { name: 'orders', type: 'workflow.temporal', version: 'v1', initTimeoutMs: 0, ignoreErrors: false };
    return readConfig(
      { ...about, properties: new Map(Object.entries(properties)), source: 'orders.yaml:1' },
      { appId: 'app' },
    );
  };

  test('the app id is the task queue where none is named, and nothing is encrypted without a reason', () => {
    expect(read({})).toMatchObject({ address: 'localhost:7233', namespace: 'default', taskQueue: 'app' });
    expect(read({}).tls).toBeUndefined();
  });

  test('hostport is another name of address', () => expect(read({ hostport: 'h:1' }).address).toBe('h:1'));
  test('a key implies TLS', () => expect(read({ apiKey: 'k' }).tls).toBe(true));

  test.each([
    [{ tls: 'false', apiKey: 'k' }, 'tls is false'],
    [{ tlsClientCert: '-----BEGIN X' }, 'go together'],
    [{ tlsCaCert: '/no/such/file' }, 'tlsCaCert: the file cannot be read'],
    [{ workflowTaskTimeoutSeconds: '121' }, 'at most 120'],
  ])('%j is refused, and the message names the file and what is wrong', (properties, reason) => {
    expect(() => read(properties)).toThrow(reason);
    expect(() => read(properties)).toThrow('orders.yaml:1');
  });
});
