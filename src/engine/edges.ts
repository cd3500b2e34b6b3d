/** The edges of a DAG by index. */
import type { Step } from "../core/dag.ts";
import { DaguError } from "../core/errors.ts";
import type { Edges } from "./graph_walk.ts";

/** @throws DaguError when a step depends on one that does not exist: a loader should have refused it. */
export function edgesOf(steps: readonly Step[]): Edges {
  const index = new Map(steps.map((step, i) => [step.name, i]));
  const dependents: number[][] = steps.map(() => []);
  const dependencies = steps.map((step, i) =>
    step.depends.map((name) => {
      const at = index.get(name);
      if (at === undefined) {
        throw new DaguError(`Step "${step.name}" depends on "${name}", which does not exist`);
      }
      dependents[at]!.push(i);
      return at;
    })
  );
  return { dependencies, dependents };
}
