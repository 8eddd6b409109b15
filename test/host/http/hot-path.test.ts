import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matchHot } from '../../../host/http/hot-path.js';
import { openDoor, type TestDoor } from './harness.js';

const match = (method: string, url: string, headers: Record<string, string> = {}): unknown => {
  const found = matchHot({ method, url, headers } as unknown as IncomingMessage);
  return found && { operationId: found.route.operationId, ...found.params };
};

test.each([
  ['GET', '/v1.0/healthz', { operationId: 'daprHealth' }],
  ['GET', '/v1.0/healthz/outbound?appid=x', { operationId: 'daprOutboundHealth' }],
  ['GET', '/v1.0/workflows/dapr/a', { operationId: 'daprGet', component: 'dapr', instanceID: 'a' }],
  [
    'GET',
    '/v1.0-alpha1/workflows/dapr/a:0001',
    { operationId: 'daprGetAlpha1', component: 'dapr', instanceID: 'a:0001' },
  ],
  [
    'POST',
    '/v1.0-beta1/workflows/c/w/start?instanceID=a',
    { operationId: 'daprStartBeta1', component: 'c', workflowName: 'w' },
  ],
  [
    'POST',
    '/v1.0/workflows/c/a/raiseEvent/go',
    { operationId: 'daprRaiseEvent', component: 'c', instanceID: 'a', eventName: 'go' },
  ],
])('%s %s is recognised', (method, url, found) => {
  expect(match(method, url)).toEqual(found);
});

test.each([
  ['HEAD', '/v1.0/healthz'],
  ['GET', '/v1.0/healthz/'],
  ['HEAD', '/v1.0/workflows/dapr/a'],
  ['GET', '/v1.0/workflows/dapr/a/'],
  ['GET', '/v1.0/workflows/dapr//a'],
  ['GET', '/v1.0/workflows/dapr/a%3A1'],
  ['GET', '/v1.0/workflows/dapr/é'],
  ['GET', '/v1.0/workflows/dapr/a/start'],
  ['GET', '/v1.0-alpha2/workflows/dapr/a'],
  ['GET', '/v1.0/metadata'],
  ['POST', '/v1.0/workflows/dapr/a'],
  ['POST', '/v1.0/workflows/dapr/a/pause'],
  ['POST', '/v1.0/workflows/dapr/a/raiseEvent'],
  ['POST', '/v1.0/workflows/dapr/a/raiseEvent/'],
  ['POST', '/v1.0/workflows/dapr/a/raiseEvent/b/c'],
  ['GET', 'http://localhost/v1.0/workflows/dapr/a'],
])('%s %s is left to express', (method, url) => {
  expect(match(method, url)).toBeUndefined();
});

test('a GET with a body is left to express, which looks at it', () => {
  expect(match('GET', '/v1.0/workflows/dapr/a', { 'content-length': '2' })).toBeUndefined();
  expect(match('GET', '/v1.0/workflows/dapr/a', { 'transfer-encoding': 'chunked' })).toBeUndefined();
});

describe('both ways', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openDoor();
    await door.begin('a', 'echo', '"in"');
  });
  afterAll(() => door.close());

  test.each([
    ['GET', '/v1.0/workflows/dapr/a'],
    ['GET', '/v1.0/workflows/dapr/b'],
    ['POST', '/v1.0/workflows/dapr/a/raiseEvent/go'],
    ['POST', '/v1.0/workflows/dapr/b/raiseEvent/go'],
    ['POST', '/v1.0/workflows/nowhere/echo/start'],
    ['GET', '/v1.0/healthz'],
  ])('%s %s has the same answer, headers included', async (method, path) => {
    const hot = await door.call(method, path);
    const cold = await door.call(method, `${path}/`);
    expect({ ...cold, headers: { ...cold.headers, date: '' } }).toEqual({
      ...hot,
      headers: { ...hot.headers, date: '' },
    });
  });
});
