/** The candidate that a mistyped word most likely meant; "" when none is near enough. */
export function nearest(word: string, candidates: readonly string[]): string {
  const typed = word.toLowerCase();
  let best = "";
  let least = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const candidate of candidates) {
    const begins = typed.length >= 3 && candidate.toLowerCase().startsWith(typed);
    const d = begins ? 1 : distance(typed, candidate.toLowerCase(), least);
    if (d < least) {
      best = candidate;
      least = d;
    }
  }
  return best;
}

/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`; `limit` when there are more. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let d = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        d = Math.min(d, before[j - 2]! + 1);
      }
      row.push(d);
    }
    before = last;
    last = row;
  }
  return Math.min(limit, last[b.length]!);
}
