/** A layered picture of a graph: columns from left to right, or rows from top to bottom. */
import { orderColumns } from "./order.ts";
import { placeSlots } from "./place.ts";
import { type Edge, rankNodes } from "./ranks.ts";
import { makeSlots } from "./slots.ts";

/** Sizes in pixels. */
export interface LayoutOptions {
  readonly direction: "right" | "down";
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Between two columns. */
  readonly rankGap: number;
  /** Between two nodes of a column. */
  readonly nodeGap: number;
}

export const LAYOUT: LayoutOptions = {
  direction: "right",
  nodeWidth: 176,
  nodeHeight: 32,
  rankGap: 48,
  nodeGap: 12,
};

/** The same from top to bottom. */
export const LAYOUT_DOWN: LayoutOptions = { ...LAYOUT, direction: "down", rankGap: 30, nodeGap: 16 };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Point {
  /** Its column, from 0. */
  readonly rank: number;
}

export interface PlacedEdge {
  readonly from: number;
  readonly to: number;
  /** From the border of one node to that of the other. */
  readonly points: readonly Point[];
}

export interface Picture {
  /** Upper left corners, in the order that was given. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
}

/** Width of a passage along its column. */
const PASSAGE = 4;

/** The same input gives the same picture. Edges that close a circle are left out. */
export function layOut(count: number, edges: readonly Edge[], options: LayoutOptions = LAYOUT): Picture {
  const { direction, nodeWidth, nodeHeight, rankGap, nodeGap } = options;
  const right = direction === "right";
  const [length, breadth] = right ? [nodeWidth, nodeHeight] : [nodeHeight, nodeWidth];
  const ranked = rankNodes(count, edges);
  const slots = makeSlots(count, ranked);
  const columns = orderColumns(slots);
  const at = placeSlots(slots, columns, (slot) => slot < count ? breadth : PASSAGE, nodeGap);
  const columnOf = new Int32Array(at.length);
  columns.forEach((column, i) => column.forEach((slot) => columnOf[slot] = i));
  const point = (along: number, across: number): Point =>
    right ? { x: along, y: across } : { x: across, y: along };
  const begin = (slot: number) => columnOf[slot] * (length + rankGap);
  const nodes = Array.from({ length: count }, (_, node) => ({
    ...point(begin(node), at[node] - breadth / 2),
    rank: ranked.ranks[node],
  }));
  const placed = ranked.edges.map(([from, to], i): PlacedEdge => {
    const passages = slots.passages[i].flatMap((slot) => [
      point(begin(slot), at[slot]),
      point(begin(slot) + length, at[slot]),
    ]);
    return {
      from,
      to,
      points: [point(begin(from) + length, at[from]), ...passages, point(begin(to), at[to])],
    };
  });
  const across = nodes.reduce((most, node) => Math.max(most, (right ? node.y : node.x) + breadth), 0);
  const along = columns.length === 0 ? 0 : columns.length * (length + rankGap) - rankGap;
  const end = point(along, passagesEnd(across, at, count));
  return { nodes, edges: placed, width: end.x, height: end.y };
}

function passagesEnd(across: number, at: Float64Array, nodes: number): number {
  let end = across;
  for (let slot = nodes; slot < at.length; slot++) end = Math.max(end, at[slot] + PASSAGE / 2);
  return end;
}

/** A smooth line through points: straight along a column, curved between two. */
export function pathOf(points: readonly Point[], direction: LayoutOptions["direction"]): string {
  const [first, ...rest] = points;
  let path = `M${round(first.x)} ${round(first.y)}`;
  let from = first;
  for (const to of rest) {
    const flat = direction === "right" ? from.y === to.y : from.x === to.x;
    if (flat) path += `L${round(to.x)} ${round(to.y)}`;
    else if (direction === "right") {
      const middle = round((from.x + to.x) / 2);
      path += `C${middle} ${round(from.y)} ${middle} ${round(to.y)} ${round(to.x)} ${round(to.y)}`;
    } else {
      const middle = round((from.y + to.y) / 2);
      path += `C${round(from.x)} ${middle} ${round(to.x)} ${middle} ${round(to.x)} ${round(to.y)}`;
    }
    from = to;
  }
  return path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
