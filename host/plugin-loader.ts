import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WorkflowError, type Plugin } from '../core/index.js';

/**
 * The default export of a plug-in (see `definePlugin`) and the file it stands in, by package name or path as seen from
 * `fromDir`. Throws `ERR_CONFIG_INVALID`.
 */
export async function loadPlugin(
  nameOrPath: string,
  fromDir: string,
): Promise<{ readonly plugin: Plugin; readonly file: string }> {
  const isPath = nameOrPath.startsWith('.') || isAbsolute(nameOrPath);
  const file = isPath ? resolve(fromDir, nameOrPath) : entryOf(nameOrPath, fromDir);
  if (file === undefined) throw invalidPlugin(nameOrPath, `is not installed: npm install ${nameOrPath}`);
  const exported = (await importFile(nameOrPath, file)) as { readonly default?: Partial<Plugin> };
  const plugin = exported.default;
  if (!Array.isArray(plugin?.factories)) {
    throw invalidPlugin(nameOrPath, 'is no plug-in: its default export has no factories');
  }
  if (plugin.apiVersion !== 1) {
    throw invalidPlugin(nameOrPath, `is made for plug-in API ${String(plugin.apiVersion)}; this host has 1`);
  }
  return { plugin: { apiVersion: 1, factories: plugin.factories }, file };
}

export function invalidPlugin(nameOrPath: string, problem: string, cause?: unknown): WorkflowError {
  return new WorkflowError('ERR_CONFIG_INVALID', { reason: `plugin "${nameOrPath}" ${problem}` }, { cause });
}

async function importFile(nameOrPath: string, file: string): Promise<unknown> {
  if (!existsSync(file)) throw invalidPlugin(nameOrPath, `is not there: ${file}`);
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidPlugin(nameOrPath, `cannot be loaded: ${reason}`, error);
  }
}

/** The file that `import` of a package gives to a program in `fromDir`; undefined: not installed. */
function entryOf(packageName: string, fromDir: string): string | undefined {
  const { resolve: resolveFrom } = createRequire(resolve(fromDir, 'package.json'));
  const places = resolveFrom.paths(packageName) ?? [];
  const manifest = places.map((place) => join(place, packageName, 'package.json')).find(existsSync);
  if (manifest === undefined) return undefined;
  const { exports, main } = JSON.parse(readFileSync(manifest, 'utf8')) as { exports?: unknown; main?: string };
  return join(dirname(manifest), targetOf(exports) ?? main ?? 'index.js');
}

/** `require.resolve` refuses packages that export to `import` alone, so the root export is read here. */
function targetOf(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (typeof exports !== 'object' || exports === null) return undefined;
  const conditions = exports as Readonly<Record<string, unknown>>;
  return ['.', 'node', 'import', 'default'].map((name) => targetOf(conditions[name])).find(Boolean);
}
