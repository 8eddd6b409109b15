import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { errorRegistry } from '../core/errors.js';
import { files, read, root, sources } from './tidy/tree.js';

/** Hard bounds on hand-written files, lines. Most are far below. */
const maxLines = 400;

/** Codes of Node itself that our code looks for. */
const nodeCodes = ['ERR_MODULE_NOT_FOUND'];

const codeFiles = sources('.ts', '.mjs', '.cjs');
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...files('docs', '.md'), ...sources('.md')];

describe('files', () => {
  test('there are some', () => {
    expect(codeFiles.length).toBeGreaterThan(50);
    expect(pages.length).toBeGreaterThan(8);
  });

  test(`none is longer than ${maxLines} lines`, () => {
    const tooLong = codeFiles.filter(
      (path) => path !== 'core/errors.ts' && read(path).split('\n').length > maxLines + 1,
    );
    expect(tooLong).toEqual([]);
  });

  test('half of them fit in 150 lines', () => {
    const lengths = codeFiles.map((path) => read(path).split('\n').length).toSorted((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(150);
  });

  test('no test is left out or alone', () => {
    const marker = /\b(describe|test|it)\.(only|skip|todo|failing)\b|\b(fdescribe|fit|xdescribe|xtest|xit)\(/;
    expect(sources('.test.ts').filter((path) => path !== 'test/tidy.test.ts' && marker.test(read(path)))).toEqual([]);
  });

  test('nothing is put off', () => {
    const marker = /\b(TODO|FIXME|HACK)\b/;
    expect(codeFiles.filter((path) => path !== 'test/tidy.test.ts' && marker.test(read(path)))).toEqual([]);
  });

  test('none names the folder it was written in', () => {
    const found = [...codeFiles, ...pages].filter((path) => read(path).includes(root));
    expect(found).toEqual([]);
  });
});

describe('errors', () => {
  const codes = Object.keys(errorRegistry);

  test('docs/errors.md has one section per row of the registry', () => {
    const sections = [...read('docs/errors.md').matchAll(/^## (ERR_\w+)$/gm)].map(([, code]) => code);
    expect(sections).toEqual(codes);
  });

  test('every code is raised somewhere', () => {
    const users = sources('.ts').filter((path) => path !== 'core/errors.ts' && !/^(test|bench)\//.test(path));
    const text = users.map(read).join('\n');
    expect(codes.filter((code) => !text.includes(`'${code}'`))).toEqual([]);
  });

  test('every code that is written anywhere is in the registry', () => {
    const known = new Set([...codes, ...daprTags(), ...nodeCodes]);
    const written = [...codeFiles.filter((path) => !path.startsWith('test/')), ...pages]
      .flatMap((path) => read(path).match(/\bERR_[A-Z_]+[A-Z]\b/g) ?? [])
      .filter((code) => !known.has(code));
    expect([...new Set(written)]).toEqual([]);
  });
});

describe('components', () => {
  const folders = readdirSync(join(root, 'components'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

  test.each(folders)('%s describes itself', (name) => {
    const missing = ['component.ts', 'metadata.yaml', 'README.md'].filter(
      (file) => !existsSync(join(root, 'components', name, file)),
    );
    expect(missing).toEqual([]);
  });

  test.each(folders.filter((name) => name !== 'template'))('%s is in the catalog', (name) => {
    expect(read('components/catalog.ts')).toContain(`import('./${name}/component.js')`);
  });
});

describe('metrics', () => {
  test('docs/operating.md has every name that is counted', () => {
    const page = read('docs/operating.md');
    const names = codeFiles
      .filter((path) => /^(core|host|components)\//.test(path))
      .flatMap((path) => read(path).match(/\b(?:wfhost|dapr_runtime)_[a-z_]+[a-z]\b/g) ?? []);
    expect(names.length).toBeGreaterThan(0);
    expect([...new Set(names)].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('decisions', () => {
  test('docs/adr/README.md lists every page by its title', () => {
    const index = read('docs/adr/README.md');
    const missing = files('docs/adr', '.md')
      .filter((path) => !path.endsWith('README.md'))
      .filter(
        (path) =>
          !index.includes(
            `[${read(path).split('\n')[0]?.replace(/^# /, '') ?? ''}](${path.slice('docs/adr/'.length)})`,
          ),
      );
    expect(missing).toEqual([]);
  });
});

describe('pages', () => {
  test.each(pages)('%s links to what exists', (page) => {
    expect(links(page).filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });

  test.each(pages)('%s names paths that exist', (page) => {
    expect(
      pathsIn(page).filter((path) => !existsSync(join(root, path)) && !existsSync(join(root, dirname(page), path))),
    ).toEqual([]);
  });
});

/** Tags of the Dapr-compatible routes that are no codes of ours. */
function daprTags(): string[] {
  const tags = ['docs/dapr-compatibility.md', 'host/service/dapr-errors.ts', 'host/http']
    .flatMap((place) => (place.endsWith('.ts') || place.endsWith('.md') ? [place] : files(place, '.ts')))
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => read(path).match(/\bERR_[A-Z_]+[A-Z]\b/g) ?? []);
  return [...tags, ...Object.values(errorRegistry).flatMap((row) => ('dapr' in row && row.dapr ? [row.dapr.tag] : []))];
}

/** Relative link targets of a page, from the checkout's root. */
function links(page: string): string[] {
  return [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => (target ?? '').split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .map((target) => normalize(join(dirname(page), target)));
}

/** Words in backquotes that look like a path of this repository: `core/errors.ts`, `docs/`. */
function pathsIn(page: string): string[] {
  const path = /`((?:core|components|host|proto|sdk|conformance|apps|examples|bench|test|tools|docs)\/[\w./-]*)`/g;
  return [...withoutCode(read(page)).matchAll(path)].map(([, target]) => target ?? '');
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[\s\S]*?^```/gm, '');
}
