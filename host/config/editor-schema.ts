import type { ComponentFactory } from '../../core/index.js';
import { componentSchema, configurationSchema } from './files/document-schemas.js';

/** What is used of a component's own schema. */
interface ConfigSchema {
  readonly properties?: Readonly<Record<string, PropertySchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

interface PropertySchema {
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/**
 * One schema for every document a host reads: an editor that has it accepts and refuses what `lint` does, as far as one
 * document shows it. A component's own properties are offered by name once its type is written.
 */
export function schemaOfFiles(factories: readonly ComponentFactory[]): object {
  const { $schema, ...component } = componentSchema;
  const { $schema: _same, ...configuration } = configurationSchema;
  return {
    $schema,
    title: 'wfhost files',
    if: { required: ['kind'], properties: { kind: { const: 'Component' } } },
    then: { ...component, allOf: [knownType(factories), ...factories.map(whenType)] },
    else: { if: { required: ['kind'], properties: { kind: { const: 'Configuration' } } }, then: configuration },
  };
}

/** Workflow components must be of a type there is; other building blocks are none of this host's. */
function knownType(factories: readonly ComponentFactory[]): object {
  const spec = (type: object): object => ({ properties: { spec: { required: ['type'], properties: { type } } } });
  return {
    if: spec({ pattern: '^workflows?\\.' }),
    then: spec({ enum: factories.flatMap(({ type }) => spellings(type)) }),
  };
}

/** A type may be written in the plural. */
function spellings(type: string): readonly string[] {
  return [type, type.replace(/^workflow\./, 'workflows.')];
}

/** What holds for components of this type. */
function whenType({ type, version, configSchema }: ComponentFactory): object {
  const { properties = {}, required = [], additionalProperties } = configSchema as ConfigSchema;
  const allOf = [
    ...(additionalProperties === false ? [onlyNamed(Object.keys(properties))] : []),
    ...Object.entries(properties).map(([name, schema]) => ({ items: whenProperty(name, schema) })),
    ...required.map((name) => ({ contains: { properties: { name: { const: name } } } })),
  ];
  const typed = { required: ['type'], properties: { type: { enum: spellings(type) }, version: { const: version } } };
  return {
    if: { properties: { spec: typed } },
    then: { properties: { spec: { properties: { metadata: { allOf } } } } },
  };
}

function onlyNamed(names: readonly string[]): object {
  return { items: names.length === 0 ? false : { properties: { name: { enum: names } } } };
}

/** A value may be written as text whatever its type, which is how Dapr's files have it; and text as a number. */
function whenProperty(name: string, { description, ...schema }: PropertySchema): object {
  const value = { anyOf: [schema, writtenAs(schema)], ...(description ? { description } : {}) };
  return { if: { properties: { name: { const: name } } }, then: { properties: { value } } };
}

function writtenAs(schema: Readonly<Record<string, unknown>>): object {
  switch (schema['type']) {
    case 'integer':
      return { type: 'string', pattern: '^-?[0-9]+$' };
    case 'number':
      return { type: 'string', pattern: '^-?[0-9.eE+-]+$' };
    case 'boolean':
      return { enum: ['true', 'false'] };
    default:
      return { type: ['number', 'boolean'] };
  }
}
