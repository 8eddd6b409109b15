import type { Fault } from '../schema-check.js';
import { findingsOf } from '../schema-check.js';
import type { Path, PlacedDocument } from '../yaml/placed-document.js';
import type { ComponentDocument, ComponentProperty } from './component-document.js';
import type { ReadContext } from './read-context.js';
import { fillTags, looksSecret } from './substitution.js';

/** Variables a component may not read: they hold the host's own tokens and settings. */
const reservedVariables = /^(?:DAPR_|WFHOST_)|^APP_API_TOKEN$/;

/** `spec.metadata` as a map, with secrets in place, checked against the component's schema (absent: unknown type). */
export function readProperties(
  document: PlacedDocument,
  component: ComponentDocument,
  context: ReadContext,
  schema: object | undefined,
): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  /** Where each property stands, by name. */
  const indexes = new Map<string, number>();
  let complete = true;
  for (const [index, property] of (component.spec.metadata ?? []).entries()) {
    const path = ['spec', 'metadata', index];
    if (indexes.has(property.name)) {
      context.report(document.finding([...path, 'name'], 'error', `property "${property.name}" is given twice`));
    }
    indexes.set(property.name, index);
    const value = readValue(document, path, property, component, context);
    if (value === undefined) complete = false;
    else properties.set(property.name, value);
  }
  if (schema) reportFaults(document, schema, properties, indexes, complete, context);
  return properties;
}

/** undefined: there is no value, and that was reported. */
function readValue(
  document: PlacedDocument,
  path: Path,
  property: ComponentProperty,
  component: ComponentDocument,
  context: ReadContext,
): string | undefined {
  const { name, secretKeyRef, envRef } = property;
  const given = [property.value, secretKeyRef, envRef].filter((source) => source !== undefined);
  if (given.length > 1) {
    const message = `property "${name}" has more than one of value, secretKeyRef and envRef`;
    context.report(document.finding(path, 'error', message));
    return undefined;
  }
  if (envRef !== undefined) return readVariable(document, [...path, 'envRef'], envRef, context);
  if (secretKeyRef) return readSecret(document, [...path, 'secretKeyRef'], property, component, context);
  return fillTags(document.textAt([...path, 'value']) ?? '', context.tags);
}

function readVariable(document: PlacedDocument, path: Path, name: string, context: ReadContext): string | undefined {
  if (reservedVariables.test(name)) {
    context.report(document.finding(path, 'error', `environment variable ${name} is reserved for the host`));
    return undefined;
  }
  const value = context.env[name];
  if (value === undefined) {
    context.report(document.finding(path, context.absenceSeverity, `environment variable ${name} is not set`));
  } else if (looksSecret(name)) context.secrets.push(value);
  return value;
}

function readSecret(
  document: PlacedDocument,
  path: Path,
  { secretKeyRef }: ComponentProperty,
  component: ComponentDocument,
  context: ReadContext,
): string | undefined {
  if (!secretKeyRef) return undefined;
  const storeName = component.auth?.secretStore ?? 'env';
  const store = context.stores.get(storeName);
  if (!store) {
    const hint = `known: ${[...context.stores.keys()].join(', ')}`;
    context.report(document.finding(['auth', 'secretStore'], 'error', `unknown secret store "${storeName}"`, hint));
    return undefined;
  }
  const { name, key = name } = secretKeyRef;
  try {
    const value = store.get(secretKeyRef);
    if (value !== undefined) {
      context.secrets.push(value);
      return value;
    }
    const what = key === name ? `secret "${name}"` : `secret "${name}" with key "${key}"`;
    context.report(document.finding(path, context.absenceSeverity, `${what} was not found in ${store.label}`));
  } catch (error) {
    context.report(
      document.finding(path, context.absenceSeverity, error instanceof Error ? error.message : String(error)),
    );
  }
  return undefined;
}

function reportFaults(
  document: PlacedDocument,
  schema: object,
  properties: ReadonlyMap<string, string>,
  indexes: ReadonlyMap<string, number>,
  complete: boolean,
  context: ReadContext,
): void {
  const faults = context.properties.faults(schema, Object.fromEntries(properties));
  for (const fault of faults) {
    const name = String(fault.key ?? fault.path[0] ?? '');
    const index = indexes.get(name);
    // A value that could not be resolved was reported already; that it is missing is no second fault.
    if (index === undefined && !complete) continue;
    const at = index === undefined ? ['spec'] : ['spec', 'metadata', index, fault.key === undefined ? 'value' : 'name'];
    context.report(...findingsOf(document, [{ ...asProperty(fault), path: at }]));
  }
}

/** A fault of the map of properties, said of the property. */
function asProperty({ key, message, hint }: Fault): Omit<Fault, 'path'> {
  const worded =
    key === undefined
      ? message.replace(/^"([^"]*)"/, 'property "$1"')
      : message.replace(/^unknown key/, 'unknown property');
  const said = worded.replace(/^the document lacks the key/, 'the component lacks the property');
  return { message: said, ...(hint === undefined ? {} : { hint }) };
}
