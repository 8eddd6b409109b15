import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRequire } from 'node:module';
import { createShadow, runTool, type Shadow } from './shadow.js';
import { root, sources } from './tree.js';

interface Report {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly totalCruised: number;
  };
}

/** The import of a file that is not there. */
const nowhere = 'host/nowhere.ts';

/** One import that each rule of tools/dependency-cruiser.cjs must refuse: [rule, importing file, imported file or package]. */
const planted: readonly (readonly [rule: string, from: string, to: string])[] = [
  ['core', 'core/a.ts', 'proto/a.ts'],
  ['core-orchestration', 'core/orchestration/a.ts', 'core/driver.ts'],
  ['components', 'components/left/a.ts', 'components/right/a.ts'],
  ['components', 'components/left/b.ts', 'host/door.ts'],
  ['components', 'components/left/c.ts', 'proto/a.ts'],
  ['components-catalog', 'components/catalog.ts', 'components/left/a.ts'],
  ['components-catalog-lazy', 'components/catalog.ts', 'components/left/component.ts'],
  ['proto', 'proto/b.ts', 'host/door.ts'],
  ['host', 'host/a.ts', 'components/catalog.ts'],
  ['host', 'host/b.ts', 'sdk/index.ts'],
  ['host-main', 'host/main.ts', 'components/left/component.ts'],
  ['sdk', 'sdk/authoring/a.ts', 'proto/a.ts'],
  ['sdk-edges', 'sdk/client/a.ts', 'host/door.ts'],
  ['sdk-hosting', 'sdk/hosting/a.ts', 'components/left/component.ts'],
  ['conformance', 'conformance/a.ts', 'components/left/component.ts'],
  ['apps', 'apps/dashboard/a.ts', 'host/door.ts'],
  ['apps-cli-commands', 'apps/cli/commands/a.ts', 'proto/a.ts'],
  ['apps-cli-lazy', 'apps/cli/commands/b.ts', 'host/door.ts'],
  ['examples', 'examples/a/a.ts', 'core/driver.ts'],
  ['sources-import-no-tests', 'host/c.ts', 'test/a.ts'],
  ['generated-protobuf', 'host/http/a.ts', 'proto/gen/a.ts'],
  ['core-imports-nothing', 'core/b.ts', 'node:fs'],
  ['core-imports-nothing', 'core/c.ts', 'yaml'],
  ['authoring-imports-nothing', 'sdk/authoring/b.ts', 'yaml'],
  ['express-only-in-http', 'host/grpc/a.ts', 'express'],
  ['inversify-only-in-container', 'host/http/b.ts', 'inversify'],
  ['inversify-only-in-container', 'components/left/d.ts', 'reflect-metadata'],
  ['grpc-only-at-the-edges', 'host/http/c.ts', '@grpc/grpc-js'],
  ['protobuf-only-in-proto', 'components/left/e.ts', '@bufbuild/protobuf'],
  ['observability-packages', 'host/http/d.ts', 'pino'],
  ['yaml-only-in-config', 'components/left/f.ts', 'yaml'],
  ['ajv-only-at-the-border', 'components/left/g.ts', 'ajv'],
  ['no-circular', 'host/circle/a.ts', 'host/circle/b.ts'],
  ['resolvable', 'host/d.ts', nowhere],
  ['declared-dependencies', 'host/e.ts', 'fast-check'],
];

const config = ['--config', 'tools/dependency-cruiser.cjs', '--output-type', 'json', '.'];

describe('the import rules', () => {
  let shadow: Shadow;
  let report: Report;

  beforeAll(() => {
    shadow = createShadow();
    const imports = new Map<string, string[]>();
    for (const [, from, to] of planted) {
      imports.set(from, [...(imports.get(from) ?? []), to]);
      if (isOurs(to) && to !== nowhere && !imports.has(to)) imports.set(to, []);
    }
    imports.set('host/circle/b.ts', ['host/circle/a.ts']);
    for (const [path, targets] of imports) shadow.plant(path, moduleText(path, targets));
    report = parse(shadow.run('depcruise', ['--preserve-symlinks', ...config]).output);
  });

  afterAll(() => shadow.remove());

  test.each(planted)('%s: %s may not import %s', (rule, from, to) => {
    const found = report.summary.violations.filter(
      (violation) => violation.from === from && violation.rule.name === rule,
    );
    expect(found.map((violation) => violation.to).join(' ')).toContain(moduleName(to));
  });

  test('each rule has a planted violation', () => {
    const { forbidden } = createRequire(import.meta.url)('../../tools/dependency-cruiser.cjs') as {
      forbidden: readonly { name: string }[];
    };
    const names = new Set(planted.map(([rule]) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  });

  test('the tree keeps them, and every source file was looked at', () => {
    const real = parse(runTool('depcruise', config, root).output);
    expect(real.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`)).toEqual([]);
    expect(real.summary.totalCruised).toBeGreaterThanOrEqual(sources('.ts').length);
  });
});

function isOurs(target: string): boolean {
  return target.endsWith('.ts');
}

/** A module that imports `targets` and exports something, so that nothing is elided. */
function moduleText(path: string, targets: readonly string[]): string {
  const up = '../'.repeat(path.split('/').length - 1);
  const lines = targets.map((target) => `import '${isOurs(target) ? up + target.replace(/\.ts$/, '.js') : target}';`);
  return [...lines, 'export const planted = true;', ''].join('\n');
}

/** How the report calls it: a path, a package, or the specifier of what does not exist. */
function moduleName(target: string): string {
  return target === nowhere ? '../host/nowhere.js' : target.replace(/^node:/, '');
}

function parse(output: string): Report {
  return JSON.parse(output) as Report;
}
