import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDoor, type TestDoor } from './harness.js';

/** What the recorded answers do not show: what is different on purpose, and what goes in comes out. */

const base = '/v1.0/workflows/dapr';

let door: TestDoor;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.close());

const status = async (id: string): Promise<unknown> => (await door.json('GET', `${base}/${id}`)).body['runtimeStatus'];

describe('different on purpose', () => {
  test('an id that a live descendant of an ended run keeps in use is a conflict, and purge of it fails', async () => {
    await door.begin('left', 'leavesChild');
    expect(await door.json('POST', `${base}/echo/start?instanceID=left`)).toMatchObject({
      status: 409,
      body: { errorCode: 'ERR_START_WORKFLOW', message: expect.stringContaining("child workflow 'left:0001'") },
    });
    expect(await door.json('POST', `${base}/left/purge`)).toMatchObject({
      status: 500,
      body: { errorCode: 'ERR_PURGE_WORKFLOW', message: expect.stringContaining('not yet completed') },
    });
  });

  test('a scheduled instance keeps its time through raise, pause and resume; it can be terminated, not purged', async () => {
    const startsAt = door.engine.clock.now() + 60_000;
    await door.begin('later', 'waitEvt', '"in"', startsAt);
    expect((await door.call('POST', `${base}/later/purge`)).status).toBe(500);
    for (const verb of ['raiseEvent/other', 'pause', 'resume']) {
      expect((await door.call('POST', `${base}/later/${verb}`)).status).toBe(202);
      await door.engine.settle();
    }
    expect(await status('later')).toBe('PENDING');
    await door.call('POST', `${base}/later/terminate`);
    expect(await status('later')).toBe('TERMINATED');
  });

  test('a second pause and a second resume are accepted and never reach the history', async () => {
    await door.begin('twice', 'waitEvt');
    for (const verb of ['resume', 'pause', 'pause', 'resume', 'resume']) {
      expect((await door.call('POST', `${base}/twice/${verb}`)).status).toBe(202);
      await door.engine.settle();
    }
    const { events } = (await door.engine.component.optional.history?.({ instanceId: 'twice' })) ?? { events: [] };
    const controls = events.map(({ kind }) => kind).filter((kind) => /Suspended|Resumed/.test(kind));
    expect(controls).toEqual(['executionSuspended', 'executionResumed']);
    expect(await status('twice')).toBe('RUNNING');
  });

  test('a stalled instance reads STALLED and takes no changes', async () => {
    await door.begin('stuck', 'stall');
    expect(await status('stuck')).toBe('STALLED');
    for (const [verb, errorCode] of [
      ['raiseEvent/go', 'ERR_RAISE_EVENT_WORKFLOW'],
      ['pause', 'ERR_PAUSE_WORKFLOW'],
      ['resume', 'ERR_RESUME_WORKFLOW'],
      ['terminate', 'ERR_TERMINATE_WORKFLOW'],
      ['purge', 'ERR_PURGE_WORKFLOW'],
    ] as const) {
      expect(await door.json('POST', `${base}/stuck/${verb}`)).toMatchObject({ status: 500, body: { errorCode } });
    }
  });

  test.each([
    ['dapr', 202],
    ['default', 202],
    ['main', 202],
    ['bare', 202],
    ['nowhere', 400],
  ])('the component segment selects: %s', async (component, expected) => {
    expect((await door.call('POST', `/v1.0/workflows/${component}/echo/start`)).status).toBe(expected);
  });
});

describe('what goes in comes out', () => {
  test.each([
    ['spaces and line ends', ' { "a" :\r\n1 }\n'],
    ['a byte order mark', '\ufeff"x"'],
    ['characters of four bytes', '"😀é日"'],
    ['a NUL', '"\u0000"'],
    ['what is no JSON', 'a=1&b=2'],
    ['nothing', ''],
  ])('a start body of %s is kept', async (_name, body) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await door.call('POST', `${base}/waitEvt/start?instanceID=verbatim`, { body, headers })).status).toBe(202);
    await door.engine.settle();
    expect((await door.json('GET', `${base}/verbatim`)).body['properties']).toMatchObject({
      'dapr.workflow.input': body,
    });
    await door.engine.component.purge({ instanceId: 'verbatim', recursive: false, force: true });
  });

  test('event names and data arrive as they were sent', async () => {
    await door.begin('named', 'waitEvt');
    await door.call('POST', `${base}/named/raiseEvent/a%20b%2Fc%3F`, { body: ' 1 ' });
    await door.engine.settle();
    const { events } = (await door.engine.component.optional.history?.({ instanceId: 'named' })) ?? { events: [] };
    expect(events).toContainEqual(expect.objectContaining({ kind: 'eventRaised', name: 'a b/c?', data: ' 1 ' }));
  });

  test.each([
    { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b', kept: true },
    { traceparent: '00-00000000000000000000000000000000-b7ad6b7169203331-01', tracestate: '', kept: false },
    { traceparent: 'nonsense', tracestate: 'a=b', kept: false },
  ])('the trace context $traceparent is passed on: $kept', async ({ traceparent, tracestate, kept }) => {
    const headers = { traceparent, tracestate };
    await door.call('POST', `${base}/waitEvt/start?instanceID=traced`, { headers });
    await door.engine.settle();
    const { events } = (await door.engine.component.optional.history?.({ instanceId: 'traced' })) ?? { events: [] };
    const started = events.find((event) => event.kind === 'executionStarted');
    expect(started?.trace).toEqual(kept ? { traceParent: traceparent, traceState: tracestate } : undefined);
    await door.engine.component.purge({ instanceId: 'traced', recursive: false, force: true });
  });

  test('of a hundred identical starts exactly one wins', async () => {
    const replies = await Promise.all(
      Array.from({ length: 100 }, () => door.call('POST', `${base}/waitEvt/start?instanceID=only`)),
    );
    expect(replies.filter((reply) => reply.status === 202)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 409)).toHaveLength(99);
  });
});
