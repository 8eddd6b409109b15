import { dirname, resolve } from 'node:path';
import { WorkflowError, type ComponentSpec } from '../../../core/index.js';
import type { ComponentRegistry } from '../../registry.js';
import type { Finding } from '../findings.js';
import { closest } from '../suggest.js';
import { parseYaml } from '../yaml/parse-yaml.js';
import type { PlacedDocument } from '../yaml/placed-document.js';
import type { ComponentDocument } from './component-document.js';
import { checkedComponent, isMeant, misspeltType, readComponent, workflowType } from './component-file.js';
import { noSettings, readConfiguration, type FileSettings } from './configuration-file.js';
import { listFiles, type SourceFile } from './list-files.js';
import type { ReadContext } from './read-context.js';
import { environmentStore, fileStore, jsonFileStore } from './secret-stores.js';
import { fillVariables } from './substitution.js';

export interface FilePaths {
  /** Folders (or files) with component documents; a Configuration found there is used when `configurations` is empty. */
  readonly resources: readonly string[];
  /** Configuration files. */
  readonly configurations: readonly string[];
}

export interface FileConfig {
  readonly components: readonly ComponentSpec[];
  readonly settings: FileSettings;
  /** Entry files of the plug-ins that the settings list. */
  readonly plugins: readonly string[];
}

interface Declaration {
  readonly document: PlacedDocument;
  readonly component: ComponentDocument;
}

interface Sorted {
  readonly components: Declaration[];
  readonly configurations: PlacedDocument[];
}

/** Reads everything; what is wrong or worth knowing is reported to the context. The order of files has no meaning. */
export async function readFiles(
  paths: FilePaths,
  context: ReadContext,
  registry: ComponentRegistry,
): Promise<FileConfig> {
  const resources = sortDocuments(documentsOf(paths.resources, context), context);
  const named = sortDocuments(documentsOf(paths.configurations, context), context);
  const configurations = paths.configurations.length > 0 ? named.configurations : resources.configurations;
  const settings = oneOf(configurations, context);
  const plugins = await addPlugins(settings, context, registry);
  const all = [...resources.components, ...named.components];
  const meant = all.filter(({ document, component }) => isMeant(document, component, context));
  declareStores(meant, context);
  const components: ComponentSpec[] = [];
  const declared: Declaration[] = [];
  for (const { document, component } of meant) {
    if (workflowType(component.spec.type) === undefined) continue;
    refuseDuplicate({ document, component }, declared, context);
    const spec = await readComponent(document, component, context);
    if (spec) components.push(spec);
  }
  return { components, settings, plugins };
}

/** Plug-ins are seen from the file that lists them. */
async function addPlugins(
  settings: FileSettings,
  context: ReadContext,
  registry: ComponentRegistry,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const { document, index, name } of settings.plugins) {
    try {
      files.push(await registry.addPlugin(name, dirname(resolve(context.cwd, document.file))));
    } catch (error) {
      const path = ['spec', 'workflow', 'plugins', index];
      context.report(document.finding(path, 'error', WorkflowError.from(error).message));
    }
  }
  return files;
}

function documentsOf(paths: readonly string[], context: ReadContext): readonly PlacedDocument[] {
  const sources = new Map<string, SourceFile>();
  for (const path of paths) {
    const { files, findings } = listFiles(path, context.cwd);
    context.report(...findings);
    for (const source of files) sources.set(resolve(context.cwd, source.file), source);
  }
  return [...sources.values()].flatMap(({ file, text }) => {
    const { documents, findings } = parseYaml(file, text);
    context.report(...findings);
    return documents;
  });
}

