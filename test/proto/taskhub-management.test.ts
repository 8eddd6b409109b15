import { describe, expect, test } from '@jest/globals';
import { create, fromBinary, toJson } from '@bufbuild/protobuf';
import { runtimeStatuses, type WorkflowInstance } from '../../core/instance.js';
import {
  decodeCreateInstance,
  decodeDaprTarget,
  decodeGetInstance,
  decodeGetInstanceHistory,
  decodeListInstanceIds,
  decodePurgeInstances,
  decodeRaiseEvent,
  decodeRerun,
  decodeSuspend,
  decodeTerminate,
  encodeCreateInstanceResponse,
  encodeGetInstanceResponse,
  encodeListInstanceIdsResponse,
  encodePurgeInstancesResponse,
  encodeRerunResponse,
} from '../../proto/convert/index.js';
import * as hub from '../../proto/gen/taskhub_pb.js';
import { bytesOf, raw } from './raw-message.js';
import { running } from './running-instance.js';

const { OrchestrationStatus: status } = hub;

describe('TaskHub requests', () => {
  test.each([
    {
      name: 'a start with everything',
      init: {
        instanceId: 'i',
        name: 'Order',
        version: '',
        input: '1',
        scheduledStartTimestamp: { seconds: 100n, nanos: 5_600_000 },
        tags: { k: 'v' },
        parentTraceContext: { traceParent: '00-a-b-01', traceState: 's' },
        enforceUniqueInstanceId: true,
        executionId: 'made up by the client',
      },
      start: {
        instanceId: 'i',
        workflowName: 'Order',
        version: '',
        input: '1',
        scheduledStartMs: 100_005,
        tags: { k: 'v' },
        trace: { traceParent: '00-a-b-01', traceState: 's' },
        enforceUniqueId: true,
      },
    },
    { name: 'a start with a name alone', init: { name: 'Order' }, start: { workflowName: 'Order' } },
    {
      name: 'the epoch, which is no time, and a trace without a parent, which is no trace',
      init: { name: 'Order', scheduledStartTimestamp: {}, parentTraceContext: { spanID: 'x' } },
      start: { workflowName: 'Order' },
    },
  ])('$name', ({ init, start }) => {
    expect(decodeCreateInstance(bytesOf(hub.CreateInstanceRequestSchema, init))).toStrictEqual(start);
  });

  test.each([
    { name: 'beyond year 9999', time: { seconds: 253_402_300_800n } },
    { name: 'with a second of nanoseconds', time: { seconds: 1n, nanos: 1_000_000_000 } },
  ])('a start time $name is refused', ({ time }) => {
    const start = bytesOf(hub.CreateInstanceRequestSchema, { name: 'Order', scheduledStartTimestamp: time });
    expect(() => decodeCreateInstance(start)).toThrow(expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED' }));
  });

  test.each([
    [
      decodeGetInstance,
      bytesOf(hub.GetInstanceRequestSchema, { instanceId: 'i' }),
      { instanceId: 'i', payloads: false },
    ],
    [
      decodeGetInstance,
      bytesOf(hub.GetInstanceRequestSchema, { instanceId: 'i', getInputsAndOutputs: true }),
      { instanceId: 'i', payloads: true },
    ],
    [
      decodeRaiseEvent,
      bytesOf(hub.RaiseEventRequestSchema, { instanceId: 'i', name: 'go', input: '' }),
      { instanceId: 'i', eventName: 'go', data: '' },
    ],
    [
      decodeRaiseEvent,
      bytesOf(hub.RaiseEventRequestSchema, { instanceId: 'i', name: 'go' }),
      { instanceId: 'i', eventName: 'go' },
    ],
    [
      decodeTerminate,
      bytesOf(hub.TerminateRequestSchema, { instanceId: 'i', output: 'null', recursive: true }),
      { instanceId: 'i', output: 'null', recursive: true },
    ],
    [decodeTerminate, bytesOf(hub.TerminateRequestSchema, { instanceId: 'i' }), { instanceId: 'i', recursive: false }],
    [
      decodeSuspend,
      bytesOf(hub.SuspendRequestSchema, { instanceId: 'i', reason: 'why' }),
      { instanceId: 'i', reason: 'why' },
    ],
    [decodeSuspend, bytesOf(hub.ResumeRequestSchema, { instanceId: 'i' }), { instanceId: 'i' }],
    [
      decodePurgeInstances,
      bytesOf(hub.PurgeInstancesRequestSchema, {
        request: { case: 'instanceId', value: 'i' },
        recursive: true,
        force: true,
      }),
      { kind: 'one', request: { instanceId: 'i', recursive: true, force: true } },
    ],
    [
      decodePurgeInstances,
      new Uint8Array(),
      { kind: 'one', request: { instanceId: '', recursive: false, force: false } },
    ],
    [
      decodePurgeInstances,
      bytesOf(hub.PurgeInstancesRequestSchema, {
        request: {
          case: 'purgeInstanceFilter',
          value: {
            createdTimeFrom: { seconds: 1n },
            createdTimeTo: { seconds: 2n },
            runtimeStatus: [status.COMPLETED, status.CONTINUED_AS_NEW, status.FAILED],
          },
        },
      }),
      {
        kind: 'filter',
        filter: { recursive: false, createdFromMs: 1000, createdToMs: 2000, statuses: ['COMPLETED', 'FAILED'] },
      },
    ],
    [
      decodePurgeInstances,
      bytesOf(hub.PurgeInstancesRequestSchema, {
        request: { case: 'purgeInstanceFilter', value: {} },
        recursive: true,
      }),
      { kind: 'filter', filter: { recursive: true } },
    ],
    [
      decodeRerun,
      bytesOf(hub.RerunWorkflowFromEventRequestSchema, {
        sourceInstanceID: 's',
        eventID: 0,
        newInstanceID: 'n',
        input: '1',
        overwriteInput: true,
        newChildWorkflowInstanceID: 'c',
      }),
      {
        sourceInstanceId: 's',
        eventId: 0,
        newInstanceId: 'n',
        input: '1',
        overwriteInput: true,
        newChildInstanceId: 'c',
      },
    ],
    [
      decodeRerun,
      bytesOf(hub.RerunWorkflowFromEventRequestSchema, { sourceInstanceID: 's', eventID: 4, newInstanceID: '' }),
      { sourceInstanceId: 's', eventId: 4, overwriteInput: false },
    ],
    [decodeListInstanceIds, new Uint8Array(), { pageSize: 1024 }],
    [
      decodeListInstanceIds,
      bytesOf(hub.ListInstanceIDsRequestSchema, { pageSize: 5000, continuationToken: 't' }),
      { pageSize: 1024, continuationToken: 't' },
    ],
    [
      decodeListInstanceIds,
      bytesOf(hub.ListInstanceIDsRequestSchema, { pageSize: 3, continuationToken: '' }),
      { pageSize: 3 },
    ],
    [decodeGetInstanceHistory, bytesOf(hub.GetInstanceHistoryRequestSchema, { instanceId: 'i' }), { instanceId: 'i' }],
  ])('%p reads what was sent (%#)', (decode: (given: Uint8Array) => unknown, given, expected) => {
    expect(decode(given)).toStrictEqual(expected);
  });

  function filterFor(wanted: hub.OrchestrationStatus): Uint8Array {
    return bytesOf(hub.PurgeInstancesRequestSchema, {
      request: { case: 'purgeInstanceFilter', value: { runtimeStatus: [wanted] } },
    });
  }

  test('a filter that names only what no instance rests in finds nothing, not everything', () => {
    const filter = { recursive: false, statuses: [] };
    expect(decodePurgeInstances(filterFor(status.CONTINUED_AS_NEW))).toEqual({ kind: 'filter', filter });
  });

  test('a filter with a status that does not exist is refused', () => {
    expect(() => decodePurgeInstances(raw().bytes(2, raw().int(3, 99).finish()).finish())).toThrow(
      expect.objectContaining({ params: { reason: 'no such status: 99' } }),
    );
  });

  test("what Microsoft's clients send at Dapr's numbers is passed over", () => {
    const start = raw().text(2, 'Order');
    // Reuse policy, time of the request.
    start.bytes(6, Uint8Array.from([8, 1])).bytes(10, Uint8Array.from([8, 1]));
    expect(decodeCreateInstance(start.finish())).toStrictEqual({ workflowName: 'Order' });

    // A batch of ids, and whether it is of orchestrations.
    const purge = raw()
      .text(1, 'i')
      .bytes(4, Uint8Array.from([10, 1, 0x61]))
      .int(5, 1);
    expect(decodePurgeInstances(purge.finish())).toMatchObject({ request: { instanceId: 'i', force: false } });
  });

  test.each([
    { name: 'a cut message', given: Uint8Array.from([0x0a, 0x05, 0x61]) },
    { name: 'text that is no UTF-8', given: Uint8Array.from([0x0a, 0x01, 0xff]) },
  ])('$name is malformed', ({ given }) => {
    for (const decode of [decodeCreateInstance, decodeGetInstance, decodeTerminate, decodeDaprTarget]) {
      expect(() => decode(given)).toThrow(expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED' }));
    }
  });
});

describe('TaskHub responses', () => {
  function state(instance: WorkflowInstance, payloads: boolean): unknown {
    const response = fromBinary(hub.GetInstanceResponseSchema, encodeGetInstanceResponse(instance, payloads));
    expect(response.exists).toBe(true);
    return toJson(hub.WorkflowStateSchema, response.workflowState ?? create(hub.WorkflowStateSchema));
  }

  const times = {
    createdTimestamp: '2026-11-24T08:00:00.120Z',
    lastUpdatedTimestamp: '2026-11-24T08:00:01Z',
    startedAt: '2026-11-24T08:00:00.125Z',
  };
  const failed: WorkflowInstance = {
    ...running,
    status: 'FAILED',
    failure: {
      errorType: 'E',
      errorMessage: 'm',
      stackTrace: 's',
      nonRetriable: true,
      inner: { errorType: 'I', errorMessage: 'n' },
    },
  };

  test.each([
    {
      name: 'a running instance without payloads',
      instance: { ...running, customStatus: 'busy' },
      payloads: false,
      expected: { instanceId: 'i', name: 'Order', ...times },
    },
    {
      name: 'a running instance with payloads',
      instance: { ...running, customStatus: 'busy', version: 'v2', parentInstanceId: 'p', tags: { k: 'v' } },
      payloads: true,
      expected: {
        instanceId: 'i',
        name: 'Order',
        ...times,
        input: '"in"',
        customStatus: 'busy',
        version: 'v2',
        parentInstanceId: 'p',
        tags: { k: 'v' },
      },
    },
    {
      name: 'a completed instance with an empty custom status',
      instance: { ...running, status: 'COMPLETED', output: '', customStatus: '' },
      payloads: true,
      expected: {
        instanceId: 'i',
        name: 'Order',
        workflowStatus: 'ORCHESTRATION_STATUS_COMPLETED',
        ...times,
        input: '"in"',
        output: '',
      },
    },
    {
      name: 'a failed instance without payloads says nothing of its failure',
      instance: failed,
      payloads: false,
      expected: { instanceId: 'i', name: 'Order', workflowStatus: 'ORCHESTRATION_STATUS_FAILED', ...times },
    },
    {
      name: 'a failed instance with payloads',
      instance: failed,
      payloads: true,
      expected: {
        instanceId: 'i',
        name: 'Order',
        workflowStatus: 'ORCHESTRATION_STATUS_FAILED',
        ...times,
        input: '"in"',
        failureDetails: {
          errorType: 'E',
          errorMessage: 'm',
          stackTrace: 's',
          isNonRetriable: true,
          innerFailure: { errorType: 'I', errorMessage: 'n' },
        },
      },
    },
    {
      name: 'a pending instance is its id and the year 1',
      instance: { ...running, status: 'PENDING' },
      payloads: true,
      expected: {
        instanceId: 'i',
        workflowStatus: 'ORCHESTRATION_STATUS_PENDING',
        createdTimestamp: '0001-01-01T00:00:00Z',
        lastUpdatedTimestamp: '0001-01-01T00:00:00Z',
      },
    },
  ] satisfies { name: string; instance: WorkflowInstance; payloads: boolean; expected: object }[])(
    '$name',
    ({ instance, payloads, expected }) => {
      expect(state(instance, payloads)).toEqual(expected);
    },
  );

  test.each(runtimeStatuses)('status %s has the number of its name', (name) => {
    const { workflowState } = fromBinary(
      hub.GetInstanceResponseSchema,
      encodeGetInstanceResponse({ ...running, status: name }, false),
    );
    expect(status[workflowState?.workflowStatus ?? -1]).toBe(name);
  });

  test('an instance that does not exist is an empty answer', () => {
    expect(encodeGetInstanceResponse(undefined, true)).toHaveLength(0);
  });

  test('the small answers hold what they should', () => {
    const list = { instances: [running], continuationToken: 'next' };
    expect(
      fromBinary(hub.CreateInstanceResponseSchema, encodeCreateInstanceResponse({ instanceId: 'i' })).instanceId,
    ).toBe('i');
    expect(
      fromBinary(hub.PurgeInstancesResponseSchema, encodePurgeInstancesResponse({ deletedCount: 3 }))
        .deletedInstanceCount,
    ).toBe(3);
    expect(
      fromBinary(hub.RerunWorkflowFromEventResponseSchema, encodeRerunResponse({ newInstanceId: 'n' })).newInstanceID,
    ).toBe('n');
    expect(fromBinary(hub.ListInstanceIDsResponseSchema, encodeListInstanceIdsResponse(list))).toMatchObject({
      instanceIds: ['i'],
      continuationToken: 'next',
    });
    const last = fromBinary(hub.ListInstanceIDsResponseSchema, encodeListInstanceIdsResponse({ instances: [] }));
    expect(last.continuationToken).toBeUndefined();
  });
});
