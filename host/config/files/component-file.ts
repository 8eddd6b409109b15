import type { ComponentSpec } from '../../../core/index.js';
import { defaultInitTimeoutMs, defaultVersion } from '../defaults.js';
import { parseGoDuration } from '../go-duration.js';
import { findingsOf, showPath } from '../schema-check.js';
import { closest, suggestion } from '../suggest.js';
import type { PlacedDocument } from '../yaml/placed-document.js';
import type { ComponentDocument } from './component-document.js';
import { readProperties } from './component-properties.js';
import { componentSchema } from './document-schemas.js';
import type { ReadContext } from './read-context.js';

/** The type as the registry knows it; undefined: not a workflow component at all (a state store, a broker ...). */
export function workflowType(type: string): string | undefined {
  const [, rest] = /^workflows?\.(.+)$/.exec(type) ?? [];
  return rest === undefined ? undefined : `workflow.${rest}`;
}

/** The document when its form is right; what is wrong with it is reported. */
export function checkedComponent(document: PlacedDocument, context: ReadContext): ComponentDocument | undefined {
  const faults = context.documents.faults(componentSchema, document.value);
  context.report(...findingsOf(document, faults));
  return faults.length === 0 ? (document.value as ComponentDocument) : undefined;
}

/** Whether this host is meant; otherwise a note says why not. */
export function isMeant(document: PlacedDocument, component: ComponentDocument, context: ReadContext): boolean {
  const { identity } = context;
  const { name, namespace } = component.metadata;
  const scopes = component.scopes ?? [];
  if (!identity) return true;
  if (namespace !== undefined && namespace !== identity.namespace) {
    const message = `component "${name}" is of namespace "${namespace}", this host of "${identity.namespace}"`;
    context.report(document.finding(['metadata', 'namespace'], 'info', message));
    return false;
  }
  if (scopes.length > 0 && !scopes.includes(identity.appId)) {
    const message = `component "${name}" is not for app "${identity.appId}"`;
    context.report(document.finding(['scopes'], 'info', message));
    return false;
  }
  return true;
}

/** A workflow component, resolved and checked against its own schema; undefined when something was reported. */
export async function readComponent(
  document: PlacedDocument,
  component: ComponentDocument,
  context: ReadContext,
): Promise<ComponentSpec | undefined> {
  const reportedBefore = context.findings.length;
  const { name } = component.metadata;
  const { ignoreErrors = false, version = defaultVersion } = component.spec;
  const type = workflowType(component.spec.type) ?? component.spec.type;
  const initTimeoutMs = readInitTimeout(document, component, context);
  const factory = await findFactory(document, type, version, context);
  const properties = readProperties(document, component, context, factory?.configSchema);
  const failed = context.findings.slice(reportedBefore).some(({ severity }) => severity === 'error');
  if (failed || !factory) return undefined;
  return { name, type, version, properties, initTimeoutMs, ignoreErrors, source: document.place(['metadata', 'name']) };
}

function readInitTimeout(document: PlacedDocument, { spec }: ComponentDocument, context: ReadContext): number {
  if (spec.initTimeout === undefined) return defaultInitTimeoutMs;
  const ms = parseGoDuration(spec.initTimeout);
  if (ms !== undefined && ms > 0) return ms;
  const path = ['spec', 'initTimeout'];
  const message = `"${showPath(path)}" is no duration: "${spec.initTimeout}"`;
  context.report(document.finding(path, 'error', message, 'for example 5s or 1m30s'));
  return defaultInitTimeoutMs;
}

async function findFactory(document: PlacedDocument, type: string, version: string, context: ReadContext) {
  try {
    const factory = await context.types.find(type, version);
    if (!factory) context.report(unknownType(document, type, version, context.types.names()));
    return factory;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    context.report(document.finding(['spec', 'type'], 'error', message));
    return undefined;
  }
}

function unknownType(document: PlacedDocument, type: string, version: string, names: readonly string[]) {
  const versions = names.filter((name) => name.startsWith(`${type}/`)).map((name) => name.slice(type.length + 1));
  if (versions.length > 0) {
    const message = `component type "${type}" has no version "${version}"`;
    return document.finding(['spec', 'version'], 'error', message, `known: ${versions.join(', ')}`);
  }
  const types = [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('/'))))];
  const message = `unknown component type "${type}"`;
  return document.finding(['spec', 'type'], 'error', message, suggestion(type, types));
}

/** A type that names no workflow component but nearly does; undefined: of another building block, not ours. */
export function misspeltType(document: PlacedDocument, type: string, context: ReadContext) {
  const [block = ''] = type.split('.');
  if (closest(block, ['workflow', 'workflows']) === undefined) return undefined;
  const types = context.types.names().map((name) => name.slice(0, name.lastIndexOf('/')));
  return document.finding(['spec', 'type'], 'error', `unknown component type "${type}"`, suggestion(type, types));
}
