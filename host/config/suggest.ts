/** The candidate that was probably meant, or undefined: at most one error in three letters, and never more than three. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.min(Math.max(Math.floor(word.length / 3), 1), 3);
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** `did you mean "x"?`, or which there are. */
export function suggestion(word: string, candidates: readonly string[]): string | undefined {
  const meant = closest(word, candidates);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return candidates.length > 0 && candidates.length <= 12 ? `known: ${candidates.join(', ')}` : undefined;
}

/** Insertions, deletions, replacements and swaps of neighbours; anything from `limit` on is `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_unused, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (beforeLast[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length] ?? limit, limit);
}
