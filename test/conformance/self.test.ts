import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { plan, runPlan } from '../../conformance/run.js';
import { suites } from '../../conformance/suites/index.js';
import { factory as builtin } from '../../components/builtin/component.js';
import { factory as template } from '../../components/template/component.js';
import { openInProcess } from './target.js';

const folder = mkdtempSync(join(tmpdir(), 'wfhost-conformance-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const targets = [
  { name: 'the template', factory: template, properties: {} },
  { name: 'the built-in engine in memory', factory: builtin, properties: { path: ':memory:' } },
  { name: 'the built-in engine on SQLite', factory: builtin, properties: { path: join(folder, 'store.db') } },
];

describe('statement 69: the conformance suite', () => {
  test('has at least two hundred cases, each with an id of its own', () => {
    const ids = suites.flatMap((suite) => suite.cases.map((one) => one.id));
    expect(ids.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(targets)(
    'passes on $name, and leaves nothing out',
    async ({ factory, properties }) => {
      const { target, close } = await openInProcess(factory, properties);
      try {
        const results = await runPlan(plan(suites, target), target, { parallel: 16 });
        const notPassed = results.filter((result) => result.outcome !== 'passed');
        expect(notPassed.map(({ id, outcome, reason }) => ({ id, outcome, reason }))).toEqual([]);
      } finally {
        await close();
      }
    },
    300_000,
  );
});
