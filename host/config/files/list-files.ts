import { lstatSync, readFileSync, readdirSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import type { Finding } from '../findings.js';
import { maxFileBytes } from '../yaml/parse-yaml.js';

/** A file to be read. */
export interface SourceFile {
  /** As it was given, or the folder as given and the name. */
  readonly file: string;
  readonly text: string;
}

export interface FileListing {
  readonly files: readonly SourceFile[];
  readonly findings: readonly Finding[];
}

/**
 * The YAML files of a folder (not of folders in it), by name; or the one file given. A file is refused that leads out of
 * its folder, that everybody may write to, or that is too large to be a configuration.
 */
export function listFiles(path: string, cwd: string): FileListing {
  const absolute = resolve(cwd, path);
  const stats = statOf(absolute);
  if (!stats) return { files: [], findings: [findingOf(path, 'no such file or folder')] };
  if (!stats.isDirectory()) return readOne(path, absolute, stats);
  const root = realpathSync(absolute);
  const names = readdirSync(absolute).filter((name) => /\.ya?ml$/i.test(name));
  const listings = names.sort().map((name) => readIn(root, join(path, name), join(absolute, name)));
  return {
    files: listings.flatMap(({ files }) => files),
    findings: listings.flatMap(({ findings }) => findings),
  };
}

function readIn(root: string, file: string, absolute: string): FileListing {
  const stats = statOf(absolute);
  if (!stats) return refused(file, 'a link that leads nowhere');
  if (!stats.isFile()) return { files: [], findings: [] };
  // Links within the folder are how mounted ConfigMaps look; links out of it would read what was not given.
  if (lstatSync(absolute).isSymbolicLink() && !realpathSync(absolute).startsWith(root + sep)) {
    return refused(file, 'a link that leads out of its folder');
  }
  return readOne(file, absolute, stats);
}

function readOne(file: string, absolute: string, stats: Stats): FileListing {
  if (stats.size > maxFileBytes) return refused(file, `larger than ${maxFileBytes} bytes`);
  if ((stats.mode & 0o002) !== 0 && process.platform !== 'win32') {
    return refused(file, 'everybody on this machine may write to it', 'chmod o-w');
  }
  try {
    return { files: [{ file, text: readFileSync(absolute, 'utf8') }], findings: [] };
  } catch (error) {
    return refused(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function refused(file: string, message: string, hint?: string): FileListing {
  return { files: [], findings: [findingOf(file, message, hint)] };
}

function findingOf(file: string, message: string, hint?: string): Finding {
  return { file, line: 0, column: 0, severity: 'error', message, ...(hint === undefined ? {} : { hint }) };
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
