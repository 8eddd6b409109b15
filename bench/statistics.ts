/** The value below which `share` (0..1) of the values lie; NaN of none. Sorts a copy. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Median with the range, as the tables print it: `1,234 (1,100-1,300)`. */
export function spread(values: readonly number[], digits = 0): string {
  const format = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: digits });
  if (values.length === 1) return format(median(values));
  return `${format(median(values))} (${format(Math.min(...values))}-${format(Math.max(...values))})`;
}
