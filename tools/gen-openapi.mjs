/** Writes host/http/openapi.json: the document that the door serves, for readers and client generators. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './lib/import-typescript.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'host', 'http');
const { openApiDocument } = await importTypeScript(join(folder, 'routes.ts'));
writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(openApiDocument(), undefined, 2)}\n`);
