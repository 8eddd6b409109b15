import type { Route, Schema } from './route.js';
import { namedSchemas, ref } from './v1/schemas.js';

/** Version of the API, not of the program. */
const apiVersion = '1.0.0';

const tags = [
  { name: 'instances', description: 'Instances of workflows, by component.' },
  { name: 'components', description: 'What is loaded and what it can do.' },
  { name: 'dapr', description: "Dapr's workflow management API, under its three prefixes." },
  { name: 'host', description: 'Health, metadata, metrics and this document.' },
];

/** The OpenAPI 3.1 document of a route table. */
export function buildOpenApi(routes: readonly Route[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = operation(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'wfhost',
      version: apiVersion,
      description: 'Workflow instances on any loaded component. Times are RFC 3339; ids in paths are percent-encoded.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags,
    security: [{}, { apiToken: [] }],
    paths,
    components: {
      schemas: namedSchemas,
      securitySchemes: { apiToken: { type: 'apiKey', in: 'header', name: 'dapr-api-token' } },
    },
  };
}

function operation(route: Route): Schema {
  const body = requestBody(route);
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.family === 'plain' && route.open ? { security: [] } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responses(route),
  };
}

function pathParameters({ path, example }: Route): Schema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => pathParameter(name, example.params?.[name]));
}

function pathParameter(name: string, example: string | undefined): Schema {
  return {
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(example === undefined ? {} : { example }),
    ...(name === 'component' ? { description: 'Name of a component; `default` or `dapr` mean the default one.' } : {}),
  };
}

function queryParameters({ query, example }: Route): Schema[] {
  return Object.entries(query?.properties ?? {}).map(([name, schema]) =>
    queryParameter(name, schema, query?.required?.includes(name) === true, example.query?.[name]),
  );
}

/** Query examples are texts in the table; the document shows them in the type of their schema. */
function queryParameter(name: string, schema: Schema, required: boolean, text: string | undefined): Schema {
  return {
    name,
    in: 'query',
    schema,
    ...(required ? { required } : {}),
    ...(text === undefined ? {} : { example: typed(text, schema['type']) }),
  };
}

function headerParameters(route: Route): Schema[] {
  const headers = route.family === 'v1' ? (route.requestHeaders ?? {}) : {};
  return Object.entries(headers).map(([name, schema]) => ({ name, in: 'header', schema }));
}

function requestBody(route: Route): Schema | undefined {
  const example = route.example.body === undefined ? {} : { example: route.example.body };
  if (route.family === 'v1' && route.body) {
    return {
      required: !route.body.optional,
      content: { 'application/json': { schema: route.body.schema, ...example } },
    };
  }
  if (route.family !== 'dapr' || !route.rawBody) return undefined;
  const description =
    route.rawBody === 'payload'
      ? 'The payload: any text, usually JSON, kept verbatim whatever its content type.'
      : 'Has no meaning; if there is one it must be a JSON object.';
  return { required: false, description, content: { 'application/json': { schema: {}, ...example } } };
}

function responses(route: Route): Schema {
  const answers: Record<string, Schema> = {};
  for (const [status, { description, schema, contentType = 'application/json' }] of Object.entries(route.success)) {
    answers[status] = { description, ...(schema ? { content: { [contentType]: { schema } } } : {}) };
  }
  answers['default'] =
    route.family === 'v1'
      ? { description: 'It failed.', content: { 'application/problem+json': { schema: ref('Problem') } } }
      : { description: 'It failed.', content: { 'application/json': { schema: ref('DaprError') } } };
  return answers;
}

function typed(text: string, type: unknown): unknown {
  if (type === 'array') return [text];
  return type === 'string' ? text : (JSON.parse(text) as unknown);
}
