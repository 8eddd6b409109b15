import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../../../conformance/index.js';
import { usage } from '../../failure.js';
import { nearest } from '../../parse/suggest.js';
import type { Terminal } from '../../terminal.js';
import { readYamlFile } from './files.js';
import type { SuiteModule } from './with-suite.js';

const extension = '.yaml';

/** Names of the components that come with a profile. */
export async function profileNames(suite: SuiteModule): Promise<readonly string[]> {
  const files = await readdir(suite.profilesFolder);
  return files
    .filter((file) => file.endsWith(extension))
    .map((file) => file.slice(0, -extension.length))
    .toSorted();
}

/** A profile by the name of a component that comes with the host. Throws a usage failure for another name. */
export async function profileNamed(suite: SuiteModule, name: string, terminal: Terminal): Promise<Profile> {
  const names = await profileNames(suite);
  if (names.includes(name)) return profileIn(suite, join(suite.profilesFolder, `${name}${extension}`), terminal);
  const near = nearest(name, names);
  throw usage(
    `"${name}" is no component that comes with the host; those are ${names.join(', ')}`,
    near ? `Did you mean ${near}?` : 'A component file is named by its path, such as ./mine.yaml.',
  );
}

/** A profile by name or by path. */
export async function profileFor(suite: SuiteModule, given: string, terminal: Terminal): Promise<Profile> {
  return isPath(given) ? profileIn(suite, given, terminal) : profileNamed(suite, given, terminal);
}

/** The profile that comes with components of this type, if any does. */
export async function profileOfType(
  suite: SuiteModule,
  type: string,
  terminal: Terminal,
): Promise<Profile | undefined> {
  const names = await profileNames(suite);
  const all = await Promise.all(names.map((name) => profileNamed(suite, name, terminal)));
  return all.find((profile) => profile.type === type);
}

/** What is a path rather than a name. */
export function isPath(given: string): boolean {
  return /[/\\]|\.ya?ml$/.test(given);
}

async function profileIn(suite: SuiteModule, path: string, terminal: Terminal): Promise<Profile> {
  return suite.readProfile(await readYamlFile(path, terminal), path);
}
