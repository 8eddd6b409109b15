import { describe, expect, test } from '@jest/globals';
import { create, fromBinary, toBinary, toJson, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { runtimeStatuses, type WorkflowInstance } from '../../core/instance.js';
import {
  daprProperties,
  daprState,
  daprTimestamp,
  decodeCreateInstance,
  decodeDaprTarget,
  decodeGetInstance,
  decodeGetInstanceHistory,
  decodeListInstanceIds,
  decodePurgeInstances,
  decodeRaiseEvent,
  decodeRaiseEventWorkflow,
  decodeRerun,
  decodeStartWorkflow,
  decodeSuspend,
  decodeTerminate,
  encodeCreateInstanceResponse,
  encodeGetInstanceResponse,
  encodeGetMetadataResponse,
  encodeGetWorkflowResponse,
  encodeListInstanceIdsResponse,
  encodePurgeInstancesResponse,
  encodeRerunResponse,
  encodeStartWorkflowResponse,
  encodeUnknownWorkflow,
} from '../../proto/convert/index.js';
import * as dapr from '../../proto/gen/dapr_pb.js';
import * as hub from '../../proto/gen/taskhub_pb.js';

const createdAtMs = Date.UTC(2026, 10, 24, 8, 0, 0, 120);
const running: WorkflowInstance = {
  instanceId: 'i',
  executionId: 'e',
  generation: 0,
  workflowName: 'Order',
  status: 'RUNNING',
  createdAtMs,
  lastUpdatedAtMs: createdAtMs + 880,
  startedAtMs: createdAtMs + 5,
  input: '"in"',
};

function bytes<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Uint8Array {
  return toBinary(schema, create(schema, init));
}

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
    expect(decodeCreateInstance(bytes(hub.CreateInstanceRequestSchema, init))).toStrictEqual(start);
  });

  test.each([
    { name: 'beyond year 9999', time: { seconds: 253_402_300_800n } },
    { name: 'with a second of nanoseconds', time: { seconds: 1n, nanos: 1_000_000_000 } },
  ])('a start time $name is refused', ({ time }) => {
    const start = bytes(hub.CreateInstanceRequestSchema, { name: 'Order', scheduledStartTimestamp: time });
    expect(() => decodeCreateInstance(start)).toThrow(expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED' }));
  });

  test.each([
    [decodeGetInstance, bytes(hub.GetInstanceRequestSchema, { instanceId: 'i' }), { instanceId: 'i', payloads: false }],
    [
      decodeGetInstance,
      bytes(hub.GetInstanceRequestSchema, { instanceId: 'i', getInputsAndOutputs: true }),
      { instanceId: 'i', payloads: true },
    ],
    [
      decodeRaiseEvent,
      bytes(hub.RaiseEventRequestSchema, { instanceId: 'i', name: 'go', input: '' }),
      { instanceId: 'i', eventName: 'go', data: '' },
    ],
    [
      decodeRaiseEvent,
      bytes(hub.RaiseEventRequestSchema, { instanceId: 'i', name: 'go' }),
      { instanceId: 'i', eventName: 'go' },
    ],
    [
      decodeTerminate,
      bytes(hub.TerminateRequestSchema, { instanceId: 'i', output: 'null', recursive: true }),
      { instanceId: 'i', output: 'null', recursive: true },
    ],
    [decodeTerminate, bytes(hub.TerminateRequestSchema, { instanceId: 'i' }), { instanceId: 'i', recursive: false }],
    [
      decodeSuspend,
      bytes(hub.SuspendRequestSchema, { instanceId: 'i', reason: 'why' }),
      { instanceId: 'i', reason: 'why' },
    ],
    [decodeSuspend, bytes(hub.ResumeRequestSchema, { instanceId: 'i' }), { instanceId: 'i' }],
    [
      decodePurgeInstances,
      bytes(hub.PurgeInstancesRequestSchema, {
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
      bytes(hub.PurgeInstancesRequestSchema, {
        request: {
          case: 'purgeInstanceFilter',
          value: { createdTimeFrom: { seconds: 1n }, createdTimeTo: { seconds: 2n }, runtimeStatus: [1, 2, 3] },
        },
      }),
      {
        kind: 'filter',
        filter: { recursive: false, createdFromMs: 1000, createdToMs: 2000, statuses: ['COMPLETED', 'FAILED'] },
      },
    ],
    [
      decodePurgeInstances,
      bytes(hub.PurgeInstancesRequestSchema, {
        request: { case: 'purgeInstanceFilter', value: {} },
        recursive: true,
      }),
      { kind: 'filter', filter: { recursive: true } },
    ],
    [
      decodeRerun,
      bytes(hub.RerunWorkflowFromEventRequestSchema, {
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
      bytes(hub.RerunWorkflowFromEventRequestSchema, { sourceInstanceID: 's', eventID: 4, newInstanceID: '' }),
      { sourceInstanceId: 's', eventId: 4, overwriteInput: false },
    ],
    [decodeListInstanceIds, new Uint8Array(), { pageSize: 1024 }],
    [
      decodeListInstanceIds,
      bytes(hub.ListInstanceIDsRequestSchema, { pageSize: 5000, continuationToken: 't' }),
      { pageSize: 1024, continuationToken: 't' },
    ],
    [
      decodeListInstanceIds,
      bytes(hub.ListInstanceIDsRequestSchema, { pageSize: 3, continuationToken: '' }),
      { pageSize: 3 },
    ],
    [decodeGetInstanceHistory, bytes(hub.GetInstanceHistoryRequestSchema, { instanceId: 'i' }), { instanceId: 'i' }],
  ])('%p reads what was sent (%#)', (decode: (given: Uint8Array) => unknown, given, expected) => {
    expect(decode(given)).toStrictEqual(expected);
  });

  function filterFor(status: number): Uint8Array {
    return bytes(hub.PurgeInstancesRequestSchema, {
      request: { case: 'purgeInstanceFilter', value: { runtimeStatus: [status] } },
    });
  }

  test('a filter that names only what no instance rests in finds nothing, not everything', () => {
    const { CONTINUED_AS_NEW } = hub.OrchestrationStatus;
    const filter = { recursive: false, statuses: [] };
    expect(decodePurgeInstances(filterFor(CONTINUED_AS_NEW))).toEqual({ kind: 'filter', filter });
  });

  test('a filter with a status that does not exist is refused', () => {
    expect(() => decodePurgeInstances(filterFor(99))).toThrow(
      expect.objectContaining({ params: { reason: 'no such status: 99' } }),
    );
  });

  test("what Microsoft's clients send at Dapr's numbers is passed over", () => {
    const start = new BinaryWriter().tag(2, 2).string('Order');
    // Reuse policy, time of the request.
    start
      .tag(6, 2)
      .bytes(Uint8Array.from([8, 1]))
      .tag(10, 2)
      .bytes(Uint8Array.from([8, 1]));
    expect(decodeCreateInstance(start.finish())).toStrictEqual({ workflowName: 'Order' });

    // A batch of ids, and whether it is of orchestrations.
    const purge = new BinaryWriter()
      .tag(1, 2)
      .string('i')
      .tag(4, 2)
      .bytes(Uint8Array.from([10, 1, 0x61]))
      .tag(5, 0)
      .bool(true);
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

  test.each(runtimeStatuses)('status %s has the number of its name', (status) => {
    const { workflowState } = fromBinary(
      hub.GetInstanceResponseSchema,
      encodeGetInstanceResponse({ ...running, status }, false),
    );
    expect(hub.OrchestrationStatus[workflowState?.workflowStatus ?? -1]).toBe(status);
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

describe("Dapr's service", () => {
  const text = new TextEncoder();

  test.each([
    {
      name: 'everything',
      init: {
        instanceId: 'i',
        workflowComponent: 'c',
        workflowName: 'Order',
        input: text.encode('"é"'),
        options: { 'dapr.workflow.start_time': '2026-11-24T10:00:00.5+02:00', task_queue: 'q' },
      },
      expected: {
        component: 'c',
        start: {
          instanceId: 'i',
          workflowName: 'Order',
          input: '"é"',
          scheduledStartMs: Date.UTC(2026, 10, 24, 8, 0, 0, 500),
          options: { task_queue: 'q' },
        },
      },
    },
    {
      name: 'only a name, so an empty input',
      init: { workflowName: 'Order' },
      expected: { component: '', start: { workflowName: 'Order', input: '' } },
    },
  ])('a start with $name', ({ init, expected }) => {
    expect(decodeStartWorkflow(bytes(dapr.StartWorkflowRequestSchema, init))).toStrictEqual(expected);
  });

  test.each(['', 'tomorrow', '2026-11-24', '2026-02-30T00:00:00Z', '2026-11-24T25:00:00Z', '2026-11-24T10:00:00'])(
    'the start time "%s" is refused',
    (time) => {
      const options = { 'dapr.workflow.start_time': time };
      expect(() => decodeStartWorkflow(bytes(dapr.StartWorkflowRequestSchema, { workflowName: 'x', options }))).toThrow(
        expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED' }),
      );
    },
  );

  test('input that is no text is refused', () => {
    const start = bytes(dapr.StartWorkflowRequestSchema, { workflowName: 'x', input: Uint8Array.from([0xff]) });
    expect(() => decodeStartWorkflow(start)).toThrow(
      expect.objectContaining({ params: { reason: 'input is not UTF-8 text' } }),
    );
  });

  test('unset event data is none, empty data is empty', () => {
    const data = (init: MessageInitShape<typeof dapr.RaiseEventWorkflowRequestSchema>): unknown =>
      decodeRaiseEventWorkflow(
        bytes(dapr.RaiseEventWorkflowRequestSchema, { instanceId: 'i', eventName: 'go', ...init }),
      );
    const request = { instanceId: 'i', eventName: 'go' };
    expect(data({})).toStrictEqual({ component: '', request });
    expect(data({ eventData: new Uint8Array() })).toStrictEqual({ component: '', request: { ...request, data: '' } });
    expect(data({ workflowComponent: 'c', eventData: text.encode('1') })).toStrictEqual({
      component: 'c',
      request: { ...request, data: '1' },
    });
  });

  test.each([
    dapr.GetWorkflowRequestSchema,
    dapr.PurgeWorkflowRequestSchema,
    dapr.TerminateWorkflowRequestSchema,
    dapr.PauseWorkflowRequestSchema,
    dapr.ResumeWorkflowRequestSchema,
  ])('%s names a component and an instance', (schema) => {
    const given = bytes(schema, { instanceId: 'i', workflowComponent: 'c', appId: 'a' });
    expect(decodeDaprTarget(given)).toStrictEqual({ component: 'c', instanceId: 'i' });
  });

  test('the answer to a get holds what the JSON of the HTTP door holds', () => {
    for (const instance of [running, { ...running, status: 'PENDING' as const }]) {
      const response = fromBinary(dapr.GetWorkflowResponseSchema, encodeGetWorkflowResponse(instance));
      expect(toJson(dapr.GetWorkflowResponseSchema, response)).toEqual(daprState(instance));
    }
  });

  test('an unknown instance is its id alone', () => {
    const response = fromBinary(dapr.GetWorkflowResponseSchema, encodeUnknownWorkflow('i'));
    expect(toJson(dapr.GetWorkflowResponseSchema, response)).toEqual({ instanceID: 'i' });
  });

  test('a start answers its id', () => {
    const response = encodeStartWorkflowResponse({ instanceId: 'i' });
    expect(fromBinary(dapr.StartWorkflowResponseSchema, response).instanceId).toBe('i');
  });

  test('metadata reads as Dapr names it', () => {
    const response = encodeGetMetadataResponse({
      appId: 'app',
      version: '1.2.3',
      connectedWorkers: 2,
      components: [{ name: 'builtin', type: 'workflow.builtin', version: 'v1' }],
      extended: { daprRuntimeVersion: '1.18.3' },
    });
    expect(toJson(dapr.GetMetadataResponseSchema, fromBinary(dapr.GetMetadataResponseSchema, response))).toEqual({
      id: 'app',
      runtimeVersion: '1.2.3',
      components: [{ name: 'builtin', type: 'workflow.builtin', version: 'v1' }],
      extended: { daprRuntimeVersion: '1.18.3' },
      workflows: { connectedWorkers: 2 },
    });
  });
});

describe("Dapr's view of an instance", () => {
  const failure = { errorType: 'E', errorMessage: 'm' };
  test.each([
    { name: 'input alone', instance: running, expected: { 'dapr.workflow.input': '"in"' } },
    {
      name: 'output and custom status',
      instance: { ...running, output: '', customStatus: 'x' },
      expected: { 'dapr.workflow.input': '"in"', 'dapr.workflow.output': '', 'dapr.workflow.custom_status': 'x' },
    },
    {
      name: 'an empty custom status, which is none',
      instance: { ...running, customStatus: '' },
      expected: { 'dapr.workflow.input': '"in"' },
    },
    {
      name: 'a failure, and then no output',
      instance: { ...running, output: 'o', failure: { ...failure, stackTrace: 's' } },
      expected: {
        'dapr.workflow.input': '"in"',
        'dapr.workflow.failure.error_type': 'E',
        'dapr.workflow.failure.error_message': 'm',
        'dapr.workflow.failure.stack_trace': 's',
      },
    },
    {
      name: 'a failure without a stack',
      instance: { ...running, failure },
      expected: {
        'dapr.workflow.input': '"in"',
        'dapr.workflow.failure.error_type': 'E',
        'dapr.workflow.failure.error_message': 'm',
      },
    },
    { name: 'nothing while pending', instance: { ...running, status: 'PENDING' as const }, expected: {} },
  ])('properties: $name', ({ instance, expected }) => {
    expect(daprProperties(instance)).toEqual(expected);
  });

  test('a state without properties has no member for them', () => {
    const { input: _input, ...bare } = running;
    expect(daprState(bare)).not.toHaveProperty('properties');
  });

  test.each([
    [createdAtMs, '2026-11-24T08:00:00.120Z'],
    [createdAtMs - 120, '2026-11-24T08:00:00Z'],
    [-62_135_596_800_000, '0001-01-01T00:00:00Z'],
  ])('%d ms is %s', (ms, expected) => {
    expect(daprTimestamp(ms)).toBe(expected);
  });
});
