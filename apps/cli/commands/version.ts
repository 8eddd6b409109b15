import { readFile } from 'node:fs/promises';
import type { Action } from './action.js';

export const version: Action<'version'> = async ({ terminal }) => {
  terminal.out(`wfhost ${await packageVersion()}\n`);
  return 'ok';
};

/** The version of the package this file lies in, found from the built tree and from the sources alike. */
async function packageVersion(): Promise<string> {
  for (const up of ['../../../', '../../../../']) {
    const text = await readFile(new URL(`${up}package.json`, import.meta.url), 'utf8').catch(() => undefined);
    const found: unknown = text === undefined ? undefined : JSON.parse(text);
    if (isPackage(found)) return found.version;
  }
  return 'of unknown version';
}

function isPackage(value: unknown): value is { readonly version: string } {
  return (
    typeof value === 'object' && value !== null && 'version' in value && 'name' in value && value.name === 'wfhost'
  );
}
