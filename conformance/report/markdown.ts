import { suiteOf } from '../case.js';
import { doorsOf, placeOf } from './summary.js';
import type { ConformanceReport, ReportedCase, Verdict } from './report.js';

const marks: Readonly<Record<Verdict, string>> = {
  passed: 'pass',
  failed: '**FAIL**',
  deviating: 'deviates',
  'left out': '-',
};

/** One table for all reports: a row for each case, a column for each component and door. Reasons stand below it. */
export function markdownMatrix(reports: readonly ConformanceReport[]): string {
  const columns = reports.flatMap((report) => doorsOf(report).map((door) => columnOf(report, door)));
  const ids = [...new Set(reports.flatMap(({ results }) => results.map(({ id }) => id)))];
  return [
    '# Conformance',
    '',
    ...table(
      ['component', 'level', 'cases', 'doors', 'passed', 'failed', 'deviating', 'left out', 'seconds'],
      reports.map(overviewRow),
    ),
    '',
    '`pass`: the promise holds. `deviates`: it does not, and the profile says so and why. `-`: left out, see below.',
    '',
    ...[...new Set(ids.map(suiteOf))].flatMap((suite) => [
      `## ${suite}`,
      '',
      ...table(
        ['case', ...columns.map(({ head }) => head)],
        ids.filter((id) => suiteOf(id) === suite).map((id) => [`\`${id}\``, ...columns.map(({ cell }) => cell(id))]),
      ),
      '',
    ]),
    ...reports.flatMap(remarks),
  ].join('\n');
}

interface Column {
  readonly head: string;
  readonly cell: (id: string) => string;
}

function columnOf({ component, results }: ConformanceReport, door: ReportedCase['door']): Column {
  const outcomes = new Map(results.filter((one) => one.door === door).map(({ id, outcome }) => [id, outcome]));
  return {
    head: `${component}, ${door}`,
    cell: (id) => {
      const outcome = outcomes.get(id);
      return outcome === undefined ? '' : marks[outcome];
    },
  };
}

function overviewRow({ component, level, counts, durationMs }: ConformanceReport): readonly string[] {
  const { cases, doors, passed, failed, deviating, leftOut } = counts;
  return [
    component,
    level,
    ...[cases, doors, passed, failed, deviating, leftOut, Math.round(durationMs / 1000)].map(String),
  ];
}

function remarks({ component, counts, complaints, results }: ConformanceReport): readonly string[] {
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const deviating = results.filter(({ outcome }) => outcome === 'deviating');
  const items = [
    ...counts.leftOutBecause.map(({ reason, count }) => `left out ${count}: ${reason}`),
    ...deviating.map((one) => `deviates: ${placeOf(one)}: ${one.deviation?.reason} (${one.deviation?.link})`),
    ...complaints.map((complaint) => `complaint: ${complaint}`),
    ...failed.map((one) => `failed: ${placeOf(one)}: ${one.reason}`),
  ];
  return items.length === 0 ? [] : [`## Remarks on ${component}`, '', ...items.map((item) => `- ${oneLine(item)}`), ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => escaped(cell)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function escaped(cell: string): string {
  return oneLine(cell).replaceAll('|', String.raw`\|`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
