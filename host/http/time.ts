import type { FireTime } from '../../core/orchestration/index.js';

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const lastMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const firstMs = Date.parse('0001-01-01T00:00:00Z');

/** Epoch ms of an RFC 3339 time, finer digits cut off; `undefined` when the text is none. Leap seconds are not times here. */
export function parseTime(text: string): number | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, Number((match[7] ?? '').padEnd(3, '0').slice(0, 3)));
  // A field out of range carries over into its neighbour, which then differs from what was written.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || date.getUTCHours() !== hour) return undefined;
  if (minute > 59 || second > 59) return undefined;
  const ms = date.getTime() - offsetMs(match);
  return Number.isNaN(ms) || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59 ? undefined : ms;
}

/** RFC 3339 in UTC with milliseconds. Times beyond the years 1..9999 are shown as the nearest end. */
export function formatTime(ms: number): string {
  return new Date(Math.min(Math.max(ms, firstMs), lastMs)).toISOString();
}

/** As `formatTime`, with nine digits where the instant is finer than milliseconds. */
export function formatFireTime(at: FireTime): string {
  const text = formatTime(at.ms);
  return at.subNanos ? `${text.slice(0, -1)}${String(at.subNanos).padStart(6, '0')}Z` : text;
}

function offsetMs(match: RegExpExecArray): number {
  const minutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  return (match[8] === '-' ? -minutes : minutes) * 60_000;
}
