import { capabilityNames, runtimeStatuses } from '../../../core/index.js';
import type { ObjectSchema, Schema } from '../route.js';
import { payloadModes } from './payloads.js';

/** Schemas of requests (enforced) and answers (promised, and held against real answers by tests). */

export const text: Schema = { type: 'string' };
export const flag: Schema = { type: 'boolean' };
export const time: Schema = { type: 'string', format: 'date-time', description: 'RFC 3339' };
export const count: Schema = { type: 'integer', minimum: 0 };
export const anyJson: Schema = { description: 'Any JSON. Kept as the text it is, never re-written.' };
export const status: Schema = { type: 'string', enum: runtimeStatuses };
export const stringMap: Schema = { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 64 };

/** An object of exactly these members. */
export function object(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** `schema`, in which the payload may have one of its two forms, not both. */
export function oneForm(schema: ObjectSchema, name: string): ObjectSchema {
  return { ...schema, not: { type: 'object', required: [name, `${name}Text`] } };
}

export function ref(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A payload in a request or an answer: as JSON under its name, or as a string under `<name>Text`. */
export function payload(name: string): Record<string, Schema> {
  return { [name]: anyJson, [`${name}Text`]: { type: 'string', description: `The ${name} as text, verbatim.` } };
}

export const payloadModeQuery: Schema = {
  type: 'string',
  enum: payloadModes,
  default: 'json',
  description: 'How payloads are shown: as JSON (as text where they are none), always as text, or not at all.',
};

const summary = {
  instanceId: text,
  workflowName: text,
  status,
  createdAt: time,
  lastUpdatedAt: time,
  completedAt: time,
  parentInstanceId: text,
};
const summaryRequired = ['instanceId', 'workflowName', 'status', 'createdAt', 'lastUpdatedAt'];

/** Named schemas of the document. */
export const namedSchemas: Readonly<Record<string, Schema>> = {
  InstanceSummary: object(summary, summaryRequired),
  WorkflowInstance: object(
    {
      ...summary,
      executionId: text,
      generation: { ...count, description: '0 for the first run, +1 with every continue-as-new' },
      version: text,
      startedAt: time,
      scheduledStart: time,
      ...payload('input'),
      ...payload('output'),
      customStatus: { type: 'string', description: "The workflow's own status, verbatim." },
      failure: ref('Failure'),
      stalled: object({ reason: text, description: text }, ['reason']),
      tags: stringMap,
    },
    [...summaryRequired, 'executionId', 'generation'],
  ),
  Failure: object(
    { errorType: text, errorMessage: text, stackTrace: text, nonRetriable: flag, inner: ref('Failure') },
    ['errorType', 'errorMessage'],
  ),
  HistoryEvent: {
    ...object(
      {
        kind: text,
        eventId: {
          type: 'integer',
          description: 'Id of the action that made the event; -1 for what came from outside.',
        },
        timestamp: time,
        ...payload('input'),
        ...payload('result'),
        ...payload('output'),
        ...payload('data'),
        name: text,
        instanceId: text,
        executionId: text,
        generation: count,
        rulesVersion: count,
        version: { description: 'A text; of workflowStarted: name and patches of the code that ran.' },
        status,
        failure: ref('Failure'),
        reason: text,
        description: text,
        recurse: flag,
        taskId: { type: 'integer' },
        taskExecutionId: text,
        timerId: { type: 'integer' },
        fireAt: time,
        origin: { type: 'object', description: 'Why the timer exists.' },
        scheduledStart: time,
        parent: { type: 'object', description: 'The call in the parent that the result goes back to.' },
        rerunOf: text,
        retryOf: text,
        inline: flag,
        trace: object({ traceParent: text, traceState: text }, ['traceParent']),
        tags: stringMap,
      },
      ['kind', 'eventId', 'timestamp'],
    ),
    description: 'What happened. Which members there are depends on the kind.',
  },
  Component: object(
    {
      name: text,
      type: text,
      version: text,
      description: text,
      isDefault: flag,
      ready: flag,
      reason: { type: 'string', description: 'Why it cannot serve at the moment.' },
      capabilities: object(Object.fromEntries(capabilityNames.map((name) => [name, flag])), capabilityNames),
      limits: { type: 'object', additionalProperties: { type: 'number' } },
      deviations: { type: 'array', items: object({ id: text, reason: text }, ['id', 'reason']) },
    },
    ['name', 'type', 'version', 'description', 'isDefault', 'ready', 'capabilities', 'limits', 'deviations'],
  ),
  Problem: object(
    {
      type: text,
      title: text,
      status: { type: 'integer' },
      detail: { type: 'string', description: 'What was wrong, in words. For people: match `errorCode`.' },
      errorCode: text,
      params: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      remedy: { type: 'string', description: 'What to do about it.' },
      retriable: { type: 'boolean', description: 'Whether the same call may succeed later.' },
    },
    ['type', 'title', 'status', 'detail', 'errorCode', 'params', 'remedy', 'retriable'],
  ),
  DaprError: object({ errorCode: text, message: text }, ['errorCode', 'message']),
};
