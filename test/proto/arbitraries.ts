import * as fc from 'fast-check';
import type { Action, TurnResponse } from '../../core/orchestration/action.js';
import {
  stalledReasons,
  type FailureDetails,
  type FireTime,
  type HistoryEvent,
  type HistoryEventKind,
  type TimerOrigin,
  type TraceContext,
  type WorkflowVersion,
} from '../../core/orchestration/history-event.js';

/** Events, actions and answers in normal form: members that say nothing are absent. */

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
/** Any well-formed text; sometimes long, so that lengths of more than one byte occur. */
export const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constant('x'.repeat(300)),
);
const nonEmpty = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 });
const ms = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 });
const yes = fc.constant(true as const);

const fireAt: fc.Arbitrary<FireTime> = record({ ms }, { subNanos: fc.integer({ min: 1, max: 999_999 }) });
const trace: fc.Arbitrary<TraceContext> = record({ traceParent: text }, { traceState: text });
const version: fc.Arbitrary<WorkflowVersion> = record(
  {},
  { name: text, patches: fc.array(text, { minLength: 1, maxLength: 3 }) },
);
const tags = fc.dictionary(fc.oneof(text, fc.constant('__proto__')), text, {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});

const cause: fc.Arbitrary<FailureDetails> = record(
  { errorType: text, errorMessage: text },
  { stackTrace: text, nonRetriable: yes },
);
const failure = fc
  .array(cause, { minLength: 1, maxLength: 4 })
  .map((causes) => causes.reduce((inner, outer) => ({ ...outer, inner })));

const origin: fc.Arbitrary<TimerOrigin> = fc.oneof(
  fc.constant({ kind: 'createTimer' } as const),
  text.map((name) => ({ kind: 'externalEvent', name }) as const),
  text.map((taskExecutionId) => ({ kind: 'activityRetry', taskExecutionId }) as const),
  text.map((instanceId) => ({ kind: 'childWorkflowRetry', instanceId }) as const),
);

const status = fc.constantFrom('COMPLETED' as const, 'FAILED' as const, 'TERMINATED' as const, 'CANCELED' as const);
const parent = record({ instanceId: text, name: text, taskId: int32 }, { executionId: text, version: text });

/** One arbitrary per kind, so that a new kind does not go untested. */
export const eventsByKind: {
  readonly [K in HistoryEventKind]: fc.Arbitrary<Extract<HistoryEvent, { kind: K }>>;
} = {
  workflowStarted: event('workflowStarted', {}, { version }),
  executionStarted: event(
    'executionStarted',
    {
      name: text,
      instanceId: text,
      executionId: text,
      generation: fc.nat(),
      rulesVersion: fc.nat({ max: 9 }),
    },
    { version: text, input: text, parent, scheduledStartMs: ms, trace, tags },
  ),
  executionCompleted: event('executionCompleted', { status }, { result: text, failure }),
  executionTerminated: event('executionTerminated', { recurse: fc.boolean() }, { output: text }),
  executionSuspended: event('executionSuspended', {}, { reason: text }),
  executionResumed: event('executionResumed', {}, { reason: text }),
  executionStalled: event('executionStalled', { reason: fc.constantFrom(...stalledReasons) }, { description: text }),
  taskScheduled: event(
    'taskScheduled',
    { name: text },
    { version: text, input: text, taskExecutionId: nonEmpty, trace, rerunOf: text, inline: yes },
  ),
  taskCompleted: event('taskCompleted', { taskId: int32 }, { result: text, taskExecutionId: nonEmpty }),
  taskFailed: event('taskFailed', { taskId: int32 }, { failure, taskExecutionId: nonEmpty }),
  childWorkflowCreated: event(
    'childWorkflowCreated',
    { instanceId: text, name: text },
    { version: text, input: text, trace, rerunOf: text, retryOf: text },
  ),
  childWorkflowCompleted: event('childWorkflowCompleted', { taskId: int32 }, { result: text }),
  childWorkflowFailed: event('childWorkflowFailed', { taskId: int32 }, { failure }),
  timerCreated: event('timerCreated', { fireAt }, { name: text, origin, rerunOf: text }),
  timerFired: event('timerFired', { timerId: int32, fireAt }, {}),
  eventRaised: event('eventRaised', { name: text }, { data: text }),
  eventSent: event('eventSent', { instanceId: text, name: text }, { data: text }),
  detachedWorkflowCreated: event('detachedWorkflowCreated', { instanceId: text }, {}),
};

