/**
 * A length of time: ms as a number, or text such as `'90s'`, `'1.5h'`, `'1h30m'`. Units: `ms`, `s`, `m`, `h`, `d` (24 h),
 * `w`. Never negative.
 */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}` | (string & {});

/** A point in time: a `Date`, epoch ms, or ISO 8601 text. */
export type Instant = Date | number | string;

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const parts = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/** Whole ms. Throws `TypeError` for what is no duration. */
export function durationMs(duration: Duration): number {
  if (typeof duration === 'number') return checked(Math.round(duration), duration);
  const rest = duration.replace(parts, '');
  if (rest !== '' || duration === '') throw invalid(duration);
  let total = 0;
  for (const [, amount, unit] of duration.matchAll(parts)) total += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  return checked(Math.round(total), duration);
}

/** Epoch ms. Throws `TypeError` for what is no date. */
export function instantMs(instant: Instant): number {
  const ms = instant instanceof Date ? instant.getTime() : typeof instant === 'number' ? instant : Date.parse(instant);
  if (!Number.isFinite(ms)) throw new TypeError(`not a date: ${JSON.stringify(instant)}`);
  return Math.round(ms);
}

function checked(ms: number, given: Duration): number {
  if (!Number.isFinite(ms) || ms < 0) throw invalid(given);
  return ms;
}

function invalid(given: Duration): TypeError {
  return new TypeError(
    `not a duration: ${JSON.stringify(given)} (write ms as a number, or text such as "90s", "1h30m", "3d")`,
  );
}
