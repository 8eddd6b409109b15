import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  BrokenDocument,
  allCases,
  badgeSvg,
  changesBetween,
  isGreen,
  junitXml,
  markdownMatrix,
  readReport,
  summaryOf,
  type CaseResult,
  type ConformanceReport,
} from '../../conformance/index.js';
import { xml } from '../../conformance/report/xml.js';
import { allPassed, made, reportWith } from './support/made-reports.js';

const schemaFile = new URL('../../docs/schema/conformance-report.json', import.meta.url);
const validate = new Ajv2020().compile(JSON.parse(readFileSync(schemaFile, 'utf8')) as object);

const fullCase = allCases.find(({ level, lacks }) => level === 'full' && lacks === undefined)?.id ?? '';
const noList = { outcome: 'left out' as const, reason: 'the component lacks list', leftOutBy: 'component' as const };
const noDoor = { outcome: 'left out' as const, reason: 'the grpc door has no list', leftOutBy: 'door' as const };

/** All passed in process but one, which is so. */
function allBut(id: string, change: Partial<CaseResult>): readonly CaseResult[] {
  return allPassed('in-process').map((result) => (result.id === id ? { ...result, ...change } : result));
}

const mixed = reportWith([
  made({ id: 'get/fields', door: 'http', outcome: 'passed' }),
  made({ id: 'get/fields', door: 'grpc', outcome: 'failed', reason: 'expected "a" | saw <b> & "c"\u0000' }),
  made({ id: 'list/pages', door: 'http', outcome: 'passed' }),
  made({ id: 'list/pages', door: 'grpc', ...noDoor }),
  made({ id: 'get/absent', door: 'http', outcome: 'passed' }),
]);

describe('the level reached', () => {
  const rows: readonly { readonly name: string; readonly results: readonly CaseResult[]; readonly level: string }[] = [
    { name: 'full: everything passed at one door', results: allPassed('grpc'), level: 'full' },
    {
      name: 'full: a door that lacks an operation is made up for by another',
      results: [...allPassed('in-process'), made({ id: 'list/pages', door: 'grpc', ...noDoor })],
      level: 'full',
    },
    { name: 'core: a declared lack', results: allBut('get/fields', noList), level: 'core' },
    { name: 'core: a full promise was not run', results: allBut(fullCase, noDoor), level: 'core' },
    { name: 'none: a core promise was not run', results: allBut('get/fields', noDoor), level: 'none' },
    { name: 'none: a failure', results: allBut('get/fields', { outcome: 'failed' }), level: 'none' },
    { name: 'none: nothing was run', results: [], level: 'none' },
  ];
  test.each(rows)('$name', ({ results, level }) => expect(reportWith(results).level).toBe(level));
});

describe('a report', () => {
  test('counts cases, doors, outcomes, and why something was left out', () => {
    expect(mixed.counts).toEqual({
      cases: 3,
      doors: 2,
      passed: 3,
      failed: 1,
      deviating: 0,
      leftOut: 1,
      leftOutBecause: [{ reason: 'the grpc door has no list', count: 1 }],
    });
    expect(isGreen(mixed)).toBe(false);
  });

  test('lists cases whose outcome depends on the door, and not those a door cannot run', () => {
    expect(mixed.differences).toEqual([{ id: 'get/fields', outcomes: { http: 'passed', grpc: 'failed' } }]);
  });

  test('is in the order of the suite, and of the doors', () => {
    expect(mixed.results.map(({ id, door }) => `${id} ${door}`)).toEqual([
      'get/absent http',
      'get/fields http',
      'get/fields grpc',
      'list/pages http',
      'list/pages grpc',
    ]);
  });

  test('is read back as it was written, and fits its published schema', () => {
    const written: unknown = JSON.parse(JSON.stringify(mixed));
    expect(readReport(written, 'report.json')).toEqual(mixed);
    expect(validate(written)).toBe(true);
  });

  const broken: readonly { readonly what: string; readonly value: object; readonly says: string }[] = [
    { what: 'another format', value: { ...mixed, format: 'x' }, says: 'format must be one of wfhost-conformance/1' },
    { what: 'no results', value: { ...mixed, results: undefined }, says: 'results must be an array' },
    { what: 'a made-up member', value: { ...mixed, mood: 'good' }, says: 'mood is not known here' },
    {
      what: 'an unknown outcome',
      value: { ...mixed, results: [{ ...mixed.results[0], outcome: 'fine' }] },
      says: 'results[0].outcome must be one of passed, failed, deviating, left out',
    },
  ];
  test.each(broken)('with $what is refused', ({ value, says }) => {
    expect(() => readReport(value, 'report.json')).toThrow(BrokenDocument);
    expect(() => readReport(value, 'report.json')).toThrow(says);
    expect(validate(JSON.parse(JSON.stringify(value)))).toBe(false);
  });

  test('with much that is wrong says the first of it', () => {
    expect(() => readReport({}, 'report.json')).toThrow(/^report report\.json: (\S+ is missing; ){5}and 5 more$/);
  });
});

