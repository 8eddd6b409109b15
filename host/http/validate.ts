import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { WorkflowError } from '../../core/index.js';
import { textOf } from './body.js';
import { readControlBody, type ControlBody } from './json/read.js';
import type { BodySpec, Call, Input, ObjectSchema, Schema, V1Route } from './route.js';
import { parseTime } from './time.js';

const noBody: ControlBody = { values: {}, payloads: new Map() };
const lists: ReadonlySet<unknown> = new Set(['array']);

/** Makes what comes in what the schemas of its route say, or refuses it with the place of the fault. */
export class Validator {
  readonly #ajv = new Ajv({
    strict: true,
    strictRequired: false,
    formats: { 'date-time': (text: string) => parseTime(text) !== undefined },
  });
  /** Compiled on first use. */
  readonly #compiled = new Map<ObjectSchema, ValidateFunction>();

  /** Throws `ERR_REQUEST_MALFORMED`, `ERR_JSON_TOO_DEEP`, and what reading the body throws. */
  async input(route: V1Route, call: Call): Promise<Input<object, object>> {
    const query = this.#query(route.query, call.query);
    if (!route.body) return { query, body: {}, payloads: noBody.payloads };
    const { values, payloads } = readBody(route.body, await call.body());
    const shape = { ...values, ...Object.fromEntries([...payloads.keys()].map((name) => [name, null])) };
    this.#check(route.body.schema, shape, 'body');
    return { query, body: values, payloads };
  }

  #query(schema: ObjectSchema | undefined, given: URLSearchParams): object {
    const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const name of new Set(given.keys())) {
      const texts = given.getAll(name);
      const property = schema && Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      if (!property) throw malformed(`query: unknown parameter "${name}"`);
      if (lists.has(property['type'])) values[name] = texts;
      else if (texts.length > 1) throw malformed(`query/${name}: given more than once`);
      else values[name] = fromText(property, texts[0] ?? '');
    }
    if (schema) this.#check(schema, values, 'query');
    return values;
  }

  #check(schema: ObjectSchema, value: object, where: string): void {
    let validate = this.#compiled.get(schema);
    if (!validate) this.#compiled.set(schema, (validate = this.#ajv.compile(schema)));
    if (!validate(value)) throw malformed(fault(where, validate.errors?.[0]));
  }
}

function readBody(spec: BodySpec, bytes: Buffer): ControlBody {
  if (bytes.length === 0 && spec.optional) return noBody;
  const text = textOf(bytes);
  if (text === undefined) throw malformed('the body is not UTF-8');
  return readControlBody(text, new Set(spec.payloads));
}

/** A query parameter is text; a number or flag in it is read by the schema. What is neither stays text and is refused. */
function fromText(schema: Schema, text: string): unknown {
  if (schema['type'] === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (schema['type'] === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function fault(where: string, error: ErrorObject | undefined): string {
  if (!error) return `${where}: not what the schema says`;
  const place = where + error.instancePath;
  if (error.keyword === 'additionalProperties')
    return `${place}: unknown field "${String(error.params['additionalProperty'])}"`;
  if (error.keyword === 'enum')
    return `${place}: must be one of ${(error.params['allowedValues'] as unknown[]).join(', ')}`;
  if (error.keyword === 'not') return `${place}: a payload is given as JSON or as text, not both`;
  if (error.keyword === 'format') return `${place}: must be a time like 2030-01-31T12:00:00Z`;
  return `${place}: ${error.message ?? 'not what the schema says'}`;
}

function malformed(reason: string): WorkflowError {
  return new WorkflowError('ERR_REQUEST_MALFORMED', { reason });
}
