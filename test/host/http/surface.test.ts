import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../../../core/orchestration/index.js';
import { writeJson } from '../../../host/http/json/write.js';
import { namedSchemas } from '../../../host/http/v1/schemas.js';
import { eventView } from '../../../host/http/v1/views.js';
import { openDoor, type TestDoor } from './harness.js';

let door: TestDoor;
beforeAll(async () => {
  door = await openDoor({
    metadata: { insecureFlags: ['insecure-no-token'], extended: { daprRuntimeVersion: '1.18.0' } },
  });
});
afterAll(() => door.close());

describe('methods', () => {
  test.each([
    ['/v1/components/default/instances', 'POST, GET, HEAD, OPTIONS'],
    ['/v1/components/default/instances/x', 'GET, HEAD, DELETE, OPTIONS'],
    ['/v1/components', 'GET, HEAD, OPTIONS'],
    ['/metrics', 'GET, HEAD, OPTIONS'],
  ])('of %s are told: %s', async (path, allow) => {
    const options = await door.call('OPTIONS', path);
    expect({ status: options.status, allow: options.headers.allow }).toEqual({ status: 204, allow });
    const other = await door.call('PATCH', path);
    expect({ status: other.status, allow: other.headers.allow }).toEqual({ status: 405, allow });
  });

  test('HEAD is GET without the body', async () => {
    const get = await door.call('GET', '/v1/components');
    const head = await door.call('HEAD', '/v1/components');
    expect(head).toMatchObject({ status: 200, text: '' });
    expect(head.headers['content-length']).toBe(get.headers['content-length']);
  });

  test.each([
    ['/v1/nowhere', 'ERR_NOT_FOUND'],
    ['/', 'ERR_DIRECT_INVOKE'],
    ['/v1.0/workflows', 'ERR_DIRECT_INVOKE'],
    ['/v1.0/invoke/app/method/x', 'ERR_DIRECT_INVOKE'],
  ])('an unknown path is not found: %s', async (path, errorCode) => {
    expect(await door.json('GET', path)).toMatchObject({ status: 404, body: { errorCode } });
  });
});

test('metadata says what the host is, and which defaults were weakened', async () => {
  expect((await door.json('GET', '/v1.0/metadata')).body).toEqual({
    id: 'shop',
    runtimeVersion: '9.9.9',
    components: [{ name: 'main', type: 'workflow.template', version: 'v1' }],
    extended: { daprRuntimeVersion: '1.18.0', namespace: 'default', insecureFlags: 'insecure-no-token' },
    workflows: { connectedWorkers: 2 },
  });
});

test('metrics come as they are', async () => {
  const reply = await door.call('GET', '/metrics');
  expect(reply).toMatchObject({
    status: 200,
    text: '# nothing yet\n',
    headers: { 'content-type': 'text/plain; version=0.0.4' },
  });
});

test('health lists the components', async () => {
  expect((await door.json('GET', '/v1/health')).body).toEqual({
    ready: true,
    components: [
      { name: 'main', ready: true },
      { name: 'bare', ready: true },
    ],
  });
});

test('a problem says what was wrong, what to do, and whether to try again', async () => {
  const reply = await door.call('GET', '/v1/components/default/instances/nobody');
  expect(reply.headers['content-type']).toBe('application/problem+json');
  expect(JSON.parse(reply.text)).toEqual({
    type: 'urn:wfhost:error:ERR_INSTANCE_NOT_FOUND',
    title: expect.any(String),
    status: 404,
    detail: 'unable to find workflow with the provided instance ID: nobody',
    errorCode: 'ERR_INSTANCE_NOT_FOUND',
    params: { instanceId: 'nobody' },
    remedy: expect.stringContaining('Check the id'),
    retriable: false,
  });
});

