import type { IncomingHttpHeaders } from 'node:http';
import type { DoorParts } from '../door.js';
import type { Answer } from './answer.js';

/** The one description of a route: the router, the OpenAPI document and the tests are made from it. */
export type Route = V1Route | DaprRoute | PlainRoute;

export type Method = 'GET' | 'POST' | 'DELETE';

/** JSON Schema (2020-12). */
export interface Schema {
  readonly [keyword: string]: unknown;
}

export interface ObjectSchema extends Schema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** One answer a route gives when all is well. */
export interface SuccessSpec {
  readonly description: string;
  /** Absent: the answer has no body. */
  readonly schema?: Schema;
  readonly contentType?: string;
}

/** A request that works against the instances `examples.ts` speaks of. Executed as a test. */
export interface ExampleCall {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON; for Dapr's raw bodies the value whose JSON text is sent. */
  readonly body?: unknown;
}

interface RouteBase {
  readonly method: Method;
  /** OpenAPI template; segments in braces are parameters, percent-encoded on the wire. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: 'components' | 'instances' | 'dapr' | 'host';
  readonly summary: string;
  readonly description?: string;
  readonly query?: ObjectSchema;
  readonly success: Readonly<Record<number, SuccessSpec>>;
  readonly example: ExampleCall;
}

/** A route of our own API: strict about what comes in, problem+json when it fails. */
export interface V1Route extends RouteBase {
  readonly family: 'v1';
  readonly body?: BodySpec;
  /** Shown in the document: the headers it looks at. */
  readonly requestHeaders?: Readonly<Record<string, Schema>>;
  handle(call: Call, input: Input<object, object>): Promise<Answer>;
}

/** A route of Dapr's management API: bodies are bytes, errors are `{errorCode, message}`. It answers its own errors. */
export interface DaprRoute extends RouteBase {
  readonly family: 'dapr';
  readonly rawBody?: 'payload' | 'ignored';
  handle(call: Call): Promise<Answer>;
}

/** Health, metadata, metrics, the document. `open`: answers without an API token. */
export interface PlainRoute extends RouteBase {
  readonly family: 'plain';
  readonly open?: boolean;
  handle(call: Call): Promise<Answer>;
}

export interface BodySpec {
  readonly schema: ObjectSchema;
  /** Members that are any JSON and reach the component as their text, verbatim. */
  readonly payloads: readonly string[];
  /** An empty body means `{}`. */
  readonly optional: boolean;
}

/** What a v1 route gets: checked against its schemas. */
export interface Input<Query, Body> {
  readonly query: Query;
  readonly body: Body;
  readonly payloads: ReadonlyMap<string, string>;
}

/** One request on its way through a route. */
export interface Call {
  readonly parts: DoorParts;
  /** Of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Reads the body on first use. Throws `ERR_PAYLOAD_TOO_LARGE`, `ERR_BODY_READ`. */
  body(): Promise<Buffer>;
  /** Aborts with `ERR_CANCELLED` when the caller goes away, with `ERR_SHUTTING_DOWN` when the door drains. */
  signal(): AbortSignal;
}

/**
 * States a v1 route with the types its schemas describe; the validator has made them true when `handle` runs. The
 * method's parameters are bivariant, which is what lets one table hold them all.
 */
export function v1Route<Query extends object, Body extends object>(
  route: Omit<V1Route, 'family' | 'handle'> & { handle(call: Call, input: Input<Query, Body>): Promise<Answer> },
): V1Route {
  return { ...route, family: 'v1' };
}

/** A parameter every route of the template has. Throws for a name the template lacks: a fault of the table. */
export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no parameter ${name}`);
  return value;
}
