import type { Answer } from './answer.js';
import { daprProblem } from './problem.js';
import type { PlainRoute, Call } from './route.js';
import { object, text } from './v1/schemas.js';

/** What clients and operators ask around workflow calls: health, metadata, metrics. */

const healthy = { 204: { description: 'Ready. 500 when it is not.' } };

const health: PlainRoute = {
  family: 'plain',
  method: 'GET',
  path: '/v1.0/healthz',
  operationId: 'daprHealth',
  tag: 'host',
  summary: 'Tell whether the host is ready',
  open: true,
  success: healthy,
  example: {},
  handle: async (call) => readiness(call, 'ERR_HEALTH_NOT_READY'),
};

const outboundHealth: PlainRoute = {
  ...health,
  path: '/v1.0/healthz/outbound',
  operationId: 'daprOutboundHealth',
  summary: 'Tell whether the host is ready, as SDKs ask before their first call',
  handle: async (call) => readiness(call, 'ERR_OUTBOUND_HEALTH_NOT_READY'),
};

const metadata: PlainRoute = {
  family: 'plain',
  method: 'GET',
  path: '/v1.0/metadata',
  operationId: 'daprMetadata',
  tag: 'host',
  summary: 'Tell what the host is and what it has loaded',
  success: {
    200: {
      description: 'The metadata.',
      schema: object(
        {
          id: text,
          runtimeVersion: text,
          components: {
            type: 'array',
            items: object({ name: text, type: text, version: text }, ['name', 'type', 'version']),
          },
          extended: { type: 'object', additionalProperties: text },
          workflows: object({ connectedWorkers: { type: 'integer', minimum: 0 } }, ['connectedWorkers']),
        },
        ['id', 'runtimeVersion', 'components', 'extended', 'workflows'],
      ),
    },
  },
  example: {},
  async handle({ parts }) {
    const { appId, namespace, version, components, connectedWorkers, insecureFlags, extended } = parts.metadata();
    const weakened = insecureFlags.length > 0 ? { insecureFlags: insecureFlags.join(',') } : {};
    return {
      status: 200,
      body: JSON.stringify({
        id: appId,
        runtimeVersion: version,
        components: components.map(({ name, type, version: ofType }) => ({ name, type, version: ofType })),
        extended: { ...extended, namespace, ...weakened },
        workflows: { connectedWorkers },
      }),
    };
  },
};

const metrics: PlainRoute = {
  family: 'plain',
  method: 'GET',
  path: '/metrics',
  operationId: 'metrics',
  tag: 'host',
  summary: 'Metrics in the text format of Prometheus',
  success: { 200: { description: 'The metrics.', schema: text, contentType: 'text/plain' } },
  example: {},
  async handle({ parts }) {
    const { contentType, body } = await parts.renderMetrics();
    return { status: 200, contentType, body };
  },
};

export const plainRoutes: readonly PlainRoute[] = [health, outboundHealth, metadata, metrics];

function readiness({ parts }: Call, errorCode: string): Answer {
  const { ready, reason } = parts.readiness();
  return ready ? { status: 204 } : daprProblem(500, errorCode, `not ready: ${reason ?? 'starting'}`);
}
