import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { fileSchema, lintFiles } from '../../../host/index.js';
import { brokenFiles } from './broken.js';

const folder = join('test', 'host', 'config', 'good');
const files = readdirSync(folder).toSorted();

test.each(files)('nothing is wrong with %s', async (file) => {
  const findings = await lintFiles([join(folder, file)], { env: { POSTGRES: 'x' } });
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
});

test('nothing is wrong with the examples of the documentation', async () => {
  const page = readFileSync(join('docs', 'configuration.md'), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text);
  const here = mkdtempSync(join(tmpdir(), 'wfhost-docs-'));
  writeFileSync(join(here, 'all.yaml'), examples.join('---\n'));
  const findings = await lintFiles([here], { env: {} });
  rmSync(here, { recursive: true });
  expect(examples).toHaveLength(3);
  expect(findings).toEqual([]);
});

describe('an editor with the published schema judges as lint does', () => {
  const plain = (text: string): readonly unknown[] => parseAllDocuments(text).map((document) => document.toJS());
  const compile = async () => new Ajv({ strict: false, allErrors: true }).compile(await fileSchema());
  const hasOwnKind = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && 'kind' in value && 'apiVersion' in value;

  test.each(files)('accepts %s', async (file) => {
    const validate = await compile();
    for (const value of plain(readFileSync(join(folder, file), 'utf8'))) {
      if (!hasOwnKind(value)) continue;
      validate(value);
      expect(validate.errors).toBeNull();
    }
  });

  /** What a schema of one document can see: its form, not what is around it. */
  const visible = brokenFiles.filter(({ message }) =>
    /^unknown (key|property)|lacks the key|^(property )?"[^"]+" must (be|match)/.test(message),
  );

  test.each(visible.filter(({ text }) => text.includes('\nkind: ')))('refuses $name', async ({ text }) => {
    const validate = await compile();
    expect(plain(text).every((value) => validate(value))).toBe(false);
  });
});
