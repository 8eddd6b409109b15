import { catalog } from '../components/catalog.js';
import type { Environment } from './config/files/substitution.js';
import { componentsOf } from './config/defaults.js';
import type { Finding } from './config/findings.js';
import type { HostFlags } from './config/flags.js';
import type { HostConfig } from './config/host-config.js';
import { readConfig } from './config/load-config.js';
import { refuseAbandonedStore } from './abandoned-store.js';
import { startHost, type HostParts, type RunningHost } from './host.js';
import { ComponentRegistry } from './registry.js';
import { untilEnded } from './process-end.js';

/** The composition root: the only file that knows which components there are. */

/**
 * Flags over environment over files over defaults. Throws one `ERR_CONFIG_INVALID` that names everything that is wrong,
 * a line each.
 */
export async function loadConfig(input: {
  readonly flags: HostFlags;
  readonly env: Environment;
  /** Folder that relative paths are seen from. */
  readonly cwd: string;
}): Promise<HostConfig> {
  return readConfig({ ...input, registry: new ComponentRegistry(catalog) });
}

/** What a host would say about these files and folders; see `host/config/lint.ts`. */
export async function lintFiles(
  paths: readonly string[],
  options: { readonly env?: Environment; readonly cwd?: string } = {},
): Promise<readonly Finding[]> {
  const { env = process.env, cwd = process.cwd() } = options;
  const { lint } = await import('./config/lint.js');
  return lint(paths, { env, cwd, registry: new ComponentRegistry(catalog) });
}

/** JSON Schema of component and configuration files with the properties of every component, for editors. */
export async function fileSchema(): Promise<object> {
  const { schemaOfFiles } = await import('./config/editor-schema.js');
  const registry = new ComponentRegistry(catalog);
  const found = await Promise.all(
    registry.names().map((name) => registry.find(...(name.split('/') as [string, string]))),
  );
  return schemaOfFiles(found.filter((factory) => factory !== undefined));
}

/**
 * Starts a host with the components its configuration names. Throws what `startHost` throws, and `ERR_CONFIG_INVALID`
 * when the default store holds live instances that no component would go on with.
 */
export async function openHost(
  config: HostConfig,
  parts: Omit<HostParts, 'factories'> & Partial<Pick<HostParts, 'factories'>> = {},
): Promise<RunningHost> {
  const registry = new ComponentRegistry(catalog);
  for (const plugin of config.plugins) await registry.addPlugin(plugin, process.cwd());
  const [factories] = await Promise.all([
    registry.factoriesFor(componentsOf(config)),
    refuseAbandonedStore(config, catalog),
  ]);
  return startHost(config, { ...parts, factories: [...(parts.factories ?? []), ...factories] });
}

/**
 * Runs a host until the process is told to end, drains it, and returns the exit code: 0 after SIGTERM or SIGINT, 1 after
 * a fault that nobody handled. A second signal ends the process at once.
 */
export async function runHost(
  config: HostConfig,
  hooks: { readonly onUp?: (host: RunningHost) => void } = {},
): Promise<number> {
  const host = await openHost(config);
  const ended = untilEnded(host.logger);
  hooks.onUp?.(host);
  const { exitCode, release } = await ended;
  await host.close();
  release();
  return exitCode;
}
