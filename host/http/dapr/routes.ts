import type { DaprRoute } from '../route.js';
import { object, status, text, time } from '../v1/schemas.js';
import { get, pause, purge, raiseEvent, resume, start, terminate } from './operations.js';

/** Prefixes of Dapr's management API, newest first; all answer identically. The value makes operation ids unique. */
const suffixes = { 'v1.0': '', 'v1.0-beta1': 'Beta1', 'v1.0-alpha1': 'Alpha1' } as const;

type Template = Omit<DaprRoute, 'family' | 'tag'>;

const instance = '/{component}/{instanceID}';
const running = { component: 'dapr', instanceID: 'order-1' };
const accepted = { 202: { description: 'Recorded.', schema: object({}) } };

const templates: readonly Template[] = [
  {
    method: 'POST',
    path: '/{component}/{workflowName}/start',
    operationId: 'daprStart',
    summary: 'Start a workflow',
    query: object({ instanceID: { ...text, description: 'Absent: one is made up.' } }),
    rawBody: 'payload',
    success: { 202: { description: 'Started.', schema: object({ instanceID: text }, ['instanceID']) } },
    example: {
      params: { component: 'dapr', workflowName: 'process-order' },
      query: { instanceID: 'order-3' },
      body: { items: 3 },
    },
    handle: start,
  },
  {
    method: 'GET',
    path: instance,
    operationId: 'daprGet',
    summary: 'Get an instance',
    success: {
      200: {
        description: 'The instance. While PENDING it has no name, no properties and zero times.',
        schema: object(
          {
            instanceID: text,
            workflowName: text,
            createdAt: time,
            lastUpdatedAt: time,
            runtimeStatus: status,
            properties: { type: 'object', additionalProperties: text },
          },
          ['instanceID', 'createdAt', 'lastUpdatedAt', 'runtimeStatus'],
        ),
      },
    },
    example: { params: running },
    handle: get,
  },
  {
    method: 'POST',
    path: `${instance}/raiseEvent/{eventName}`,
    operationId: 'daprRaiseEvent',
    summary: 'Raise an event',
    rawBody: 'payload',
    success: accepted,
    example: { params: { ...running, eventName: 'approval' }, body: { approved: true } },
    handle: raiseEvent,
  },
  ...(
    [
      ['pause', 'Suspend an instance', pause, 'order-1'],
      ['resume', 'Resume an instance', resume, 'order-1'],
      ['terminate', 'Terminate an instance and its children', terminate, 'order-1'],
      ['purge', 'Remove an instance that has ended, and its children', purge, 'order-0'],
    ] as const
  ).map(([verb, summary, handle, instanceID]): Template => ({
    method: 'POST',
    path: `${instance}/${verb}`,
    operationId: `dapr${verb[0]?.toUpperCase()}${verb.slice(1)}`,
    summary,
    rawBody: 'ignored',
    success: accepted,
    example: { params: { component: 'dapr', instanceID } },
    handle,
  })),
];

export const daprRoutes: readonly DaprRoute[] = Object.entries(suffixes).flatMap(([prefix, suffix]) =>
  templates.map((template) => underPrefix(template, prefix, suffix)),
);

function underPrefix(template: Template, prefix: string, suffix: string): DaprRoute {
  const path = `/${prefix}/workflows${template.path}`;
  return { ...template, family: 'dapr', tag: 'dapr', path, operationId: template.operationId + suffix };
}
