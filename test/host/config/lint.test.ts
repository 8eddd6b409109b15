import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { lintFiles } from '../../../host/index.js';
import { brokenFiles } from './broken.js';

const folder = mkdtempSync(join(tmpdir(), 'wfhost-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(brokenFiles)('$name is refused where it stands', async ({ name, text, at, message, hint, severity }) => {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.yaml`);
  writeFileSync(file, text);
  const findings = await lintFiles([file], { env: {}, cwd: folder });
  const said = findings.map((finding) => ({
    at: `${finding.line}:${finding.column}`,
    severity: finding.severity,
    message: finding.message,
    hint: finding.hint?.replace(file, 'FILE'),
  }));
  expect(said).toEqual([{ at, severity: severity ?? 'error', message: expect.stringContaining(message), hint }]);
});