const events: readonly HistoryEvent[] = [
  { kind: 'workflowStarted', eventId: -1, timestampMs: 0, version: { name: '2', patches: ['a'] } },
  {
    kind: 'executionStarted',
    eventId: -1,
    timestampMs: 0,
    name: 'w',
    version: '2',
    input: '{"a": 1}',
    instanceId: 'i',
    executionId: 'e',
    generation: 0,
    rulesVersion: 1,
    parent: { instanceId: 'p', name: 'pw', taskId: 3 },
    scheduledStartMs: 1000,
    trace: { traceParent: 't' },
    tags: { a: 'b' },
  },
  {
    kind: 'executionCompleted',
    eventId: 1,
    timestampMs: 0,
    status: 'FAILED',
    failure: { errorType: 'E', errorMessage: 'm', inner: { errorType: 'I', errorMessage: 'n' } },
  },
  { kind: 'executionTerminated', eventId: -1, timestampMs: 0, output: 'text', recurse: true },
  { kind: 'executionSuspended', eventId: -1, timestampMs: 0, reason: 'r' },
  { kind: 'executionResumed', eventId: -1, timestampMs: 0 },
  { kind: 'executionStalled', eventId: -1, timestampMs: 0, reason: 'POISONED', description: 'd' },
  {
    kind: 'taskScheduled',
    eventId: 1,
    timestampMs: 0,
    name: 'a',
    input: '1',
    taskExecutionId: 'x',
    inline: true,
    rerunOf: 'r',
  },
  { kind: 'taskCompleted', eventId: -1, timestampMs: 0, taskId: 1, result: '1e400', taskExecutionId: 'x' },
  { kind: 'taskFailed', eventId: -1, timestampMs: 0, taskId: 1, failure: { errorType: 'E', errorMessage: 'm' } },
  { kind: 'childWorkflowCreated', eventId: 2, timestampMs: 0, instanceId: 'c', name: 'cw', retryOf: 'o' },
  { kind: 'childWorkflowCompleted', eventId: -1, timestampMs: 0, taskId: 2, result: 'null' },
  { kind: 'childWorkflowFailed', eventId: -1, timestampMs: 0, taskId: 2 },
  {
    kind: 'timerCreated',
    eventId: 3,
    timestampMs: 0,
    fireAt: { ms: 1, subNanos: 5 },
    name: 't',
    origin: { kind: 'externalEvent', name: 'go' },
  },
  { kind: 'timerFired', eventId: -1, timestampMs: 0, timerId: 3, fireAt: { ms: 1 } },
  { kind: 'eventRaised', eventId: -1, timestampMs: 0, name: 'go', data: '{}' },
  { kind: 'eventSent', eventId: 4, timestampMs: 0, instanceId: 'o', name: 'go', data: '' },
  { kind: 'detachedWorkflowCreated', eventId: 5, timestampMs: 0, instanceId: 'd' },
];

describe('history events', () => {
  test.each(events)('$kind is shown with members of its schema only', (event) => {
    const shown = JSON.parse(writeJson(eventView(event, 'text'))) as Record<string, unknown>;
    const known = Object.keys(namedSchemas['HistoryEvent']?.['properties'] as object);
    expect(Object.keys(shown).filter((name) => !known.includes(name))).toEqual([]);
    expect(shown).toMatchObject({ kind: event.kind, eventId: event.eventId, timestamp: '1970-01-01T00:00:00.000Z' });
  });

  test('a payload is shown verbatim, also a number that JavaScript cannot hold', () => {
    const event = events.find(({ kind }) => kind === 'taskCompleted');
    expect(event && writeJson(eventView(event, 'json'))).toContain('"result":1e400');
  });

  test('a chain of causes is shown as deep as anybody reads', () => {
    let failure = { errorType: 'E', errorMessage: 'last' };
    for (let depth = 0; depth < 50_000; depth += 1)
      failure = { errorType: 'E', errorMessage: `${depth}`, inner: failure } as typeof failure;
    const text = writeJson(eventView({ kind: 'taskFailed', eventId: -1, timestampMs: 0, taskId: 1, failure }, 'json'));
    expect(text.length).toBeLessThan(5_000);
  });
});
