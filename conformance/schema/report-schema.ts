import { doorNames } from '../door.js';
import { reportFormat } from '../report/format.js';
import type { Schema } from './check.js';

const text: Schema = { type: 'string' };
const count: Schema = { type: 'integer', minimum: 0 };
const outcome: Schema = { type: 'string', enum: ['passed', 'failed', 'deviating', 'left out'] };

const resultSchema = {
  type: 'object',
  required: ['id', 'promise', 'pins', 'level', 'storey', 'door', 'outcome', 'durationMs'],
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1 },
    promise: { ...text, description: 'What the case shows, in a sentence.' },
    pins: { ...text, description: 'The statement of the specification that it pins.' },
    level: { type: 'string', enum: ['core', 'full'] },
    storey: { type: 'string', enum: ['contract', 'scenario'] },
    door: { type: 'string', enum: doorNames },
    outcome,
    durationMs: count,
    reason: { ...text, description: 'Why it failed or was left out.' },
    leftOutBy: { type: 'string', enum: ['door', 'component', 'target'], description: 'Whose lack left it out.' },
    deviation: {
      type: 'object',
      required: ['reason', 'link'],
      additionalProperties: false,
      properties: { reason: text, link: text },
    },
    histories: {
      type: 'object',
      description: 'Histories of the instances of a failed case, by instance id.',
      additionalProperties: { type: 'array', items: { type: 'object' } },
    },
  },
} as const satisfies Schema;

const countsSchema = {
  type: 'object',
  required: ['cases', 'doors', 'passed', 'failed', 'deviating', 'leftOut', 'leftOutBecause'],
  additionalProperties: false,
  properties: {
    cases: count,
    doors: count,
    passed: count,
    failed: count,
    deviating: count,
    leftOut: count,
    leftOutBecause: {
      type: 'array',
      items: {
        type: 'object',
        required: ['reason', 'count'],
        additionalProperties: false,
        properties: { reason: text, count },
      },
    },
  },
} as const satisfies Schema;

/** Of reports: the checks and `docs/schema/conformance-report.json` are made of it. */
export const reportSchema = {
  type: 'object',
  required: [
    'format',
    'component',
    'startedAt',
    'durationMs',
    'level',
    'counts',
    'capabilities',
    'complaints',
    'differences',
    'results',
  ],
  additionalProperties: false,
  properties: {
    format: { type: 'string', enum: [reportFormat] },
    component: { type: 'string', minLength: 1 },
    startedAt: { ...text, description: 'RFC 3339.' },
    durationMs: count,
    level: { type: 'string', enum: ['full', 'core', 'none'], description: 'The level that was reached.' },
    counts: countsSchema,
    capabilities: {
      type: 'object',
      description: 'What the component declares.',
      additionalProperties: { type: 'boolean' },
    },
    complaints: { type: 'array', description: 'What is wrong beside single cases.', items: text },
    differences: {
      type: 'array',
      description: 'Cases whose outcome depends on the door.',
      items: {
        type: 'object',
        required: ['id', 'outcomes'],
        additionalProperties: false,
        properties: { id: text, outcomes: { type: 'object', additionalProperties: outcome } },
      },
    },
    results: { type: 'array', items: resultSchema },
  },
} as const satisfies Schema;
