/** The picture of a graph in the direction in which it can be seen larger. */
import { LAYOUT, layOut, LAYOUT_DOWN, type LayoutOptions, type Picture } from "./layout.ts";
import type { Edge } from "./ranks.ts";
import { fit, type Size } from "./viewport.ts";

export interface DrawnGraph {
  readonly picture: Picture;
  readonly direction: LayoutOptions["direction"];
}

/** A larger graph is always drawn from left to right. */
const MAX_TURNED = 300;

/** @param size of what it is seen in; null before that is known */
export function bestPicture(count: number, edges: readonly Edge[], size: Size | null): DrawnGraph {
  if (!size) return { picture: { nodes: [], edges: [], width: 0, height: 0 }, direction: "right" };
  const right: DrawnGraph = { picture: layOut(count, edges, LAYOUT), direction: "right" };
  if (count > MAX_TURNED || fit(right.picture, size).scale >= 0.9) return right;
  const down: DrawnGraph = { picture: layOut(count, edges, LAYOUT_DOWN), direction: "down" };
  return fit(down.picture, size).scale > fit(right.picture, size).scale * 1.15 ? down : right;
}
