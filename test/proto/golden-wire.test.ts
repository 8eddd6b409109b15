import { describe, expect, test } from '@jest/globals';
import { fromBinary, toJson, type DescMessage, type JsonObject, type JsonValue } from '@bufbuild/protobuf';
import {
  decodeActivityResponse,
  decodeCreateInstance,
  decodeWorkItem,
  decodeWorkflowResponse,
  encodeActivityItem,
  encodeActivityResponse,
  encodeWorkflowItem,
  encodeWorkflowResponse,
} from '../../proto/convert/index.js';
import {
  ActivityResponseSchema,
  CreateInstanceRequestSchema,
  WorkItemSchema,
  WorkflowResponseSchema,
} from '../../proto/gen/taskhub_pb.js';
import { recordedBytes, canonicalJson, languages, recorded } from './golden-wire.js';

/** Which application an action or event is for: this host has one, so nothing of it is kept. */
const notModelled = new Set(['router', 'appID', 'generation', 'rulesVersion']);

describe.each(languages)('what %s workers and clients say', (language) => {
  test.each(
    recorded(language, ({ method, req }) => (/^Complete(Orchestrator|Workflow)/.test(method) ? req : undefined)),
  )('a turn answer survives the core: $name', ({ json }) => {
    for (const dialect of ['dapr', 'neutral'] as const) {
      const answer = decodeWorkflowResponse(recordedBytes(WorkflowResponseSchema, json), dialect);
      expect(said(WorkflowResponseSchema, encodeWorkflowResponse(answer))).toEqual(
        wanted(WorkflowResponseSchema, json),
      );
    }
  });

  test.each(recorded(language, ({ method, req }) => (method === 'CompleteActivityTask' ? req : undefined)))(
    'an activity answer survives the core: $name',
    ({ json }) => {
      const answer = decodeActivityResponse(recordedBytes(ActivityResponseSchema, json));
      expect(said(ActivityResponseSchema, encodeActivityResponse(answer))).toEqual(
        wanted(ActivityResponseSchema, json),
      );
    },
  );

  test.each(recorded(language, ({ method, msg }) => (method === 'GetWorkItems' ? msg : undefined)))(
    'a work item of the real server survives the core: $name',
    ({ json }) => {
      const item = decodeWorkItem(recordedBytes(WorkItemSchema, json));
      if (item.kind === 'other') throw new Error('no item');
      expect(said(WorkItemSchema, encodeAgain(item))).toEqual(wanted(WorkItemSchema, json));
    },
  );

  test.each(recorded(language, ({ method, req }) => (method === 'StartInstance' ? req : undefined)))(
    'a start keeps its id, name and input: $name',
    ({ json }) => {
      const { instanceId, name, input } = canonicalJson(CreateInstanceRequestSchema, json);
      const start = decodeCreateInstance(recordedBytes(CreateInstanceRequestSchema, json));
      expect({ instanceId: start.instanceId, name: start.workflowName, input: start.input }).toEqual({
        instanceId,
        name,
        input,
      });
    },
  );
});

function encodeAgain(item: Exclude<ReturnType<typeof decodeWorkItem>, { kind: 'other' }>): Uint8Array {
  if (item.kind === 'turn') return encodeWorkflowItem({ ...item, dialect: 'dapr' });
  const { completionToken: leaseToken, kind: _kind, ...activity } = item;
  return encodeActivityItem({ ...activity, component: 'builtin', leaseToken, history: async () => [] }, 'dapr');
}

/** What the recording says, but for what is not modelled and members that say nothing. */
function wanted(schema: DescMessage, json: JsonObject): JsonValue {
  return said(schema, recordedBytes(schema, json));
}

function said(schema: DescMessage, bytes: Uint8Array): JsonValue {
  return modelled(toJson(schema, fromBinary(schema, bytes)));
}

function modelled(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(modelled);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).filter(([key, member]) => !notModelled.has(key) && !isEmptyId(key, member));
  return Object.fromEntries(members.map(([key, member]) => [key, modelled(member)]));
}

/** The execution id of a work item: the recorded server sends none, this host always one. */
function isEmptyId(key: string, member: JsonValue): boolean {
  return key === 'executionId' && member === '';
}
