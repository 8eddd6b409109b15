import { capabilityNames } from '../../core/capabilities.js';
import { doorNames } from '../door.js';
import type { Schema } from './check.js';

const text: Schema = { type: 'string', minLength: 1 };

/** Of the files in `profiles`: the checks and `docs/schema/conformance-profile.json` are made of it. */
export const profileSchema = {
  type: 'object',
  required: ['name', 'type', 'capabilities'],
  additionalProperties: false,
  properties: {
    name: { ...text, description: 'Name in reports and on the command line.' },
    type: { ...text, description: 'Component type, such as workflow.builtin.' },
    version: { ...text, description: 'Version of the component type; v1 otherwise.' },
    variants: {
      type: 'array',
      description: 'Configurations that are run, each with the whole suite.',
      items: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: text,
          properties: {
            type: 'object',
            description: 'spec.metadata of the component file; ${NAME} is a variable of the environment.',
            additionalProperties: { type: 'string' },
          },
        },
      },
    },
    capabilities: {
      type: 'array',
      description: 'Exactly what the component must declare to be capable of.',
      items: { type: 'string', enum: capabilityNames },
    },
    deviations: {
      type: 'array',
      description: 'Promises the component is known not to keep. A case named here that passes fails the run.',
      items: {
        type: 'object',
        required: ['cases', 'reason', 'link'],
        additionalProperties: false,
        properties: {
          cases: { ...text, description: 'Case ids; * stands for any text.' },
          doors: { type: 'array', items: { type: 'string', enum: doorNames } },
          reason: text,
          link: text,
        },
      },
    },
    patienceMs: { type: 'integer', minimum: 1, description: 'How long a condition may take, ms; 30000 otherwise.' },
    parallelism: { type: 'integer', minimum: 1, description: 'Cases at once; 12 otherwise.' },
    budgetMs: { type: 'integer', minimum: 1, description: 'How long a run of a variant may take, ms.' },
  },
} as const satisfies Schema;
