import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openApiDocument, routes } from '../../../host/http/routes.js';
import type { Route } from '../../../host/http/route.js';
import { openDoor, type Reply, type TestDoor } from './harness.js';

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly {
    name: string;
    in: string;
    example?: string | number | boolean | readonly string[];
    required?: boolean;
  }[];
  readonly requestBody?: { content: Record<string, { example?: unknown }> };
  readonly responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

const document = openApiDocument() as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

test('the generated file is the document that is served', async () => {
  const file: unknown = JSON.parse(readFileSync(new URL('../../../host/http/openapi.json', import.meta.url), 'utf8'));
  expect(file).toEqual(JSON.parse(JSON.stringify(document)));
});

test('the document has every route of the table, and no other', () => {
  const of = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
  expect(operations.map(of).toSorted()).toEqual(routes.map(of).toSorted());
});

test('operation ids are unique', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

describe('every example works', () => {
  let door: TestDoor;
  beforeAll(async () => {
    door = await openDoor();
  });
  afterAll(() => door.close());

  test.each(operations)('$method $path', async ({ path, method, operation }) => {
    const { component } = door.engine;
    for (const instanceId of ['order-0', 'order-1', 'order-2', 'order-3', 'order-0-again']) {
      await component.purge({ instanceId, recursive: true, force: true }).catch(() => undefined);
    }
    await door.begin('order-0', 'one-step');
    await door.begin('order-1', 'process-order', '{"items":1}');
    const { url, body } = exampleRequest(path, operation);
    const reply = await door.call(method, url, body === undefined ? {} : { body });
    expect({ status: reply.status, text: reply.text }).toEqual({
      status: expect.any(Number),
      text: expect.not.stringContaining('"errorCode":"'),
    });
    const promised = operation.responses[String(reply.status)];
    expect(Object.keys(operation.responses)).toContain(String(reply.status));
    expect(faultsOf(promised, reply)).toEqual([]);
  });
});

function exampleRequest(
  path: string,
  { parameters, requestBody }: Operation,
): { url: string; body: string | undefined } {
  const url = new URL(path, 'http://localhost');
  let filled = path;
  for (const { name, in: place, example } of parameters) {
    if (place === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(String(example)));
    if (place === 'query' && example !== undefined) url.searchParams.set(name, String(example));
  }
  const example = Object.values(requestBody?.content ?? {})[0]?.example;
  return { url: filled + url.search, body: example === undefined ? undefined : JSON.stringify(example) };
}

/** How an answer differs from what the document says; its objects allow no further members. */
function faultsOf(promised: Operation['responses'][string] | undefined, { headers, text }: Reply): unknown {
  const [contentType, { schema }] = Object.entries(promised?.content ?? {})[0] ?? ['none', { schema: {} }];
  if (contentType === 'none') return text === '' ? [] : ['no body was promised'];
  if (!headers['content-type']?.startsWith(contentType)) return [`content type ${headers['content-type']}`];
  if (contentType !== 'application/json') return [];
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'http://document/openapi', ...document });
  const absolute = JSON.stringify(schema).replaceAll('"#/', '"http://document/openapi#/');
  const validate = ajv.compile(JSON.parse(absolute) as object);
  validate(JSON.parse(text));
  return validate.errors ?? [];
}

test('each route has an example for each of its path parameters', () => {
  const missing = routes.flatMap((route: Route) =>
    [...route.path.matchAll(/\{(\w+)\}/g)].filter(([, name = '']) => route.example.params?.[name] === undefined),
  );
  expect(missing).toEqual([]);
});
