/** What differs between two texts, line by line. */

export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  /** Number of the line in the old text and in the new one, from 1; 0 where it is not. */
  readonly old: number;
  readonly new: number;
}

/** Most changed lines that are compared with each other; more are shown as removed and added. */
const MAX_EDITS = 2000;

export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (
    tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]
  ) tail++;
  const lines: DiffLine[] = [];
  let [x, y] = [0, 0];
  const same = () => lines.push({ kind: "same", text: a[x], old: ++x, new: ++y });
  const removed = () => lines.push({ kind: "removed", text: a[x], old: ++x, new: 0 });
  const added = () => lines.push({ kind: "added", text: b[y], old: 0, new: ++y });
  while (x < head) same();
  for (const edit of edits(a.slice(head, a.length - tail), b.slice(head, b.length - tail))) {
    if (edit === "same") same();
    else if (edit === "removed") removed();
    else added();
  }
  while (x < a.length) same();
  return lines;
}

/** Only what changed, with lines around it; null stands where lines are left out. */
export function hunks(lines: readonly DiffLine[], around = 3): (DiffLine | null)[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, i) => {
    if (kind !== "same") near.fill(1, Math.max(0, i - around), i + around + 1);
  });
  const shown: (DiffLine | null)[] = [];
  lines.forEach((line, i) => {
    if (near[i]) shown.push(line);
    else if (i === 0 || near[i - 1]) shown.push(null);
  });
  return shown;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The fewest edits, found by Myers' method: the furthest point on each diagonal with one edit more. */
function edits(a: readonly string[], b: readonly string[]): DiffLine["kind"][] {
  const most = a.length + b.length;
  const replaced = () => [...a.map(() => "removed" as const), ...b.map(() => "added" as const)];
  if (a.length === 0 || b.length === 0) return replaced();
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let count = 0; count <= most; count++) {
    if (count > MAX_EDITS) return replaced();
    trace.push(furthest.slice(offset - count - 1, offset + count + 2));
    for (let k = -count; k <= count; k += 2) {
      const down = k === -count || k !== count && furthest[offset + k - 1] < furthest[offset + k + 1];
      let x = down ? furthest[offset + k + 1] : furthest[offset + k - 1] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return replaced();
}

function walkBack(trace: readonly Int32Array[], x: number, y: number): DiffLine["kind"][] {
  const kinds: DiffLine["kind"][] = [];
  for (let count = trace.length - 1; count >= 0; count--) {
    const row = trace[count];
    const at = (k: number) => row[k + count + 1];
    const k = x - y;
    const down = k === -count || k !== count && at(k - 1) < at(k + 1);
    const fromK = down ? k + 1 : k - 1;
    const fromX = count === 0 ? 0 : at(fromK);
    const fromY = count === 0 ? 0 : fromX - fromK;
    while (
      x > fromX && y > fromY &&
      !(count > 0 && (down ? x === fromX && y === fromY + 1 : x === fromX + 1 && y === fromY))
    ) {
      kinds.push("same");
      x--;
      y--;
    }
    if (count > 0) kinds.push(down ? "added" : "removed");
    x = fromX;
    y = fromY;
  }
  return kinds.reverse();
}
