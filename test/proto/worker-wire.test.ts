import { describe, expect, test } from '@jest/globals';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import * as fc from 'fast-check';
import type { HistoryEvent } from '../../core/orchestration/history-event.js';
import type { ActivityItem } from '../../core/worker-port.js';
import {
  decodeActivityResponse,
  decodeGetWorkItems,
  decodeHistoryResponse,
  decodeWorkflowResponse,
  decodeWorkItem,
  encodeActivityItem,
  encodeActivityResponse,
  encodeEventRegion,
  encodeGetInstanceHistory,
  encodeGetWorkItems,
  encodeHistoryResponse,
  encodeWorkflowItem,
  encodeWorkflowResponse,
  pastEventsField,
  type Dialect,
  type WorkflowItem,
} from '../../proto/convert/index.js';
import {
  ActivityResponseSchema,
  GetInstanceHistoryRequestSchema,
  GetWorkItemsRequestSchema,
  WorkflowResponseSchema,
  WorkItemSchema,
} from '../../proto/gen/taskhub_pb.js';
import { anyEvent, anyFailure, anyResponse, text } from './arbitraries.js';
import { outcomeOf, raw } from './raw-message.js';

const dialects: readonly Dialect[] = ['neutral', 'dapr', 'ms'];
const started: HistoryEvent = { kind: 'workflowStarted', eventId: -1, timestampMs: 1 };
const scheduled: HistoryEvent = {
  kind: 'taskScheduled',
  eventId: 1,
  timestampMs: 2,
  name: 'Charge',
  taskExecutionId: 'key-1',
};
const child: HistoryEvent = {
  kind: 'childWorkflowCreated',
  eventId: 2,
  timestampMs: 3,
  instanceId: 'p:0002',
  name: 'Ship',
  rerunOf: 'source',
};
const stalled: HistoryEvent = { kind: 'executionStalled', eventId: -1, timestampMs: 4, reason: 'POISONED' };
const item: WorkflowItem = {
  instanceId: 'i',
  executionId: 'e',
  past: [started, scheduled, child],
  newEvents: [started],
  completionToken: 'token',
  dialect: 'dapr',
};

