/** Columns of a layered picture. */

/** Indices of two nodes: where it begins and where it leads. */
export type Edge = readonly [from: number, to: number];

export interface Ranked {
  /** Rank of each node: the length of the longest path that leads to it. */
  readonly ranks: Int32Array;
  /** Edges without those that close a circle: each of them leads to a higher rank. */
  readonly edges: readonly Edge[];
}

/** @param count number of nodes; an edge to a node that is not there, or to itself, is left out */
export function rankNodes(count: number, edges: readonly Edge[]): Ranked {
  const known = edges.filter(([from, to]) => from !== to && isNode(from, count) && isNode(to, count));
  const following: number[][] = Array.from({ length: count }, () => []);
  const missing = new Int32Array(count);
  for (const [from, to] of known) {
    following[from].push(to);
    missing[to]++;
  }
  const ranks = new Int32Array(count);
  const place = new Int32Array(count).fill(-1);
  const line: number[] = [];
  const queue = (node: number) => {
    place[node] = line.length;
    line.push(node);
  };
  for (let node = 0; node < count; node++) if (missing[node] === 0) queue(node);
  let waiting = 0;
  for (let at = 0; line.length < count || at < line.length; at++) {
    if (at === line.length) {
      // Only circles are left: one is opened at its first node.
      while (place[waiting] >= 0) waiting++;
      queue(waiting);
    }
    for (const next of following[line[at]]) {
      if (place[next] >= 0) continue;
      ranks[next] = Math.max(ranks[next], ranks[line[at]] + 1);
      if (--missing[next] === 0) queue(next);
    }
  }
  return { ranks, edges: known.filter(([from, to]) => place[from] < place[to] && ranks[from] < ranks[to]) };
}

function isNode(index: number, count: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < count;
}
