import { availableParallelism, cpus } from 'node:os';

/** What a report found: as data, and as a table to read. */
export interface Report {
  readonly title: string;
  readonly machine: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly text: string;
}

/** Makes a report of table cells and the data behind them. */
export function createReport(
  title: string,
  header: readonly string[],
  lines: readonly (readonly string[])[],
  rows: Report['rows'],
): Report {
  const machine = `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), Node ${process.versions.node}`;
  return { title, machine, rows, text: [title, machine, '', ...table([header, ...lines])].join('\n') };
}

function table(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
