import { WorkflowError } from '../../../core/index.js';
import { writeJson } from '../json/write.js';
import { param, v1Route } from '../route.js';
import { componentOf } from '../component-of.js';
import { flag, object, ref, text } from './schemas.js';
import { componentView } from './views.js';

/** Routes about what is loaded and how it is doing. */

export const listComponents = v1Route<object, object>({
  method: 'GET',
  path: '/v1/components',
  operationId: 'listComponents',
  tag: 'components',
  summary: 'List the loaded components',
  description: 'With what each can do, its limits, and whether it can serve.',
  success: {
    200: {
      description: 'The components.',
      schema: object({ components: { type: 'array', items: ref('Component') } }, ['components']),
    },
  },
  example: {},
  async handle(call) {
    const components = call.parts.service.components.list().map(componentView);
    return { status: 200, body: writeJson({ components }) };
  },
});

export const getComponent = v1Route<object, object>({
  method: 'GET',
  path: '/v1/components/{component}',
  operationId: 'getComponent',
  tag: 'components',
  summary: 'Get a component',
  success: { 200: { description: 'The component.', schema: ref('Component') } },
  example: { params: { component: 'default' } },
  async handle(call) {
    const { components } = call.parts.service;
    const { name } = components.resolve(componentOf(call));
    const entry = components.list().find((candidate) => candidate.name === name);
    if (!entry) throw new WorkflowError('ERR_COMPONENT_NOT_FOUND', { component: param(call, 'component') });
    return { status: 200, body: writeJson(componentView(entry)) };
  },
});

export const health = v1Route<object, object>({
  method: 'GET',
  path: '/v1/health',
  operationId: 'getHealth',
  tag: 'host',
  summary: 'Tell whether the host can serve',
  description: 'Follows the default component; the others are listed with their own state.',
  success: {
    200: {
      description: 'Ready, or not: see `ready`. The status code is for machines: /v1.0/healthz.',
      schema: object(
        {
          ready: flag,
          reason: text,
          components: {
            type: 'array',
            items: object({ name: text, ready: flag, reason: text }, ['name', 'ready']),
          },
        },
        ['ready', 'components'],
      ),
    },
  },
  example: {},
  async handle(call) {
    const { ready, reason } = call.parts.readiness();
    const components = call.parts.service.components.list().map((entry) => ({
      name: entry.name,
      ready: entry.ready,
      reason: entry.reason,
    }));
    return { status: 200, body: writeJson({ ready, reason, components }) };
  },
});
