/** JSON Schemas of the documents as they stand in files. Component properties are checked by each component's own. */

export const apiVersions = ['dapr.io/v1alpha1', 'wfhost.io/v1alpha1'] as const;

const anything = {} as const;

/** Dapr's metadata, with what `kubectl get -o yaml` adds to it. */
const objectMetadata = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      description: 'Name of the component: the {workflowComponent} of URLs.',
      pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$',
      maxLength: 253,
    },
    namespace: { type: 'string', description: 'Loaded only by hosts of this namespace; absent: by all.' },
    labels: anything,
    annotations: anything,
    creationTimestamp: anything,
    deletionGracePeriodSeconds: anything,
    deletionTimestamp: anything,
    finalizers: anything,
    generateName: anything,
    generation: anything,
    managedFields: anything,
    ownerReferences: anything,
    resourceVersion: anything,
    selfLink: anything,
    uid: anything,
  },
} as const;

const secretKeyRef = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1, description: 'Name of the secret in the store.' },
    key: { type: 'string', minLength: 1, description: 'Key within the secret; absent: the name.' },
  },
} as const;

const property = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', minLength: 1 },
    value: { type: ['string', 'number', 'boolean', 'null'] },
    secretKeyRef,
    envRef: { type: 'string', minLength: 1, description: 'Environment variable that holds the value.' },
  },
} as const;

export const componentSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Component',
  description: 'A workflow component, in the format of Dapr components.',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { enum: apiVersions },
    kind: { const: 'Component' },
    metadata: objectMetadata,
    spec: {
      type: 'object',
      required: ['type'],
      additionalProperties: false,
      properties: {
        type: { type: 'string', description: 'workflow.<x>' },
        version: { type: 'string', default: 'v1' },
        initTimeout: { type: 'string', default: '5s', description: 'Go duration.' },
        ignoreErrors: { type: 'boolean', default: false },
        metadata: { type: ['array', 'null'], items: property },
      },
    },
    auth: {
      type: 'object',
      additionalProperties: false,
      properties: { secretStore: { type: 'string', description: 'Store that secretKeyRef looks into.' } },
    },
    scopes: { type: ['array', 'null'], items: { type: 'string' }, description: 'App ids that load it; absent: all.' },
  },
} as const;

const invocations = { type: 'integer', minimum: 1 } as const;

const namedLimits = {
  type: ['array', 'null'],
  items: {
    type: 'object',
    required: ['name', 'maxConcurrent'],
    additionalProperties: false,
    properties: { name: { type: 'string', minLength: 1 }, maxConcurrent: invocations },
  },
} as const;

/** `spec.workflow` of a Configuration. */
export const workflowSettingsSchema = {
  type: ['object', 'null'],
  additionalProperties: false,
  properties: {
    maxConcurrentWorkflowInvocations: invocations,
    maxConcurrentActivityInvocations: invocations,
    globalMaxConcurrentWorkflowInvocations: invocations,
    globalMaxConcurrentActivityInvocations: invocations,
    workflowConcurrencyLimits: namedLimits,
    activityConcurrencyLimits: namedLimits,
    stateRetentionPolicy: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        anyTerminal: { type: 'string', description: 'Go duration, 0s included.' },
        completed: { type: 'string' },
        failed: { type: 'string' },
        terminated: { type: 'string' },
      },
    },
    defaultComponent: { type: 'string', minLength: 1 },
    plugins: { type: ['array', 'null'], items: { type: 'string', minLength: 1 } },
  },
} as const;

/** Settings of Dapr that mean nothing to a workflow host. */
const daprSettings = [
  'accessControl',
  'api',
  'appHttpPipeline',
  'components',
  'features',
  'grpcPipeline',
  'httpPipeline',
  'logging',
  'mtls',
  'nameResolution',
  'secrets',
  'wasm',
] as const;

export const configurationSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Configuration',
  description: 'Settings of the host, in the format of Dapr configurations.',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  additionalProperties: false,
  properties: {
    apiVersion: { enum: apiVersions },
    kind: { const: 'Configuration' },
    metadata: objectMetadata,
    spec: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        ...Object.fromEntries(daprSettings.map((name) => [name, anything])),
        workflow: workflowSettingsSchema,
        metric: { type: ['object', 'null'], properties: { enabled: { type: 'boolean' } } },
        metrics: { type: ['object', 'null'], properties: { enabled: { type: 'boolean' } } },
        tracing: {
          type: ['object', 'null'],
          properties: {
            samplingRate: { type: ['string', 'number'] },
            otel: {
              type: ['object', 'null'],
              properties: { endpointAddress: { type: 'string' }, isSecure: { type: 'boolean' } },
            },
          },
        },
      },
    },
  },
} as const;
