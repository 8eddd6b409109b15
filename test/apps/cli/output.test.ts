import { describe, expect, test } from '@jest/globals';
import { paintFor } from '../../../apps/cli/output/style.js';
import { renderRecord, renderTable, type Column } from '../../../apps/cli/output/table.js';
import { formatSpan, formatTime } from '../../../apps/cli/output/time.js';
import { displayWidth, printable } from '../../../apps/cli/output/width.js';

const plain = paintFor('never', true, {});

describe('width', () => {
  test.each([
    ['abc', 3],
    ['', 0],
    ['日本語', 6],
    ['한국', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🎉', 2],
    ['ｱ', 1],
    ['👩‍👩‍👧', 2],
  ])('%p takes %p columns', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test.each([
    ['a\nb', 'a\\nb'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\u202eb', 'a\\u202eb'],
    ['tab\there', 'tab\\there'],
    ['日本', '日本'],
  ])('%p is printed as %p', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });
});

describe('tables', () => {
  interface Row {
    readonly id: string;
    readonly note: string;
  }
  const columns: readonly Column<Row>[] = [
    { id: 'id', cell: (row) => row.id },
    { id: 'note', cell: (row) => row.note, tint: () => 'good' },
  ];

  test('columns line up, also under wide characters, and lines have no tail', () => {
    const rows = [
      { id: '日本', note: 'x' },
      { id: 'abc', note: '' },
    ];
    expect(renderTable(columns, rows, plain, true)).toBe('ID    NOTE\n日本  x\nabc\n');
  });

  test('colour does not move a column', () => {
    const coloured = renderTable(
      columns,
      [{ id: 'a', note: 'b' }],
      paintFor('always', false, { NO_COLOR: '1' }),
      false,
    );
    expect(coloured).toBe('a  \u001b[32mb\u001b[0m\n');
  });

  test('a record has a line per value', () => {
    expect(renderRecord(columns, { id: 'a', note: '' }, plain, true)).toBe('id:  a\n');
    expect(renderRecord(columns, { id: 'a', note: 'b\nc' }, plain, true)).toBe('id:    a\nnote:  b\\nc\n');
  });
});

describe('colour', () => {
  test.each([
    { color: 'auto', isTty: true, env: {}, on: true },
    { color: 'auto', isTty: false, env: {}, on: false },
    { color: 'auto', isTty: true, env: { NO_COLOR: '1' }, on: false },
    { color: 'auto', isTty: true, env: { TERM: 'dumb' }, on: false },
    { color: 'always', isTty: false, env: { NO_COLOR: '1' }, on: true },
    { color: 'never', isTty: true, env: {}, on: false },
  ] as const)('$color on a terminal=$isTty with $env: $on', ({ color, isTty, env, on }) => {
    expect(paintFor(color, isTty, env)('x', 'bad') !== 'x').toBe(on);
  });
});

describe('times', () => {
  const now = Date.parse('2030-01-31T12:00:00Z');

  test.each([
    ['2030-01-31T11:59:59.500Z', '500ms ago'],
    ['2030-01-31T11:58:55Z', '1m5s ago'],
    ['2030-01-28T08:00:00Z', '3d4h ago'],
    ['2030-01-31T14:00:00Z', 'in 2h'],
  ])('%p is %p', (time, text) => {
    expect(formatTime(time, 'relative', now)).toBe(text);
  });

  test('iso and raw', () => {
    expect(formatTime('2030-01-31T11:00:00Z', 'iso', now)).toBe('2030-01-31T11:00:00Z');
    expect(formatTime('2030-01-31T11:00:00Z', 'raw', now)).toBe(String(now - 3_600_000));
    expect(formatTime(undefined, 'iso', now)).toBe('');
  });

  test.each([
    [0, '0ms'],
    [59_999, '59s'],
    [86_400_000, '1d'],
    [90_061_000, '1d1h'],
  ])('a span of %p ms is %p', (ms, text) => {
    expect(formatSpan(ms)).toBe(text);
  });
});