/** By kind. Documents of other kinds are none of ours; one that nearly is a kind of ours is a mistake. */
function sortDocuments(documents: readonly PlacedDocument[], context: ReadContext): Sorted {
  const sorted: Sorted = { components: [], configurations: [] };
  for (const raw of documents) {
    const kind = memberOf(raw.value, 'kind');
    if (kind !== 'Component' && kind !== 'Configuration') {
      context.report(otherKind(raw, kind));
      continue;
    }
    const type = memberOf(memberOf(raw.value, 'spec'), 'type');
    if (kind === 'Component' && typeof type === 'string' && !isOurs(type)) {
      const misspelt = misspeltType(raw, type, context);
      context.report(
        misspelt ?? raw.finding(['spec', 'type'], 'info', `component type ${type} is not for a workflow host`),
      );
      continue;
    }
    const { document, findings, secrets } = fillVariables(raw, context.env);
    context.report(...findings.map((finding) => ({ ...finding, severity: context.absenceSeverity })));
    context.secrets.push(...secrets);
    if (kind === 'Configuration') sorted.configurations.push(document);
    else {
      const component = checkedComponent(document, context);
      if (component) sorted.components.push({ document, component });
    }
  }
  return sorted;
}

function isOurs(type: string): boolean {
  return workflowType(type) !== undefined || type.startsWith('secretstores.local.');
}

function otherKind(document: PlacedDocument, kind: unknown): Finding {
  const known = ['Component', 'Configuration'];
  if (typeof kind === 'string') {
    const meant = closest(kind, known);
    return meant === undefined
      ? document.finding(['kind'], 'info', `document of kind ${kind} is not for a workflow host`)
      : document.finding(['kind'], 'error', `unknown kind "${kind}"`, `did you mean "${meant}"?`);
  }
  const keys = typeof document.value === 'object' && document.value !== null ? Object.keys(document.value) : [];
  const misspelt = keys.find((key) => closest(key, ['kind']) !== undefined);
  if (misspelt !== undefined) {
    return document.findingAtKey([], misspelt, 'error', `unknown key "${misspelt}"`, 'did you mean "kind"?');
  }
  return keys.includes('spec')
    ? document.finding([], 'error', 'the document lacks the key "kind"', 'kind: Component or kind: Configuration')
    : document.finding([], 'info', 'a document without a kind is not for a workflow host');
}

function oneOf(configurations: readonly PlacedDocument[], context: ReadContext): FileSettings {
  const [first, ...others] = configurations;
  for (const other of others) {
    const message = `a second Configuration; the first is ${first?.place(['kind']) ?? ''}`;
    if (context.identity)
      context.report(other.finding(['kind'], 'error', message, 'name the one to use with --config'));
    readConfiguration(other, context);
  }
  return (first && readConfiguration(first, context)) ?? noSettings;
}

/** Secret stores by name: those that are declared, and two that need no declaration. */
function declareStores(meant: Sorted['components'], context: ReadContext): void {
  context.stores.set('env', environmentStore(context.env));
  context.stores.set('file', fileStore(context.cwd));
  for (const { component } of meant) {
    const { name } = component.metadata;
    const property = (wanted: string): string | undefined => {
      const value = component.spec.metadata?.find((one) => one.name === wanted)?.value;
      return typeof value === 'string' ? value : undefined;
    };
    if (component.spec.type === 'secretstores.local.env') {
      context.stores.set(name, environmentStore(context.env, property('secretsPrefix')));
    }
    if (component.spec.type === 'secretstores.local.file') {
      const file = resolve(context.cwd, property('secretsFile') ?? 'secrets.json');
      context.stores.set(name, jsonFileStore(file, property('nestedSeparator')));
    }
  }
}

/** The same name twice is an error where both would be loaded by one host. */
function refuseDuplicate(one: Declaration, declared: Declaration[], context: ReadContext): void {
  const { name, namespace } = one.component.metadata;
  const path = ['metadata', 'name'];
  const earlier = declared.find(
    ({ component }) =>
      component.metadata.name === name &&
      component.metadata.namespace === namespace &&
      haveCommonApp(component.scopes ?? [], one.component.scopes ?? []),
  );
  declared.push(one);
  if (!earlier) return;
  const message = `component "${name}" is declared twice`;
  context.report(one.document.finding(path, 'error', message, `also at ${earlier.document.place(path)}`));
}

function haveCommonApp(scopes: readonly string[], others: readonly string[]): boolean {
  return scopes.length === 0 || others.length === 0 || scopes.some((appId) => others.includes(appId));
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