describe('work items', () => {
  test('a turn comes back from the wire as it was', () => {
    const events = fc
      .array(anyEvent, { maxLength: 4 })
      .map((list) => list.filter((event) => event.kind !== stalled.kind));
    fc.assert(
      fc.property(events, events, text, text, (past, newEvents, instanceId, completionToken) => {
        const bytes = encodeWorkflowItem({ ...item, past, newEvents, instanceId, completionToken });
        expect(decodeWorkItem(bytes)).toStrictEqual({
          kind: 'turn',
          instanceId,
          executionId: 'e',
          completionToken,
          past,
          newEvents,
        });
      }),
    );
  });

  test('what every family reads differently is written for Dapr only', () => {
    const seen = Object.fromEntries(dialects.map((dialect) => [dialect, pastOf({ ...item, dialect })]));
    const { taskExecutionId: _key, ...neutralTask } = scheduled;
    const { rerunOf: _source, ...neutralChild } = child;
    expect(seen).toStrictEqual({
      dapr: [started, scheduled, child],
      neutral: [started, neutralTask, neutralChild],
      ms: [started, neutralTask, neutralChild],
    });
  });

  test('a kept region and what came after it make the same item as all at once', () => {
    const pastRegion = encodeEventRegion([started, scheduled], pastEventsField, 'dapr');
    const appended = encodeWorkflowItem({ ...item, pastRegion, past: [child] });
    expect(Buffer.compare(appended, encodeWorkflowItem(item))).toBe(0);
  });

  test('workers are told nothing of stalls', () => {
    const withStall = encodeWorkflowItem({ ...item, past: [started, stalled, scheduled, child] });
    expect(Buffer.compare(withStall, encodeWorkflowItem(item))).toBe(0);
    expect(encodeEventRegion([stalled], pastEventsField, 'dapr')).toHaveLength(0);
  });

  test('a delta says how much it leaves out', () => {
    expect(decodeWorkItem(encodeWorkflowItem({ ...item, past: [], cachedCount: 3 }))).toMatchObject({
      cachedCount: 3,
      past: [],
    });
    expect(decodeWorkItem(encodeWorkflowItem(item))).not.toHaveProperty('cachedCount');
  });

  test('a large history keeps its lengths right', () => {
    const past = Array.from({ length: 3000 }, (_, index): HistoryEvent => ({ ...scheduled, eventId: index }));
    expect(decodeWorkItem(encodeWorkflowItem({ ...item, past }))).toMatchObject({ past });
  });

  const activity: ActivityItem = {
    component: 'builtin',
    instanceId: 'i',
    executionId: 'e',
    generation: 2,
    workflowName: 'Order',
    taskId: 7,
    name: 'Charge',
    version: 'v2',
    input: '{"n":1}',
    taskExecutionId: 'key-1',
    trace: { traceParent: '00-aa-bb-01', traceState: 'k=v' },
    leaseToken: 'token',
    history: async () => [],
  };

  test('an activity comes back from the wire as it was', () => {
    const { component: _component, leaseToken: completionToken, history: _history, ...members } = activity;
    expect(decodeWorkItem(encodeActivityItem(activity, 'dapr'))).toStrictEqual({
      kind: 'activity',
      completionToken,
      ...members,
    });
  });

  test.each(['neutral', 'ms'] as const)('an activity for a %s worker has no task execution id', (dialect) => {
    const { request } = fromBinary(WorkItemSchema, encodeActivityItem(activity, dialect));
    expect(request).toMatchObject({ case: 'activityRequest', value: { name: 'Charge', taskExecutionId: '' } });
  });

  test('an item of another kind is none of ours', () => {
    expect(decodeWorkItem(raw().bytes(4, new Uint8Array()).finish())).toEqual({ kind: 'other' });
  });

  test('an event of an unknown kind fails the item instead of the replay', () => {
    const event = raw().text(41, '').finish();
    const request = raw().bytes(3, event).finish();
    expect(() => decodeWorkItem(raw().bytes(1, request).finish())).toThrow(
      expect.objectContaining({
        code: 'ERR_REQUEST_MALFORMED',
        params: { reason: 'history holds an event of the unknown kind 41' },
      }),
    );
  });

  function pastOf(given: WorkflowItem): readonly HistoryEvent[] {
    const received = decodeWorkItem(encodeWorkflowItem(given));
    return received.kind === 'turn' ? received.past : [];
  }
});

