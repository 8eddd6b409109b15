import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { DescFile, DescMessage } from '@bufbuild/protobuf';
import { Dapr, file_dapr } from '../../proto/gen/dapr_pb.js';
import { file_taskhub, OrchestrationStatus, StalledReason, TaskHubSidecarService } from '../../proto/gen/taskhub_pb.js';

interface FieldNumbers {
  readonly taskHub: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly dapr: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly taskHubMethods: readonly string[];
}

const wanted = JSON.parse(readFileSync('test/golden/wire/field-numbers.json', 'utf8')) as FieldNumbers;

/** Numbers from here on are ours. */
const ownNumbers = 1000;
/** Read to learn which family a worker is of. */
const foreignFields = new Set([
  'maxConcurrentOrchestrationWorkItems',
  'maxConcurrentActivityWorkItems',
  'maxConcurrentEntityWorkItems',
  'otherCapabilities',
  'workItemFilters',
  'workerInstanceId',
]);

describe('schemas', () => {
  test.each(Object.entries(wanted.taskHub))('TaskHub %s has the numbers of the protocol', (name, numbers) => {
    expect(protocolNumbers(messageOf(file_taskhub, name))).toEqual(numbers);
  });

  test.each(Object.entries(wanted.dapr))('Dapr %s has the numbers of the protocol', (name, numbers) => {
    expect(protocolNumbers(messageOf(file_dapr, name))).toEqual(numbers);
  });

  test('TaskHub has no package and all its methods', () => {
    expect(TaskHubSidecarService.typeName).toBe('TaskHubSidecarService');
    expect(TaskHubSidecarService.methods.map((method) => method.name).toSorted()).toEqual(
      wanted.taskHubMethods.toSorted(),
    );
  });

  test('only the stream of work items streams', () => {
    const streaming = TaskHubSidecarService.methods.filter((method) => method.methodKind !== 'unary');
    expect(streaming.map((method) => [method.name, method.methodKind])).toEqual([['GetWorkItems', 'server_streaming']]);
  });

  test('Dapr has every operation as Alpha1 and as Beta1, and the metadata', () => {
    const operations = ['Start', 'Get', 'Purge', 'Terminate', 'Pause', 'Resume', 'RaiseEvent'];
    const names = operations.flatMap((name) => [`${name}WorkflowAlpha1`, `${name}WorkflowBeta1`]);
    expect(Dapr.typeName).toBe('dapr.proto.runtime.v1.Dapr');
    expect(Dapr.methods.map((method) => method.name).toSorted()).toEqual([...names, 'GetMetadata'].toSorted());
  });

  test('statuses and reasons have the numbers of the protocol', () => {
    expect([OrchestrationStatus.RUNNING, OrchestrationStatus.PENDING, OrchestrationStatus.STALLED]).toEqual([0, 6, 8]);
    expect([StalledReason.PATCH_MISMATCH, StalledReason.PAYLOAD_SIZE_EXCEEDED]).toEqual([0, 2]);
  });
});

function messageOf(file: DescFile, name: string): DescMessage {
  const message = file.messages.find((candidate) => candidate.name === name);
  if (!message) throw new Error(`no message ${name}`);
  return message;
}

function protocolNumbers(message: DescMessage): Record<string, number> {
  const fields = message.fields.filter(({ number, name }) => number < ownNumbers && !foreignFields.has(name));
  return Object.fromEntries(fields.map(({ name, number }) => [name, number]));
}
