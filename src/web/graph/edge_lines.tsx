/** The edges of a graph: all of them are one path, so that a thousand cost one element. */
import { useMemo } from "preact/hooks";
import type { DrawnGraph } from "./best_picture.ts";
import { pathOf } from "./layout.ts";

export function EdgeLines({ picture, direction }: DrawnGraph) {
  const path = useMemo(() => picture.edges.map(({ points }) => pathOf(points, direction)).join(""), [
    picture,
  ]);
  return <path class="graph-edges" d={path} />;
}

/** Those of one node, over the others. */
export function ChosenEdgeLines({ picture, direction, chosen }: DrawnGraph & { readonly chosen: number }) {
  const path = useMemo(
    () =>
      picture.edges.filter(({ from, to }) => from === chosen || to === chosen)
        .map(({ points }) => pathOf(points, direction)).join(""),
    [picture, chosen],
  );
  return <path class="graph-edges graph-chosen-edges" d={path} />;
}
