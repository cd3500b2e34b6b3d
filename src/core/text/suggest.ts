/** Finds the known word that a mistyped one was meant to be. */

/** The nearest of some words, "" when none is near enough. */
export function suggest(word: string, known: readonly string[]): string {
  const written = fold(word);
  let best = "";
  let least = Math.min(3, Math.ceil(written.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(written, fold(candidate), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  if (best !== "" || written.length < 4) return best;
  return known.find((candidate) => {
    const other = fold(candidate);
    return other.startsWith(written) || (written.length > 4 && other.slice(0, 4) === written.slice(0, 4));
  }) ?? "";
}

function fold(word: string): string {
  return word.replaceAll(/[_-]/g, "").toLowerCase();
}

/** Insertions, deletions, replacements and swaps of neighbours between two words; `limit` when not fewer. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 100) return limit;
  let older: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], older[j - 2] + 1);
      }
    }
    older = last;
    last = row;
  }
  return last[b.length];
}
