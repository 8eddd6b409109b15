export type TimeFormat = 'relative' | 'iso' | 'raw';

const steps: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** A time of the API (RFC 3339) for a table; absent is empty. */
export function formatTime(time: string | undefined, format: TimeFormat, nowMs: number): string {
  if (time === undefined) return '';
  if (format === 'iso') return time;
  const ms = Date.parse(time);
  if (format === 'raw') return String(ms);
  const away = nowMs - ms;
  return away < 0 ? `in ${formatSpan(-away)}` : `${formatSpan(away)} ago`;
}

/** The two largest units of a span: `3d4h`, `12m5s`, `450ms`. */
export function formatSpan(spanMs: number): string {
  if (spanMs < 1_000) return `${Math.max(0, Math.round(spanMs))}ms`;
  const first = steps.findIndex(([, ms]) => spanMs >= ms);
  let left = spanMs;
  let text = '';
  for (const [unit, ms] of steps.slice(first, first + 2)) {
    const count = Math.floor(left / ms);
    left -= count * ms;
    if (count > 0) text += `${count}${unit}`;
  }
  return text;
}
