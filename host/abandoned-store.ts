import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { WorkflowError } from '../core/index.js';
import { builtinType, componentsOf } from './config/defaults.js';
import type { HostConfig } from './config/host-config.js';
import type { CatalogEntry } from './registry.js';

/** Where the built-in engine keeps its instances when no component says otherwise. */
export const defaultStoreFile = 'wfhost.db';

/**
 * A host whose default store still holds live instances, while another engine was declared and the built-in one was not,
 * would leave them lying: it refuses and says how they can finish. A store that cannot be read, or that another host
 * serves, is not this host's to judge. Throws `ERR_CONFIG_INVALID`.
 */
export async function refuseAbandonedStore(config: HostConfig, catalog: readonly CatalogEntry[]): Promise<void> {
  const path = join(config.dataDir, defaultStoreFile);
  if (componentsOf(config).some(({ type }) => type === builtinType) || !existsSync(path)) return;
  const builtin = await catalog.find(({ type }) => type === builtinType)?.load();
  const abandoned = await builtin?.probe?.(path).catch(unreadable);
  if (!abandoned) return;
  const reason =
    `the built-in engine is not declared, and its store "${path}" holds workflows that have not ended. ` +
    `Declare a component of type ${builtinType} beside the others (with --default-component naming the new one) until ` +
    `they have ended; or give this host another --data-dir`;
  throw new WorkflowError('ERR_CONFIG_INVALID', { reason });
}

function unreadable(error: unknown): boolean {
  const { code } = WorkflowError.from(error);
  if (code === 'ERR_STORE_IN_USE' || code === 'ERR_STORE_UNSUPPORTED') return false;
  throw error;
}
