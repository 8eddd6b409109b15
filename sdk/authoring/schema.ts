import { InvalidInput } from './errors.js';

/**
 * The interface of Standard Schema (version 1), which zod, valibot, arktype and others implement: any of them can be
 * given where a schema is asked for, and none is a dependency.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What may be given to a schema. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];
/** What a schema makes of it. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** Validates where one can wait: at a start or a raise. Throws `InvalidInput`. */
export async function check(name: string, schema: StandardSchema | undefined, value: unknown): Promise<void> {
  if (schema) outputOf(name, await schema['~standard'].validate(value));
}

/**
 * Validates where one cannot wait and gives the schema's output. An asynchronous schema was checked at the door, and
 * gives the value as it is. Throws `InvalidInput`.
 */
export function parse(name: string, schema: StandardSchema | undefined, value: unknown): unknown {
  if (!schema) return value;
  const result = schema['~standard'].validate(value);
  if (!(result instanceof Promise)) return outputOf(name, result);
  result.catch(() => undefined);
  return value;
}

function outputOf(name: string, result: SchemaResult<unknown>): unknown {
  if (!result.issues) return result.value;
  throw new InvalidInput(name, result.issues.map(inWords).join('; '));
}

function inWords({ message, path }: SchemaIssue): string {
  const keys = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
