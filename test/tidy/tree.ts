import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The rooms that hold code. */
export const rooms = [
  'core',
  'components',
  'host',
  'proto',
  'sdk',
  'conformance',
  'apps',
  'examples',
  'bench',
  'test',
  'tools',
];

/** Paths below the checkout, with `/`, of the files of a folder that end in one of `endings`. */
export function files(folder: string, ...endings: readonly string[]): string[] {
  const absolute = join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('node_modules/'))
    .toSorted();
}

/** Hand-written code: generated folders are left out. */
export function sources(...endings: readonly string[]): string[] {
  return rooms.flatMap((room) => files(room, ...endings)).filter((path) => !path.startsWith('proto/gen/'));
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
