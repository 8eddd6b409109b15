import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createShadow, type Shadow } from './shadow.js';
import { sources } from './tree.js';

const manyLines = (count: number): string =>
  Array.from({ length: count }, (_, index) => `  list.push(${index});`).join('\n');

/** Code that each house rule must refuse: [rule, file, text]. */
const planted: readonly (readonly [rule: string, path: string, text: string])[] = [
  [
    'typescript(no-floating-promises)',
    'host/floating.ts',
    'async function f(): Promise<void> {}\nf();\nexport const end = 1;\n',
  ],
  [
    'typescript(no-misused-promises)',
    'host/misused.ts',
    'const f = async (): Promise<boolean> => true;\nexport const g = (): number => (f() ? 1 : 2);\n',
  ],
  ['typescript(no-explicit-any)', 'host/any.ts', 'export const value: any = 1;\n'],
  [
    'typescript(no-non-null-assertion)',
    'host/bang.ts',
    'export const first = (list: readonly string[]): string => list[0]!;\n',
  ],
  [
    'typescript(parameter-properties)',
    'host/property.ts',
    'export class A {\n  constructor(readonly a: string) {}\n}\n',
  ],
  ['typescript(only-throw-error)', 'host/throw.ts', "export function f(): never {\n  throw 'text';\n}\n"],
  [
    'typescript(switch-exhaustiveness-check)',
    'host/switch.ts',
    "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      return;\n  }\n}\n",
  ],
  ['typescript(ban-ts-comment)', 'host/ignore.ts', '// @ts-ignore because\nexport const a: string = 1;\n'],
  ['eslint(no-unused-vars)', 'host/unused.ts', 'const a = 1;\nexport const end = 1;\n'],
  ['eslint(eqeqeq)', 'host/equal.ts', 'export const f = (a: unknown): boolean => a == 1;\n'],
  ['eslint(no-console)', 'host/console.ts', "console.log('x');\nexport const end = 1;\n"],
  ['eslint(max-lines)', 'host/long.ts', `export const a = 1;\n${'// line\n'.repeat(400)}`],
  [
    'eslint(max-lines-per-function)',
    'host/function.ts',
    `export function f(list: number[]): void {\n${manyLines(70)}\n}\n`,
  ],
  ['wfhost(no-lint-suppression)', 'host/disable.ts', '/* oxlint-disable no-console */\nexport const a = 1;\n'],
  ['eslint(no-restricted-properties)', 'core/orchestration/now.ts', 'export const now = (): number => Date.now();\n'],
  [
    'eslint(no-restricted-properties)',
    'core/orchestration/random.ts',
    'export const random = (): number => Math.random();\n',
  ],
  ['wfhost(no-ambient-date)', 'core/orchestration/date.ts', 'export const now = (): Date => new Date();\n'],
  [
    'eslint(no-restricted-globals)',
    'core/orchestration/timer.ts',
    'setTimeout(() => undefined, 1);\nexport const end = 1;\n',
  ],
  ['eslint(no-restricted-globals)', 'core/orchestration/process.ts', "export const home = process.env['HOME'];\n"],
  [
    'import(no-nodejs-modules)',
    'core/orchestration/fs.ts',
    "import { readFileSync } from 'node:fs';\nexport const f = readFileSync;\n",
  ],
  [
    'eslint(no-restricted-properties)',
    'components/builtin/engine/now.ts',
    'export const now = (): number => Date.now();\n',
  ],
  [
    'eslint(no-restricted-globals)',
    'components/builtin/store/timer.ts',
    'setTimeout(() => undefined, 1);\nexport const end = 1;\n',
  ],
];

/** Code that looks like the above and is allowed. */
const allowed: readonly (readonly [path: string, text: string])[] = [
  ['core/orchestration/convert.ts', 'export const iso = (ms: number): string => new Date(ms).toISOString();\n'],
  ['apps/cli/print.ts', "console.log('x');\nexport const end = 1;\n"],
  ['host/void.ts', 'async function f(): Promise<void> {}\nvoid f();\nexport const end = 1;\n'],
];

describe('the lint rules', () => {
  let shadow: Shadow;
  const reported = new Map<string, string[]>();

  beforeAll(() => {
    shadow = createShadow();
    for (const [, path, text] of planted) shadow.plant(path, text);
    for (const [path, text] of allowed) shadow.plant(path, text);
    const { output } = shadow.run('oxlint', ['--type-aware', '--format', 'json']);
    const { diagnostics } = JSON.parse(output) as { diagnostics: readonly { code: string; filename: string }[] };
    for (const { code, filename } of diagnostics) reported.set(filename, [...(reported.get(filename) ?? []), code]);
  });

  afterAll(() => shadow.remove());

  test.each(planted)('%s is reported in %s', (rule, path) => {
    expect(reported.get(path) ?? []).toContain(rule);
  });

  test.each(allowed)('%s is left alone', (path) => {
    expect(reported.get(path) ?? []).toEqual([]);
  });

  test('no folder has lint settings of its own', () => {
    expect(sources('.oxlintrc.json', 'oxlint.config.ts')).toEqual([]);
  });
});
