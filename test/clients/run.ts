import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { languages, type Language, type LanguageName } from './languages.js';
import type { Outcome } from './programs.js';
import { runApp } from './session.js';
import { tableOf, type Column } from './table.js';

const usage = `Published Dapr workflow SDKs, unmodified, against a host: two workers and a client in each language.

  npm run test:clients -- [--language ${Object.keys(languages).join(',')}] [--component builtin]

  --language   which, with commas (default: all)
  --component  engines, with commas: a type of the catalog (builtin is workflow.builtin), or a component file

What the SDKs need is installed with the package manager of their language under WFHOST_CACHE (~/.cache/wfhost).
`;

const { values } = parseArgs({
  options: {
    language: { type: 'string', default: Object.keys(languages).join(',') },
    component: { type: 'string', default: 'builtin' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

function languageNames(): LanguageName[] {
  const names = values.language.split(',');
  for (const name of names) {
    if (!(name in languages)) throw new Error(`there is no app in "${name}": ${Object.keys(languages).join(', ')}`);
  }
  return names as LanguageName[];
}

/** A file as it is; a name becomes the smallest file that loads that type. */
function componentFile(component: string, folder: string): string {
  if (existsSync(component)) return resolve(component);
  const file = join(folder, `${component}.yaml`);
  const text = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: ${component}
spec:
  type: workflow.${component}
  version: v1
`;
  writeFileSync(file, text);
  return file;
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-components-'));
  const columns: Column[] = [];
  try {
    for (const name of languageNames()) {
      const language: Language = languages[name];
      process.stderr.write(`${name}: ${language.sdk}\n`);
      const command = await language.prepare();
      for (const component of values.component.split(',')) {
        const outcomes = await runApp(name, command, { name: component, file: componentFile(component, folder) });
        columns.push({ language: name, component, outcomes });
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const all = columns.flatMap(({ outcomes }) => outcomes);
  const count = (holds: (outcome: Outcome) => boolean): number => all.filter(holds).length;
  const passed = count((outcome) => 'ok' in outcome && outcome.ok);
  const failed = count((outcome) => 'ok' in outcome && !outcome.ok);
  const skipped = count((outcome) => 'skipped' in outcome);
  process.stdout.write(`${tableOf(columns)}\n\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
