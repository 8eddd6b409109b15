import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { expect } from '@jest/globals';
import type { HistoryEvent } from '../../core/orchestration/index.js';

/** One event per line: kind, id, ms since the first event, fields by name. Ids of executions are shortened. */
export function historyText(events: readonly HistoryEvent[]): string {
  const zero = events[0]?.timestampMs ?? 0;
  const lines = events.map(({ kind, eventId, timestampMs, ...fields }) => {
    const id = eventId < 0 ? '' : ` #${eventId}`;
    return `${kind}${id} +${timestampMs - zero}${fieldsText(fields)}`;
  });
  return `${lines.join('\n')}\n`;
}

function fieldsText(fields: object): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
    .join('');
}

/**
 * Compares with `test/golden/<name>.txt`; `UPDATE_GOLDEN=1` rewrites it, to be read as a diff. A missing file is a
 * failure: a golden file that a test writes for itself proves nothing.
 */
export function expectGolden(name: string, text: string): void {
  const file = resolve('test/golden', `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'no golden file').toBe(text);
}
