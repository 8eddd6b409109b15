import type { IncomingMessage } from 'node:http';
import { hasNoBody } from './body.js';
import { daprRoutes } from './dapr/routes.js';
import { plainRoutes } from './plain-routes.js';
import type { DaprRoute, PlainRoute } from './route.js';

/** A route found without express, with its parameters. */
export interface HotMatch {
  readonly route: DaprRoute | PlainRoute;
  readonly params: Readonly<Record<string, string>>;
}

const noParams = {};
/** Anything that would need decoding, cleaning or a second look is left to express. */
const plainPath = /^[\w\-.~:@!$&'()*,;=|/]*$/;
const workflows = /^\/(v1\.0(?:-(?:alpha|beta)1)?)\/workflows\/([^/]+)\/([^/]+)(?:\/(start|raiseEvent\/[^/]+))?$/;

const open = new Map(plainRoutes.filter((route) => route.open).map((route) => [route.path, route]));
const dapr = new Map(daprRoutes.map((route) => [`${route.method} ${route.path}`, route]));

/**
 * Recognises the calls that come by the thousand (Dapr's start, status and raise) and health, so that they need not
 * pass the express stack (which costs several times what they do), nor wait until it is loaded. Routes and answers are
 * the same ones; `undefined` means only that express has to look.
 */
export function matchHot(request: IncomingMessage): HotMatch | undefined {
  const { method, url = '' } = request;
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  if (method === 'GET') {
    const route = open.get(path);
    if (route) return { route, params: noParams };
  }
  if (!plainPath.test(path)) return undefined;
  const match = workflows.exec(path);
  if (!match) return undefined;
  const [, prefix = '', component = '', subject = '', verb] = match;
  if (verb === undefined)
    return method === 'GET' && hasNoBody(request)
      ? find('GET', prefix, '/{instanceID}', { component, instanceID: subject })
      : undefined;
  if (method !== 'POST') return undefined;
  if (verb === 'start') return find('POST', prefix, '/{workflowName}/start', { component, workflowName: subject });
  const eventName = verb.slice('raiseEvent/'.length);
  return find('POST', prefix, '/{instanceID}/raiseEvent/{eventName}', { component, instanceID: subject, eventName });
}

function find(method: string, prefix: string, rest: string, params: Record<string, string>): HotMatch | undefined {
  const route = dapr.get(`${method} /${prefix}/workflows/{component}${rest}`);
  return route && { route, params };
}
