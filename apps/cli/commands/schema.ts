import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Action } from './action.js';
import { withHost } from './with-host.js';

export const schema: Action<'schema'> = async ({ flags, terminal }) => {
  const text = `${JSON.stringify(await withHost(({ fileSchema }) => fileSchema()), undefined, 2)}\n`;
  if (flags.write === undefined) {
    terminal.out(text);
    return 'ok';
  }
  const path = resolve(terminal.cwd, flags.write);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  terminal.err(`Wrote ${flags.write}. An editor uses it for a file that begins with:\n`);
  terminal.err(`# yaml-language-server: $schema=${flags.write}\n`);
  return 'ok';
};