export const anyEvent: fc.Arbitrary<HistoryEvent> = fc.oneof(...Object.values(eventsByKind));

const actionsByKind: { readonly [K in Action['kind']]: fc.Arbitrary<Extract<Action, { kind: K }>> } = {
  scheduleTask: action(
    'scheduleTask',
    { name: text },
    // Ids never begin with a control character: that is how an unknown worker's ambiguous field is told apart.
    { version: text, input: text, taskExecutionId: fc.uuid(), inline: yes },
  ),
  createTimer: action('createTimer', { fireAt }, { name: text, origin }),
  createChildWorkflow: action(
    'createChildWorkflow',
    { name: text },
    { instanceId: nonEmpty, version: text, input: text, retryOf: text },
  ),
  completeWorkflow: action('completeWorkflow', { status }, { result: text, failure }),
  continueAsNew: action(
    'continueAsNew',
    { carryover: fc.array(anyEvent, { maxLength: 3 }) },
    { input: text, newVersion: text },
  ),
  sendEvent: action('sendEvent', { instanceId: text, name: text }, { data: text }),
  terminateWorkflow: action('terminateWorkflow', { instanceId: text, recurse: fc.boolean() }, { reason: text }),
  createDetachedWorkflow: action(
    'createDetachedWorkflow',
    { instanceId: text, name: text },
    { version: text, input: text, scheduledStartMs: ms, tags, trace },
  ),
  versionNotAvailable: action('versionNotAvailable', {}, {}),
};

export const anyAction: fc.Arbitrary<Action> = fc.oneof(...Object.values(actionsByKind));

export const anyResponse: fc.Arbitrary<TurnResponse> = record(
  { actions: fc.array(anyAction, { maxLength: 5 }) },
  {
    customStatus: text,
    version: record({}, { name: fc.uuid(), patches: fc.array(fc.uuid(), { minLength: 1, maxLength: 3 }) }),
    nonDeterminism: record({ expected: text, got: text, description: text }, {}),
    awaiting: fc.array(text, { minLength: 1, maxLength: 3 }),
  },
);

export { failure as anyFailure };

type Arbitraries = Record<string, fc.Arbitrary<unknown>>;
type Values<T extends Arbitraries> = { [K in keyof T]: T[K] extends fc.Arbitrary<infer V> ? V : never };

/** An object whose optional members are there or not, never there and undefined. */
function record<R extends Arbitraries, O extends Arbitraries>(
  required: R,
  optional: O,
): fc.Arbitrary<Values<R> & Partial<Values<O>>> {
  const keys = Object.keys(required);
  return fc.record({ ...required, ...optional }, { requiredKeys: keys, noNullPrototype: true }) as fc.Arbitrary<
    Values<R> & Partial<Values<O>>
  >;
}

function event<K extends HistoryEventKind>(kind: K, required: Arbitraries, optional: Arbitraries) {
  return record(
    { kind: fc.constant(kind), eventId: int32, timestampMs: ms, ...required },
    optional,
  ) as unknown as fc.Arbitrary<Extract<HistoryEvent, { kind: K }>>;
}

function action<K extends Action['kind']>(kind: K, required: Arbitraries, optional: Arbitraries) {
  return record({ kind: fc.constant(kind), id: int32, ...required }, optional) as unknown as fc.Arbitrary<
    Extract<Action, { kind: K }>
  >;
}
