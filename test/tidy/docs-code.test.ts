import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './shadow.js';
import { files, read, root } from './tree.js';

interface Block {
  readonly name: string;
  readonly page: string;
  readonly text: string;
}

const blocks: readonly Block[] = ['README.md', ...files('docs', '.md')].flatMap((page) =>
  [...read(page).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text = ''], index) => ({
    name: `${page.replaceAll(/\W/g, '_')}_${index}.ts`,
    page,
    text,
  })),
);

/** The public entry points, taken from the sources so that no build is needed. */
const paths = Object.fromEntries(
  Object.keys((JSON.parse(read('package.json')) as { exports: Record<string, unknown> }).exports)
    .filter((entry) => entry !== './package.json')
    .map((entry) => [`wfhost${entry.slice(1)}`, [join(root, entry, 'index.ts')]]),
);

/** The TypeScript in the README and in docs is what a reader will copy: it compiles, under the project's own flags. */
describe('TypeScript in pages', () => {
  let folder: string;
  let output: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wfhost-docs-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const { name, text } of blocks) writeFileSync(join(folder, name), `${text}\nexport {};\n`);
    const compilerOptions = {
      noEmit: true,
      incremental: false,
      rootDir: '/',
      typeRoots: [join(root, 'node_modules/@types')],
      paths,
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }),
    );
    output = runTool('tsc', ['--project', folder, '--pretty', 'false'], folder).output;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('there is some', () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  test.each(blocks)('$name compiles', ({ name }) => {
    expect(output.split('\n').filter((line) => line.startsWith(name))).toEqual([]);
  });

  test('the compiler ran', () => {
    expect(output.split('\n').filter((line) => line.startsWith('error TS'))).toEqual([]);
  });
});
