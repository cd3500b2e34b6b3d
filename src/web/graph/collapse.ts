/** Joins nodes of a large graph that stand for the same thing, until few enough are left to be looked at. */
import { type Edge, rankNodes } from "./ranks.ts";

/** More nodes than these are joined. */
const MAX_NODES = 1500;
/** Fewer nodes with the same neighbours stay as they are. */
const LEAST = 4;

export interface Collapsed {
  /** Nodes of which each one that is drawn consists, in order; most consist of one. */
  readonly groups: readonly (readonly number[])[];
  /** Between groups. */
  readonly edges: readonly Edge[];
}

export function collapse(count: number, edges: readonly Edge[], most = MAX_NODES): Collapsed {
  if (count <= most) return { groups: Array.from({ length: count }, (_, node) => [node]), edges };
  const twins = groupBy(count, signatures(count, edges), LEAST);
  const joined = twins.length <= most ? twins : byRank(count, edges, most);
  return { groups: joined, edges: between(count, joined, edges) };
}

/** The neighbours of each node: those of a fan-out have the same. */
function signatures(count: number, edges: readonly Edge[]): string[] {
  const before: number[][] = Array.from({ length: count }, () => []);
  const behind: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) {
    behind[from]?.push(to);
    before[to]?.push(from);
  }
  const text = (nodes: number[]) => nodes.sort((a, b) => a - b).join();
  return before.map((nodes, node) => `${text(nodes)}>${text(behind[node])}`);
}

/** Nodes with one key become one; below `least` of them they stay. */
function groupBy(count: number, keys: readonly string[], least: number): number[][] {
  const byKey = Map.groupBy(Array.from({ length: count }, (_, node) => node), (node) => keys[node]);
  const groups = [...byKey.values()].flatMap((nodes) =>
    nodes.length < least ? nodes.map((node) => [node]) : [nodes]
  );
  return groups.sort((a, b) => a[0] - b[0]);
}

/** Nodes of one rank never follow each other: joining some of them makes no circle. */
function byRank(count: number, edges: readonly Edge[], most: number): number[][] {
  const { ranks } = rankNodes(count, edges);
  const columns = [
    ...Map.groupBy(Array.from({ length: count }, (_, node) => node), (node) => ranks[node]).values(),
  ];
  const room = Math.max(1, Math.floor(most / columns.length));
  return columns.flatMap((nodes) => {
    const size = Math.ceil(nodes.length / room);
    return Array.from(
      { length: Math.ceil(nodes.length / size) },
      (_, i) => nodes.slice(i * size, (i + 1) * size),
    );
  });
}

function between(count: number, groups: readonly (readonly number[])[], edges: readonly Edge[]): Edge[] {
  const groupOf = new Int32Array(count);
  groups.forEach((nodes, group) => nodes.forEach((node) => groupOf[node] = group));
  const joined = new Map<number, Edge>();
  for (const [from, to] of edges) {
    const edge = [groupOf[from], groupOf[to]] as const;
    if (edge[0] !== edge[1]) joined.set(edge[0] * groups.length + edge[1], edge);
  }
  return [...joined.values()];
}
