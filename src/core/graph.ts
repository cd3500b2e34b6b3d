/** The edges between the steps of a DAG, by position of the steps. All functions take O(steps + edges). */

/** What a graph needs to know of a step. */
export interface GraphStep {
  readonly name: string;
  readonly depends: readonly string[];
}

export interface Graph {
  /** For each step, the steps that wait for it, in order of definition. */
  readonly dependents: readonly (readonly number[])[];
  /** For each step, the steps that it waits for, each once. */
  readonly dependencies: readonly (readonly number[])[];
}

/** The graph of these steps. Names that no step has are left out: the loader has refused them before. */
export function buildGraph(steps: readonly GraphStep[]): Graph {
  const byName = new Map(steps.map((step, index) => [step.name, index]));
  const dependents: number[][] = steps.map(() => []);
  const dependencies = steps.map((step, index) => {
    const found = new Set<number>();
    for (const name of step.depends) {
      const other = byName.get(name);
      if (other !== undefined) found.add(other);
    }
    for (const other of found) dependents[other].push(index);
    return [...found];
  });
  return { dependents, dependencies };
}

/** Every step after all that it waits for, by position where there is a choice; steps of cycles are missing. */
export function topologicalOrder(graph: Graph): number[] {
  const open = graph.dependencies.map((list) => list.length);
  const order: number[] = [];
  for (let index = 0; index < open.length; index++) if (open[index] === 0) order.push(index);
  for (let at = 0; at < order.length; at++) {
    for (const next of graph.dependents[order[at]]) {
      if (--open[next] === 0) order.push(next);
    }
  }
  return order;
}

/**
 * One cycle as a walk along the dependencies that ends where it began, e.g. `[0, 2, 1, 0]` when 0 waits for 2,
 * 2 for 1 and 1 for 0; null when there is none.
 */
export function findCycle(graph: Graph): number[] | null {
  const order = topologicalOrder(graph);
  if (order.length === graph.dependencies.length) return null;
  const free = new Set(order);
  let at = 0;
  while (free.has(at)) at++;
  const seen = new Map<number, number>();
  const path: number[] = [];
  while (!seen.has(at)) {
    seen.set(at, path.length);
    path.push(at);
    at = graph.dependencies[at].find((other) => !free.has(other)) as number;
  }
  return [...path.slice(seen.get(at)), at];
}
