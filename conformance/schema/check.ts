/**
 * JSON Schema, as far as profiles and reports use it: one description serves editors, documents and these checks.
 */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly minimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** Of members that `properties` does not name. */
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
}

/** What is wrong with the value, one sentence each; empty: nothing. */
export function problemsOf(value: unknown, schema: Schema, place = ''): readonly string[] {
  const at = place === '' ? 'the document' : place;
  if (schema.type !== undefined && !hasType(value, schema.type)) {
    return [`${at} must be ${withArticle(schema.type)}, not ${value === null ? 'null' : kindOf(value)}`];
  }
  return [
    ...(schema.enum && !schema.enum.includes(String(value)) ? [`${at} must be one of ${schema.enum.join(', ')}`] : []),
    ...(typeof value === 'string' && value.length < (schema.minLength ?? 0) ? [`${at} must not be empty`] : []),
    ...(typeof value === 'number' && value < (schema.minimum ?? -Infinity)
      ? [`${at} must be at least ${schema.minimum}`]
      : []),
    ...(isRecord(value) ? problemsOfMembers(value, schema, place) : []),
    ...(Array.isArray(value) && schema.items
      ? itemsOf(value).flatMap((item, index) => problemsOf(item, schema.items ?? {}, `${place}[${index}]`))
      : []),
  ];
}

function problemsOfMembers(
  value: Readonly<Record<string, unknown>>,
  { properties = {}, required = [], additionalProperties }: Schema,
  place: string,
): readonly string[] {
  const prefix = place === '' ? '' : `${place}.`;
  const missing = required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${prefix}${name} is missing`);
  const found = Object.entries(value).flatMap(([name, member]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (schema === false) return [`${prefix}${name} is not known here; known: ${Object.keys(properties).join(', ')}`];
    return schema === undefined ? [] : problemsOf(member, schema, `${prefix}${name}`);
  });
  return [...missing, ...found];
}

function hasType(value: unknown, type: NonNullable<Schema['type']>): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return kindOf(value) === type;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return kindOf(value) === 'object';
}

function itemsOf(value: readonly unknown[]): readonly unknown[] {
  return value;
}

function withArticle(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** A profile or a report that cannot be used. The message says everything that is wrong with it. */
export class BrokenDocument extends Error {
  override readonly name = 'BrokenDocument';
}
