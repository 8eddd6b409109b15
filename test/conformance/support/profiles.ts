import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { profilesFolder, readProfile, type Profile } from '../../../conformance/index.js';

/** The profile of a component that comes with the host. */
export function profileOf(name: string): Profile {
  const file = join(profilesFolder, `${name}.yaml`);
  return readProfile(parse(readFileSync(file, 'utf8')), file);
}
