/** Writes docs/errors.md from the registry in core/errors.ts. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTypeScript } from './lib/import-typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { errorRegistry } = await importTypeScript(join(root, 'core', 'errors.ts'));

const cell = (text) => String(text).replaceAll('|', '\\|');

function section([code, row]) {
  const facts = [
    ['category', row.category],
    ['HTTP', row.http],
    ['gRPC', row.grpc],
    ['retriable', row.retriable ? 'yes' : 'no'],
    ...(row.dapr ? [['on Dapr-compatible routes', daprOf(row.dapr)]] : []),
  ];
  return [
    `## ${code}`,
    '',
    `\`${row.message}\``,
    '',
    `| ${facts.map(([name]) => name).join(' | ')} |`,
    `| ${facts.map(() => '---').join(' | ')} |`,
    `| ${facts.map(([, value]) => cell(value)).join(' | ')} |`,
    '',
    `**Meaning.** ${row.meaning}`,
    '',
    `**Remedy.** ${row.remedy}`,
    '',
  ].join('\n');
}

function daprOf({ tag, http, grpc }) {
  const name = tag === 'operation' ? 'the tag of the operation' : `\`${tag}\``;
  return [name, http && `HTTP ${http}`, grpc && `gRPC ${grpc}`].filter(Boolean).join(', ');
}

const page = [
  '# Errors',
  '',
  'Every failure a caller can see, by code. Match the code, never the message; `{x}` in a message is replaced by the',
  'parameter of that name, which also travels beside it. Where the Dapr-compatible routes answer something else than the',
  'row says, the last column has it.',
  '',
  'Generated from `core/errors.ts` by `npm run gen`; do not edit.',
  '',
  ...Object.entries(errorRegistry).map(section),
].join('\n');

writeFileSync(join(root, 'docs', 'errors.md'), page);
