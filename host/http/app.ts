import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { WorkflowError } from '../../core/index.js';
import type { Answer } from './answer.js';
import { errorAnswer } from './problem.js';
import type { Call, Route } from './route.js';
import { routes } from './routes.js';
import { shownError } from './shown-error.js';
import { Validator } from './validate.js';

/** Makes a call of a request and sends what `answer` says. */
export type Respond = (
  request: IncomingMessage,
  response: ServerResponse,
  params: Readonly<Record<string, string>>,
  answer: (call: Call) => Promise<Answer>,
) => void;

/** The express application: finds the route of a request, for all routes of the table. */
export function createApp(respond: Respond): RequestListener {
  const app = express();
  app.disable('x-powered-by').enable('case sensitive routing');
  const validator = new Validator();
  for (const [path, methods] of byPath(routes)) {
    for (const route of methods) addRoute(app, route, validator, respond);
    if (methods.every((route) => route.family !== 'dapr'))
      app.all(expressPath(path), otherMethods(path, methods, respond));
  }
  app.use((request, response) => {
    const error = new WorkflowError('ERR_NOT_FOUND', { method: request.method, path: request.path });
    respond(request, response, {}, async () => errorAnswer(error, request.path));
  });
  const undecodable: ErrorRequestHandler = (_error, request, response, _next) => {
    const error = new WorkflowError('ERR_REQUEST_MALFORMED', { reason: 'the path is not percent-encoded UTF-8' });
    respond(request, response, {}, async () => errorAnswer(error, request.path));
  };
  app.use(undecodable);
  return app;
}

function addRoute(app: Express, route: Route, validator: Validator, respond: Respond): void {
  const handler: RequestHandler<Record<string, string>> = (request, response, next) => {
    // Express lets HEAD in where GET is served. Dapr does not.
    if (request.method !== route.method && route.family === 'dapr') next();
    else respond(request, response, request.params, (call) => answer(route, call, validator));
  };
  const served = app.route(expressPath(route.path));
  if (route.method === 'GET') served.get(handler);
  else if (route.method === 'POST') served.post(handler);
  else served.delete(handler);
}

async function answer(route: Route, call: Call, validator: Validator): Promise<Answer> {
  if (route.family !== 'v1') return route.handle(call);
  try {
    return await route.handle(call, await validator.input(route, call));
  } catch (error) {
    return errorAnswer(shownError(error, call.parts), route.path);
  }
}

function otherMethods(path: string, methods: readonly Route[], respond: Respond): RequestHandler {
  const served = methods.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const headers = { Allow: [...served, 'OPTIONS'].join(', ') };
  return (request, response) =>
    respond(request, response, {}, async () => {
      if (request.method === 'OPTIONS') return { status: 204, headers };
      const refusal = errorAnswer(
        new WorkflowError('ERR_METHOD_NOT_ALLOWED', { method: request.method, path: request.path }),
        path,
      );
      return { ...refusal, headers: { ...refusal.headers, ...headers } };
    });
}

function byPath(table: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of table) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

function expressPath(template: string): string {
  return template.replace(/\{(\w+)\}/g, ':$1');
}
