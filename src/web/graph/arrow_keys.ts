/** Where the arrow keys lead from a node: along the edges, and along its column. */
import type { DrawnGraph } from "./best_picture.ts";
import type { Point } from "./layout.ts";

/** Keys of a graph that is drawn from top to bottom, as they would be from left to right. */
const TURNED: Readonly<Record<string, string>> = {
  ArrowDown: "ArrowRight",
  ArrowUp: "ArrowLeft",
  ArrowRight: "ArrowDown",
  ArrowLeft: "ArrowUp",
};

/** @returns -1 when there is none in that direction, null for a key that means no direction */
export function neighbour({ picture, direction }: DrawnGraph, at: number, pressed: string): number | null {
  const key = direction === "right" ? pressed : TURNED[pressed] ?? pressed;
  const from = picture.nodes[at];
  const across = ({ x, y }: Point) => direction === "right" ? y : x;
  const away = (node: number) => Math.abs(across(picture.nodes[node]) - across(from));
  const nearest = (list: readonly number[]) => list.toSorted((a, b) => away(a) - away(b))[0] ?? -1;
  if (key === "ArrowRight") {
    return nearest(picture.edges.flatMap((edge) => edge.from === at ? [edge.to] : []));
  }
  if (key === "ArrowLeft") return nearest(picture.edges.flatMap((edge) => edge.to === at ? [edge.from] : []));
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const column = picture.nodes.flatMap((node, i) => {
    const further = across(node) - across(from);
    return node.rank === from.rank && (key === "ArrowDown" ? further > 0 : further < 0) ? [i] : [];
  });
  return nearest(column);
}
