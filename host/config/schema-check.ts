import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Finding } from './findings.js';
import { closest, suggestion } from './suggest.js';
import type { Path, PlacedDocument } from './yaml/placed-document.js';

/** What a schema says against a value, in words. */
export interface Fault {
  readonly path: Path;
  /** The fault is this key of the object at `path`, rather than a value. */
  readonly key?: string;
  readonly message: string;
  readonly hint?: string;
}

/** Checks values against JSON Schemas. Compiles each schema once. */
export class SchemaCheck {
  readonly #ajv: Ajv;
  readonly #compiled = new Map<object, ValidateFunction>();

  /** `coerce`: numbers and booleans may be written as strings, as the values of component properties always are. */
  constructor(options: { readonly coerce: boolean }) {
    this.#ajv = new Ajv({ allErrors: true, strict: false, logger: false, verbose: true, coerceTypes: options.coerce });
  }

  /** No faults: the value is as the schema wants it. Throws when the schema itself is no schema. */
  faults(schema: object, value: unknown): readonly Fault[] {
    let validate = this.#compiled.get(schema);
    if (!validate) {
      validate = this.#ajv.compile(schema);
      this.#compiled.set(schema, validate);
    }
    return validate(value) ? [] : explain(validate.errors ?? []);
  }
}

/** Faults as findings, where they stand. */
export function findingsOf(document: PlacedDocument, faults: readonly Fault[]): readonly Finding[] {
  return faults.map(({ path, key, message, hint }) =>
    key === undefined
      ? document.finding(path, 'error', message, hint)
      : document.findingAtKey(path, key, 'error', message, hint),
  );
}

/** `spec.metadata[0].value`. */
export function showPath(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('');
}

function explain(errors: readonly ErrorObject[]): readonly Fault[] {
  // Of alternatives that all fail, the failure of the whole says it; of a value of the wrong type, the type does.
  const whole = errors.filter(({ keyword }) => keyword !== 'if' && keyword !== 'anyOf' && keyword !== 'oneOf');
  return (whole.length > 0 ? whole : errors).map(faultOf);
}

function faultOf(error: ErrorObject): Fault {
  const path = pathOf(error.instancePath);
  const name = path.length === 0 ? 'the document' : `"${showPath(path)}"`;
  const params: Readonly<Record<string, unknown>> = error.params;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String(params['additionalProperty']);
      return { path, key, message: `unknown key "${key}"`, ...hinted(suggestion(key, keysOf(error.parentSchema))) };
    }
    case 'required':
      return { path, message: `${name} lacks the key "${String(params['missingProperty'])}"` };
    case 'type':
      return { path, message: `${name} must be ${words(params['type'])}, not ${typeName(error.data)}` };
    case 'enum':
    case 'const': {
      const allowed = wordsOf(params['allowedValues'] ?? [params['allowedValue']]);
      const message = `${name} must be ${allowed.join(' or ')}, not ${JSON.stringify(error.data)}`;
      const meant = closest(String(error.data), allowed);
      return { path, message, ...hinted(meant && `did you mean "${meant}"?`) };
    }
    default:
      return { path, message: `${name} ${error.message ?? 'is wrong'}` };
  }
}

function pathOf(pointer: string): Path {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~')));
}

function keysOf(schema: unknown): readonly string[] {
  const properties = isRecord(schema) ? schema['properties'] : undefined;
  return isRecord(properties) ? Object.keys(properties) : [];
}

function words(types: unknown): string {
  return wordsOf(types).join(' or ');
}

function wordsOf(values: unknown): readonly string[] {
  return Array.isArray(values) ? values.map(String) : [String(values)];
}

function typeName(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`;
}

function hinted(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
