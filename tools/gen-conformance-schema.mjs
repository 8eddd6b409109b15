/** Writes docs/schema/conformance-*.json: the schemas of profiles and reports of the conformance suite. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './lib/import-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemas = join(root, 'conformance', 'schema');
const folder = join(root, 'docs', 'schema');
mkdirSync(folder, { recursive: true });

const { profileSchema } = await importTypeScript(join(schemas, 'profile-schema.ts'));
const { reportSchema } = await importTypeScript(join(schemas, 'report-schema.ts'));
write('conformance-profile', 'What is expected of a component, and how the suite is run on it.', profileSchema);
write('conformance-report', 'What a run of the suite on one component found.', reportSchema);

function write(name, title, schema) {
  const document = { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(document, undefined, 2)}\n`);
}