describe('turn answers', () => {
  test.each(['neutral', 'dapr'] as const)('any answer of our own worker comes back as it was (%s)', (dialect) => {
    fc.assert(
      fc.property(text, text, anyResponse, (instanceId, completionToken, response) => {
        const answer = { instanceId, completionToken, response };
        expect(decodeWorkflowResponse(encodeWorkflowResponse(answer), dialect)).toStrictEqual(answer);
      }),
    );
  });

  test('any answer means the same to the generated code, which knows every field', () => {
    fc.assert(
      fc.property(anyResponse, (response) => {
        const answer = { instanceId: 'i', completionToken: 't', response };
        const message = fromBinary(WorkflowResponseSchema, encodeWorkflowResponse(answer), {
          readUnknownFields: false,
        });
        expect(decodeWorkflowResponse(toBinary(WorkflowResponseSchema, message), 'dapr')).toStrictEqual(answer);
      }),
    );
  });

  test('a completion that continues as new takes its result for input, and carries events over', () => {
    const carried: HistoryEvent = { kind: 'eventRaised', eventId: -1, timestampMs: 5, name: 'go', data: '1' };
    const bytes = encodeWorkflowResponse({
      instanceId: 'i',
      completionToken: '',
      response: { actions: [{ kind: 'continueAsNew', id: 3, input: '2', newVersion: 'v2', carryover: [carried] }] },
    });
    expect(fromBinary(WorkflowResponseSchema, bytes).actions[0]?.workflowActionType).toMatchObject({
      case: 'completeWorkflow',
      value: {
        workflowStatus: 2,
        result: '2',
        newVersion: 'v2',
        carryoverEvents: [{ eventType: { case: 'eventRaised' } }],
      },
    });
  });

  test('carried events of kinds that are not known are left behind', () => {
    const event = raw().text(27, '').finish();
    const completion = raw().int(1, 2).bytes(5, event).finish();
    expect(decodeWorkflowResponse(answerWith(6, completion)).response.actions).toEqual([
      { kind: 'continueAsNew', id: 1, carryover: [] },
    ]);
  });

  test('a custom status that is empty is not the same as none', () => {
    const customStatusOf = (response: { actions: []; customStatus?: string }): string | undefined =>
      decodeWorkflowResponse(encodeWorkflowResponse({ instanceId: 'i', completionToken: '', response })).response
        .customStatus;
    expect([customStatusOf({ actions: [], customStatus: '' }), customStatusOf({ actions: [] })]).toEqual([
      '',
      undefined,
    ]);
  });

  test.each([
    { name: 'an entity message', field: 8, content: [], reason: 'action 1 is of the unknown kind 8' },
    { name: 'nothing but a router', field: 9, content: [], reason: 'action 1 is of no kind' },
    { name: 'a kind from the future', field: 12, content: [], reason: 'action 1 is of the unknown kind 12' },
    { name: 'a completion that still runs', field: 6, content: [], reason: 'a workflow cannot complete with status 0' },
    { name: 'an unknown status', field: 6, content: [0x08, 9], reason: 'a workflow cannot complete with status 9' },
    { name: 'text for a number', field: 7, content: [0x1a, 1, 0x78], reason: 'field 3 has wire type 2' },
    {
      name: 'a timer out of time',
      field: 4,
      content: [0x0a, 6, 0x10, 0x80, 0x94, 0xeb, 0xdc, 0x03],
      reason: 'timestamp of 0 s and 1000000000 ns is out of range',
    },
  ])('$name makes the answer malformed, and the reason names it', ({ field, content, reason }) => {
    expect(() => decodeWorkflowResponse(answerWith(field, Uint8Array.from(content)))).toThrow(
      expect.objectContaining({ code: 'ERR_REQUEST_MALFORMED', params: { reason } }),
    );
  });

  test.each([
    { dialect: 'ms', more: 1, outcome: 'ERR_REQUEST_MALFORMED' },
    { dialect: 'neutral', more: 1, outcome: 'ERR_REQUEST_MALFORMED' },
    { dialect: 'ms', more: 0, outcome: 'read' },
    { dialect: 'dapr', more: 1, outcome: 'read' },
  ] as const)('an answer of a $dialect worker whose part flag is $more: $outcome', ({ dialect, more, outcome }) => {
    expect(outcomeOf(() => decodeWorkflowResponse(raw().int(8, more).finish(), dialect))).toBe(outcome);
  });

  test('any bytes at all are an answer or malformed, and nothing else', () => {
    const reads = [decodeWorkflowResponse, decodeActivityResponse, decodeWorkItem, decodeGetWorkItems];
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 48 }),
        fc.constantFrom(...dialects),
        fc.constantFrom(...reads),
        (bytes, dialect, read) => {
          expect(['read', 'ERR_REQUEST_MALFORMED']).toContain(outcomeOf(() => read(bytes, dialect)));
        },
      ),
      { numRuns: 4000 },
    );
  });
});

describe('fields that two families use differently', () => {
  /** Microsoft's trace context in the place of Dapr's task execution id. */
  const traced = raw().text(1, 'Charge').bytes(5, traceContext()).finish();
  const keyed = raw().text(1, 'Charge').text(5, 'key-1').finish();

  test.each([
    { dialect: 'dapr', content: keyed, key: 'key-1' },
    { dialect: 'neutral', content: keyed, key: 'key-1' },
    { dialect: 'neutral', content: traced, key: undefined },
    { dialect: 'ms', content: traced, key: undefined },
    { dialect: 'ms', content: keyed, key: undefined },
  ] as const)('the task execution id of a $dialect worker is $key', ({ dialect, content, key }) => {
    const { actions } = decodeWorkflowResponse(answerWith(2, content), dialect).response;
    const task = { kind: 'scheduleTask', id: 1, name: 'Charge' };
    expect(actions).toStrictEqual([key === undefined ? task : { ...task, taskExecutionId: key }]);
  });

  test.each([
    { dialect: 'neutral', version: {} },
    { dialect: 'ms', version: undefined },
  ] as const)('the trace context of an answer is no version to a $dialect worker', ({ dialect, version }) => {
    const orchestrationTrace = raw()
      .bytes(1, traceContext())
      .bytes(2, Uint8Array.from([8, 1]));
    const bytes = raw().bytes(6, orchestrationTrace.finish()).finish();
    expect(decodeWorkflowResponse(bytes, dialect).response.version).toEqual(version);
  });

  test('tags, traces and entities of Microsoft workers do not get in the way', () => {
    const tag = raw().text(1, 'k').text(2, 'v').finish();
    const task = raw().text(1, 'Charge').bytes(4, tag).bytes(5, traceContext()).finish();
    const childCall = raw().text(2, 'Ship').bytes(5, traceContext()).bytes(6, tag).finish();
    const bytes = Buffer.concat([answerWith(2, task), answerWith(3, childCall)]);
    expect(decodeWorkflowResponse(bytes, 'ms').response.actions).toStrictEqual([
      { kind: 'scheduleTask', id: 1, name: 'Charge' },
      { kind: 'createChildWorkflow', id: 1, name: 'Ship' },
    ]);
  });

  /** With a member longer than 127 bytes: its length is no UTF-8. */
  function traceContext(): Uint8Array {
    return raw().text(1, '0'.repeat(200)).finish();
  }
});

