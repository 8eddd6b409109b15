import { WorkflowError, type ComponentFactory, type ComponentSpec } from '../core/index.js';
import { invalidPlugin, loadPlugin } from './plugin-loader.js';

/** What a component's module exports. */
export interface ComponentModule {
  readonly factory: ComponentFactory;
  /** Whether a store of the component holds instances that have not ended; does not write. */
  probe?(path: string): Promise<boolean>;
}

/** One line of the catalog. */
export interface CatalogEntry {
  readonly type: string;
  readonly version: string;
  load(): Promise<ComponentModule>;
}

/** The component types this host knows. */
export interface ComponentTypes {
  /** `type/version` of all, in order. */
  names(): readonly string[];
  /** undefined: no such type and version. Throws `ERR_PACKAGE_MISSING` when its vendor client is not installed. */
  find(type: string, version: string): Promise<ComponentFactory | undefined>;
}

/**
 * Component types by name: the catalog's, and those of the plug-ins on the allow-list. Modules are loaded when a type
 * is asked for; naming one costs nothing.
 */
export class ComponentRegistry implements ComponentTypes {
  readonly #loaders = new Map<string, () => Promise<ComponentFactory>>();

  constructor(catalog: readonly CatalogEntry[]) {
    for (const entry of catalog) {
      this.#loaders.set(`${entry.type}/${entry.version}`, async () => (await loadModule(entry)).factory);
    }
  }

  names(): readonly string[] {
    return [...this.#loaders.keys()];
  }

  async find(type: string, version: string): Promise<ComponentFactory | undefined> {
    return this.#loaders.get(`${type}/${version}`)?.();
  }

  /**
   * Loads a plug-in: a package name, or a path; both are looked up from `fromDir`. Returns its entry file. Throws
   * `ERR_CONFIG_INVALID` when it is missing, is no plug-in of a known `apiVersion`, or brings a type that is taken.
   */
  async addPlugin(nameOrPath: string, fromDir: string): Promise<string> {
    const { plugin, file } = await loadPlugin(nameOrPath, fromDir);
    for (const factory of plugin.factories) {
      const name = `${factory.type}/${factory.version}`;
      if (this.#loaders.has(name))
        throw invalidPlugin(nameOrPath, `brings ${name}, which another package or the host has`);
      this.#loaders.set(name, async () => factory);
    }
    return file;
  }

  /** The factories of these components, each once. Unknown types are left to whoever opens them to refuse. */
  async factoriesFor(specs: readonly ComponentSpec[]): Promise<readonly ComponentFactory[]> {
    const found = new Map<string, ComponentFactory>();
    for (const { type, version } of specs) {
      const factory = await this.find(type, version);
      if (factory) found.set(`${type}/${version}`, factory);
    }
    return [...found.values()];
  }
}

const missingPackage = /Cannot find package '([^']+)'/;

async function loadModule(entry: CatalogEntry): Promise<ComponentModule> {
  try {
    return await entry.load();
  } catch (error) {
    const packageName = missingPackage.exec(error instanceof Error ? error.message : '')?.[1];
    if (packageName === undefined) throw error;
    throw new WorkflowError('ERR_PACKAGE_MISSING', { type: entry.type, package: packageName }, { cause: error });
  }
}
