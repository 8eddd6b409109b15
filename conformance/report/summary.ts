import { isGreen, type ConformanceReport, type ReportedCase } from './report.js';

/** A report in a few lines for people: counts, what was left out and why, what went wrong. */
export function summaryOf(report: ConformanceReport): string {
  const { component, counts, complaints, differences, level, durationMs, results } = report;
  const failed = results.filter(({ outcome }) => outcome === 'failed');
  const deviating = results.filter(({ outcome }) => outcome === 'deviating');
  return lines([
    `${component}: ${plural(counts.cases, 'case')} at ${plural(counts.doors, 'door')} (${doorsOf(report).join(', ')})`,
    `  ${countsLine(counts)}`,
    `  level ${level}, ${isGreen(report) ? 'green' : 'not green'}, ${(durationMs / 1000).toFixed(1)} s`,
    ...section(
      'left out',
      counts.leftOutBecause.map(({ reason, count }) => `${count} because ${reason}`),
    ),
    ...section(
      'deviating',
      deviating.map((one) => `${placeOf(one)}: ${one.deviation?.reason} (${one.deviation?.link})`),
    ),
    ...section('complaints', complaints),
    ...section(
      'failed',
      failed.map((one) => `${placeOf(one)}: ${one.reason}`),
    ),
    ...section(
      'different from door to door',
      differences.map(({ id, outcomes }) => `${id}: ${pairs(outcomes)}`),
    ),
  ]);
}

/** `passed 812, failed 0, left out 87, deviating 0`. */
export function countsLine({ passed, failed, leftOut, deviating }: ConformanceReport['counts']): string {
  return `passed ${passed}, failed ${failed}, left out ${leftOut}, deviating ${deviating}`;
}

/** The doors of a report, in the order of their first results. */
export function doorsOf({ results }: Pick<ConformanceReport, 'results'>): readonly ReportedCase['door'][] {
  return [...new Set(results.map(({ door }) => door))];
}

/** `events/fifo at the http door`. */
export function placeOf({ id, door }: Pick<ReportedCase, 'id' | 'door'>): string {
  return `${id} at the ${door} door`;
}

function section(title: string, items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [`  ${title}:`, ...items.map((item) => `    ${item}`)];
}

function pairs(outcomes: Readonly<Record<string, string>>): string {
  return Object.entries(outcomes)
    .map(([door, outcome]) => `${door} ${outcome}`)
    .join(', ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
