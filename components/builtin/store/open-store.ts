import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorkflowError } from '../../../core/index.js';
import { MemoryStore } from './memory-store.js';
import { SqliteStore } from './sqlite-store.js';
import { memoryPath, type Store } from './store.js';

/** Opens the store of that path, creating it and its folder. Throws `ERR_STORE_*`. */
export function openStore(path: string, newStoreId: () => string): Store {
  if (path === memoryPath) return new MemoryStore(newStoreId());
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_STORE_UNAVAILABLE');
  }
  return new SqliteStore(path, newStoreId);
}
