const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const wholePattern = /^(?:\d+(?:\.\d*)?(?:ns|us|µs|μs|ms|s|m|h))+$/;
const partPattern = /(\d+(?:\.\d*)?)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of a duration as Go writes it (`1h30m`, `1.5s`, `0s`, `0`); undefined for anything else or a negative one. */
export function parseGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!wholePattern.test(text)) return undefined;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(partPattern)) ms += Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(Math.round(ms)) ? Math.round(ms) : undefined;
}