describe('activity answers', () => {
  test('any answer of our own worker comes back as it was, and means the same to the generated code', () => {
    const outcome = fc.oneof(
      text.map((result) => ({ kind: 'completed', result }) as const),
      fc.constant({ kind: 'completed' } as const),
      anyFailure.map((failure) => ({ kind: 'failed', failure }) as const),
    );
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        text,
        outcome,
        (instanceId, taskId, completionToken, result) => {
          const answer = { instanceId, taskId, completionToken, outcome: result };
          const bytes = encodeActivityResponse(answer);
          expect(decodeActivityResponse(bytes)).toStrictEqual(answer);
          const message = fromBinary(ActivityResponseSchema, bytes, { readUnknownFields: false });
          expect(decodeActivityResponse(toBinary(ActivityResponseSchema, message))).toStrictEqual(answer);
        },
      ),
    );
  });
});

describe('worker calls', () => {
  test('our own worker advertises kept history', () => {
    expect(decodeGetWorkItems(encodeGetWorkItems())).toEqual({ statefulHistory: true, dialectHint: 'dapr' });
  });

  test.each([
    { name: 'nothing', init: {}, hello: { statefulHistory: false } },
    { name: 'Dapr capability 2', init: { capabilities: [2] }, hello: { statefulHistory: true, dialectHint: 'dapr' } },
    {
      name: 'concurrency alone',
      init: { maxConcurrentOrchestrationWorkItems: 5, maxConcurrentActivityWorkItems: 9 },
      hello: { statefulHistory: false, maxTurns: 5, maxActivities: 9 },
    },
    {
      name: 'entities',
      init: { maxConcurrentEntityWorkItems: 1 },
      hello: { statefulHistory: false, dialectHint: 'ms' },
    },
    {
      name: 'filters',
      init: { workItemFilters: Uint8Array.from([10, 0]) },
      hello: { statefulHistory: false, dialectHint: 'ms' },
    },
    {
      name: 'capability 1 of field 10',
      init: { otherCapabilities: [1] },
      hello: { statefulHistory: false, dialectHint: 'ms' },
    },
    { name: 'capability 2 of field 10', init: { otherCapabilities: [2] }, hello: { statefulHistory: false } },
  ])('a worker that says $name', ({ init, hello }) => {
    const bytes = toBinary(GetWorkItemsRequestSchema, create(GetWorkItemsRequestSchema, init));
    expect(decodeGetWorkItems(bytes)).toEqual(hello);
  });

  test('a history comes back as it was, stalls included', () => {
    const events = [started, scheduled, child, stalled];
    expect(decodeHistoryResponse(encodeHistoryResponse({ events }))).toStrictEqual(events);
    expect(fromBinary(GetInstanceHistoryRequestSchema, encodeGetInstanceHistory('i')).instanceId).toBe('i');
  });
});

/** A `WorkflowResponse` with one action of id 1. */
function answerWith(field: number, content: Uint8Array): Uint8Array {
  const action = raw().int(1, 1).bytes(field, content).finish();
  return raw().bytes(2, action).finish();
}
