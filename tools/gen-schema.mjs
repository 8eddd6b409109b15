/** Writes docs/schema/wfhost.json: the schema of component and configuration files, for editors. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './lib/import-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { fileSchema } = await importTypeScript(join(root, 'host', 'main.ts'));
const folder = join(root, 'docs', 'schema');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'wfhost.json'), `${JSON.stringify(await fileSchema(), undefined, 2)}\n`);
