import { accessSync, watch } from 'node:fs';
import { resolve, sep } from 'node:path';
import { CliFailure } from '../failure.js';

/** Editors write a file in several steps; a build writes many files. One restart for all of them. */
const settleMs = 150;

/** Calls back after files below the folders have changed and then been still for a moment. The result ends it. */
export function watchFolders(folders: readonly string[], cwd: string, callback: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const changed = (_event: string, file: string | null): void => {
    if (file !== null && isNoise(file)) return;
    clearTimeout(timer);
    timer = setTimeout(callback, settleMs);
  };
  const watchers = folders.map((folder) => {
    const path = resolve(cwd, folder);
    try {
      // Some releases of Node tell of a missing folder later, by an event.
      accessSync(path);
      return watch(path, { recursive: true }, changed);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CliFailure('notFound', `--watch: cannot watch ${folder}: ${reason}`, { cause: error });
    }
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

/** Installed packages, version control and the host's own data. */
function isNoise(file: string): boolean {
  return file.split(sep).some((part) => part === 'node_modules' || part === '.git' || part === '.wfhost');
}
