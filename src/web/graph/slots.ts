/** Places in the columns: one for each node, and one wherever an edge passes a column. */
import type { Edge, Ranked } from "./ranks.ts";

export interface Slots {
  /** Number of slots that are nodes: slot `i` is node `i`, the others are passages. */
  readonly nodes: number;
  /** Slots of each column, as they were met. */
  readonly columns: readonly number[][];
  /** Neighbours of each slot in the column before it, and in the one behind it. */
  readonly before: readonly number[][];
  readonly behind: readonly number[][];
  /** Passages of each edge, in order; empty for an edge to the next column. */
  readonly passages: readonly (readonly number[])[];
}

/** Most passages: longer edges than these suffice for are drawn without. */
const MAX_PASSAGES = 12_000;

/** Edges that begin at the same node pass a column together. */
export function makeSlots(count: number, { ranks, edges }: Ranked): Slots {
  const columns: number[][] = Array.from({ length: Math.max(0, ...ranks) + (count > 0 ? 1 : 0) }, () => []);
  const before: number[][] = Array.from({ length: count }, () => []);
  const behind: number[][] = Array.from({ length: count }, () => []);
  const chains = new Map<number, number[]>();
  const passages: number[][] = edges.map(() => []);
  for (let node = 0; node < count; node++) columns[ranks[node]].push(node);
  const join = (from: number, to: number) => {
    behind[from].push(to);
    before[to].push(from);
  };
  const byLength = edges.map((_, i) => i).sort((a, b) => length(edges[a], ranks) - length(edges[b], ranks));
  for (const i of byLength) {
    const [from, to] = edges[i];
    const chain = chains.get(from) ?? [];
    const needed = length(edges[i], ranks) - 1;
    if (before.length - count + needed - chain.length > MAX_PASSAGES) continue;
    while (chain.length < needed) {
      const slot = before.length;
      before.push([]);
      behind.push([]);
      columns[ranks[from] + chain.length + 1].push(slot);
      join(chain.at(-1) ?? from, slot);
      chain.push(slot);
    }
    chains.set(from, chain);
    join(needed === 0 ? from : chain[needed - 1], to);
    passages[i] = chain.slice(0, needed);
  }
  return { nodes: count, columns, before, behind, passages };
}

function length([from, to]: Edge, ranks: Int32Array): number {
  return ranks[to] - ranks[from];
}