describe('forms of a report', () => {
  test('text has the counts, the reasons and the failures', () => {
    const text = summaryOf(mixed);
    expect(text).toContain('mine (disk): 3 cases at 2 doors (http, grpc)\n');
    expect(text).toContain('passed 3, failed 1, left out 1, deviating 0\n');
    expect(text).toContain('level none, not green, 61.2 s\n');
    expect(text).toContain('1 because the grpc door has no list\n');
    expect(text).toContain('get/fields at the grpc door: expected');
    expect(text).toContain('get/fields: http passed, grpc failed\n');
  });

  test('markdown is one table for several components', () => {
    const other = {
      ...reportWith([made({ id: 'get/fields', door: 'in-process', outcome: 'passed' })]),
      component: 'b',
    };
    const page = markdownMatrix([mixed, other]);
    expect(page).toContain('| mine (disk) | none | 3 | 2 | 3 | 1 | 0 | 1 | 61 |');
    expect(page).toContain('| case | mine (disk), http | mine (disk), grpc | b, in-process |');
    expect(page).toContain('| `get/fields` | pass | **FAIL** | pass |');
    expect(page).toContain('| `list/pages` | pass | - |  |');
    expect(page).toContain('- left out 1: the grpc door has no list\n');
    const tableRows = page.split('\n').filter((line) => line.startsWith('| `'));
    expect(new Set(tableRows.map((line) => line.split(/(?<!\\)\|/).length))).toEqual(new Set([6]));
  });

  test('JUnit XML counts and escapes', () => {
    const text = junitXml([{ ...mixed, complaints: ['declares "a" & lacks <b>'] }]);
    expect(text).toContain(
      '<testsuite name="mine (disk), grpc" tests="2" failures="1" errors="0" skipped="1" time="0.024">',
    );
    expect(text).toContain('<failure message="expected &quot;a&quot; | saw &lt;b&gt; &amp; &quot;c&quot;"/>');
    expect(text).toContain('<skipped message="the grpc door has no list"/>');
    expect(text).toContain('<failure message="declares &quot;a&quot; &amp; lacks &lt;b&gt;"/>');
    expect(text.match(/<testcase /g)).toHaveLength(6);
    expect(isBalanced(text)).toBe(true);
  });

  test.each([
    { level: 'full', message: 'full' },
    { level: 'core', message: 'core' },
    { level: 'none', message: 'failing' },
  ] as const)('the badge of level $level says $message and the day', ({ level, message }) => {
    const svg = badgeSvg({ ...mixed, level });
    expect(svg).toContain(`>${message}</text>`);
    expect(svg).toContain(`mine (disk): ${message} on 2024-01-02 (3 passed, 1 failed, 0 deviating, 1 left out)`);
    expect(isBalanced(svg)).toBe(true);
  });

  test('XML has no characters that it cannot hold', () => {
    expect(xml('a\u0000\u0007\t\n\uFFFE🜚漢"<&>')).toBe('a\t\n🜚漢&quot;&lt;&amp;&gt;');
    expect(xml('\ud800x\udc00')).toBe('x');
  });
});

describe('two reports', () => {
  const before = reportWith([
    made({ id: 'get/fields', door: 'http', outcome: 'passed' }),
    made({ id: 'get/absent', door: 'http', outcome: 'failed', reason: 'x' }),
    made({ id: 'list/pages', door: 'http', outcome: 'passed' }),
    made({ id: 'wait/ends', door: 'http', ...noDoor }),
  ]);
  const after = reportWith([
    made({ id: 'get/fields', door: 'http', outcome: 'failed', reason: 'y' }),
    made({ id: 'get/absent', door: 'http', outcome: 'passed' }),
    made({ id: 'wait/ends', door: 'http', ...noDoor }),
    made({ id: 'events/fifo', door: 'http', outcome: 'passed' }),
  ]);

  test('that are alike do not differ, whatever the times', () => {
    const slower: ConformanceReport = {
      ...before,
      durationMs: 9,
      results: before.results.map((result) => ({ ...result, durationMs: 99, reason: 'other words' })),
    };
    expect(changesBetween(before, slower)).toEqual([]);
  });

  test('differ in outcomes, gone cases and new ones', () => {
    expect(changesBetween(before, after)).toEqual([
      { id: 'get/absent', door: 'http', before: 'failed', after: 'passed', worse: false },
      { id: 'get/fields', door: 'http', before: 'passed', after: 'failed', worse: true },
      { id: 'list/pages', door: 'http', before: 'passed', after: 'absent', worse: true },
      { id: 'events/fifo', door: 'http', before: 'absent', after: 'passed', worse: false },
    ]);
  });
});

/** Whether every element that is opened is closed, in order. */
function isBalanced(text: string): boolean {
  const open: string[] = [];
  for (const [, slash, name, , selfClosing] of text.matchAll(/<(\/?)([a-z]+)((?:\s+[\w:-]+="[^"<>]*")*)\s*(\/?)>/g)) {
    if (slash === '') {
      if (selfClosing === '') open.push(name ?? '');
    } else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}
