import { daprRoutes } from './dapr/routes.js';
import { buildOpenApi } from './openapi.js';
import { plainRoutes } from './plain-routes.js';
import type { PlainRoute, Route, Schema } from './route.js';
import { v1Routes } from './v1/routes.js';

const openApi: PlainRoute = {
  family: 'plain',
  method: 'GET',
  path: '/v1/openapi.json',
  operationId: 'openApi',
  tag: 'host',
  summary: 'This document',
  success: { 200: { description: 'OpenAPI 3.1.', schema: { type: 'object' } } },
  example: {},
  handle: async () => ({ status: 200, body: JSON.stringify(openApiDocument()) }),
};

/** Every route of the door. What is not here is not served. */
export const routes: readonly Route[] = [...v1Routes, openApi, ...daprRoutes, ...plainRoutes];

/** The document of all routes; `openapi.json` is a copy of it. */
export function openApiDocument(): Schema {
  return buildOpenApi(routes);
}
