import type { ComponentFactory } from '../../core/index.js';
import { componentSchema, configurationSchema } from './files/document-schemas.js';

interface PropertySchema {
  readonly description?: string;
  readonly [keyword: string]: unknown;
}

/**
 * One schema for every document a host reads: an editor that has it accepts and refuses what `lint` does. A component's
 * own properties are offered by name once its type is written.
 */
export function schemaOfFiles(factories: readonly ComponentFactory[]): object {
  const { $schema, ...component } = componentSchema;
  const { $schema: _same, ...configuration } = configurationSchema;
  return {
    $schema,
    title: 'wfhost files',
    type: 'object',
    required: ['kind'],
    if: { properties: { kind: { const: 'Component' } } },
    then: { ...component, allOf: factories.map(whenType) },
    else: { if: { properties: { kind: { const: 'Configuration' } } }, then: configuration },
  };
}

/** What holds for components of this type. */
function whenType({ type, version, configSchema }: ComponentFactory): object {
  const { properties = {}, required = [] } = configSchema as {
    readonly properties?: Readonly<Record<string, PropertySchema>>;
    readonly required?: readonly string[];
  };
  const names = Object.keys(properties);
  const items = {
    properties: { name: { enum: names } },
    allOf: names.map((name) => whenProperty(name, properties[name] ?? {})),
  };
  const present = required.map((name) => ({ contains: { properties: { name: { const: name } } } }));
  return {
    if: { properties: { spec: { properties: { type: { const: type }, version: { const: version } } } } },
    then: {
      properties: {
        spec: { properties: { metadata: { items, ...(present.length > 0 ? { allOf: present } : {}) } } },
      },
    },
  };
}

/** A value may be written as text whatever its type: that is how Dapr's files have it. */
function whenProperty(name: string, { description, ...schema }: PropertySchema): object {
  const value = { anyOf: [schema, { type: 'string', ...textOf(schema) }], ...(description ? { description } : {}) };
  return { if: { properties: { name: { const: name } } }, then: { properties: { value } } };
}

function textOf(schema: Readonly<Record<string, unknown>>): object {
  if (schema['type'] === 'integer') return { pattern: '^-?[0-9]+$' };
  if (schema['type'] === 'number') return { pattern: '^-?[0-9.eE+-]+$' };
  if (schema['type'] === 'boolean') return { enum: ['true', 'false'] };
  return schema;
}
