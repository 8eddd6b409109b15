import { describe, expect, test } from '@jest/globals';
import { fromBinary, toJson, type MessageInitShape } from '@bufbuild/protobuf';
import {
  daprProperties,
  daprState,
  daprTimestamp,
  decodeDaprTarget,
  decodeRaiseEventWorkflow,
  decodeStartWorkflow,
  encodeGetMetadataResponse,
  encodeGetWorkflowResponse,
  encodeStartWorkflowResponse,
  encodeUnknownWorkflow,
} from '../../proto/convert/index.js';
import * as dapr from '../../proto/gen/dapr_pb.js';
import { bytesOf } from './raw-message.js';
import { createdAtMs, running } from './running-instance.js';

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
    expect(decodeStartWorkflow(bytesOf(dapr.StartWorkflowRequestSchema, init))).toStrictEqual(expected);
  });

  test.each(['', 'tomorrow', '2026-11-24', '2026-02-30T00:00:00Z', '2026-11-24T25:00:00Z', '2026-11-24T10:00:00'])(
    'the start time "%s" is refused',
    (time) => {
      const options = { 'dapr.workflow.start_time': time };
      expect(() =>
        decodeStartWorkflow(bytesOf(dapr.StartWorkflowRequestSchema, { workflowName: 'x', options })),
      ).toThrow(expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED' }));
    },
  );

  test('input that is no text is refused', () => {
    const start = bytesOf(dapr.StartWorkflowRequestSchema, { workflowName: 'x', input: Uint8Array.from([0xff]) });
    expect(() => decodeStartWorkflow(start)).toThrow(
      expect.objectContaining({ params: { reason: 'input is not UTF-8 text' } }),
    );
  });

  test('unset event data is none, empty data is empty', () => {
    const data = (init: MessageInitShape<typeof dapr.RaiseEventWorkflowRequestSchema>): unknown =>
      decodeRaiseEventWorkflow(
        bytesOf(dapr.RaiseEventWorkflowRequestSchema, { instanceId: 'i', eventName: 'go', ...init }),
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
    const given = bytesOf(schema, { instanceId: 'i', workflowComponent: 'c', appId: 'a' });
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
