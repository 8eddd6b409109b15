/** Writes docs/cli.md from the command table in apps/cli/table. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { importTypeScript } from './lib/import-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const target = join(root, 'docs', 'cli.md');
const { docsPage } = await importTypeScript(join(root, 'apps', 'cli', 'docs-page.ts'));

writeFileSync(target, await format(docsPage(), { ...(await resolveConfig(target)), filepath: target }));
