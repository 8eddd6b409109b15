import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { read, root } from './tree.js';

/** As a reader would: in a folder of one's own, with the built package installed. */
test('the program of the README runs and prints its result', () => {
  const [, program = ''] = /^```ts\n([\s\S]*?)^```/m.exec(read('README.md')) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-readme-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules', 'wfhost'));
    writeFileSync(join(folder, 'program.mjs'), transformSync(program, { loader: 'ts' }).code);
    const { status, stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect({ status, stdout: stdout.trim(), stderr }).toMatchObject({ status: 0, stdout: 'receipt of a-1' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
