/** Steps and what they depend on, as a graph. */
import type { Step } from "../api/types.ts";
import type { Edge } from "./ranks.ts";

export function edgesOf(steps: readonly Pick<Step, "name" | "depends">[]): Edge[] {
  const byName = new Map(steps.map(({ name }, i) => [name, i]));
  return steps.flatMap(({ depends }, to) =>
    (depends ?? []).flatMap((name): Edge[] => {
      const from = byName.get(name);
      return from === undefined ? [] : [[from, to]];
    })
  );
}
