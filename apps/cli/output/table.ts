import { usage } from '../failure.js';
import { nearest } from '../parse/suggest.js';
import type { Paint, Tint } from './style.js';
import { displayWidth, padTo, printable } from './width.js';

export interface Column<T> {
  /** Name for `--columns`; in upper case the head. */
  readonly id: string;
  /** Only in `-o wide`, or when asked for by name. */
  readonly wide?: boolean;
  cell(row: T): string;
  tint?(row: T): Tint | undefined;
}

/** Picks by name, else those of the form. Throws a usage failure for a name that is no column. */
export function pickColumns<T>(
  columns: readonly Column<T>[],
  names: string | undefined,
  wide: boolean,
): readonly Column<T>[] {
  if (names === undefined) return columns.filter((column) => wide || !column.wide);
  return names.split(',').map((part) => {
    const name = part.trim().toLowerCase();
    const column = columns.find(({ id }) => id.toLowerCase() === name);
    if (column) return column;
    const known = columns.map(({ id }) => id);
    const near = nearest(name, known);
    throw usage(
      `--columns: there is no column "${part.trim()}" among ${known.join(', ')}`,
      near && `Did you mean ${near}?`,
    );
  });
}

interface Cell {
  readonly text: string;
  readonly tint: Tint | undefined;
}

/** Rows under a head, columns two spaces apart, nothing after the last one. */
export function renderTable<T>(columns: readonly Column<T>[], rows: readonly T[], paint: Paint, head: boolean): string {
  const body = rows.map((row) =>
    columns.map((column): Cell => ({ text: printable(column.cell(row)), tint: column.tint?.(row) })),
  );
  const headRow = columns.map(({ id }): Cell => ({ text: id.toUpperCase(), tint: 'bold' }));
  const lines = head ? [headRow, ...body] : body;
  const widths = columns.map((_column, index) =>
    Math.max(0, ...lines.map((line) => displayWidth(line[index]?.text ?? ''))),
  );
  return lines.map((line) => `${renderLine(line, widths, paint)}\n`).join('');
}

function renderLine(line: readonly Cell[], widths: readonly number[], paint: Paint): string {
  const last = line.findLastIndex(({ text }) => text !== '');
  return line
    .slice(0, last + 1)
    .map(({ text, tint }, index) => {
      const padding = index === last ? '' : padTo(text, widths[index] ?? 0).slice(text.length);
      return paint(text, tint) + padding;
    })
    .join('  ');
}

/** One record: a line per column that has a value. */
export function renderRecord<T>(columns: readonly Column<T>[], row: T, paint: Paint, head: boolean): string {
  const lines = columns
    .map((column) => ({ id: column.id, text: printable(column.cell(row)), tint: column.tint?.(row) }))
    .filter(({ text }) => text !== '');
  const width = Math.max(0, ...lines.map(({ id }) => id.length + 1));
  return lines
    .map(({ id, text, tint }) => `${head ? `${paint(padTo(`${id}:`, width), 'bold')}  ` : ''}${paint(text, tint)}\n`)
    .join('');
}
