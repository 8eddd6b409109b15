import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../../../components/builtin/store/memory-store.js';
import { SqliteStore } from '../../../../components/builtin/store/sqlite-store.js';
import type { Store } from '../../../../components/builtin/store/store.js';

/** Data that outlives the engine that wrote it. */
export interface Backend {
  readonly name: string;
  /** A handle on the data; the one before must be closed. */
  open(): Store;
  remove(): void;
}

export const backends: readonly { readonly name: string; readonly create: () => Backend }[] = [
  { name: 'memory', create: memoryBackend },
  { name: 'sqlite', create: sqliteBackend },
];

export function memoryBackend(): Backend {
  const store = new MemoryStore('memory-store');
  return { name: 'memory', open: () => store, remove: () => undefined };
}

export function sqliteBackend(): Backend {
  const folder = temporaryFolder();
  const path = join(folder, 'wf.db');
  return {
    name: 'sqlite',
    open: () => new SqliteStore(path, () => 'sqlite-store'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'wfhost-builtin-'));
}
