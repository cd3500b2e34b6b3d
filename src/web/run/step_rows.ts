/** The rows of the list of steps: steps and handlers, and below them the sub-runs that are unfolded. */
import type { RunNode } from "../api/types.ts";

export type StepRow =
  | {
    readonly kind: "step";
    readonly key: string;
    readonly depth: number;
    readonly node: RunNode;
    /** Name of the event at which it runs; "" for a step. */
    readonly handler: string;
    /** Sub-run that it belongs to; "" for the run itself. */
    readonly subRunId: string;
    /** Key under which its sub-runs are unfolded; "" when it has none. */
    readonly folds: string;
  }
  | {
    readonly kind: "child";
    readonly key: string;
    readonly depth: number;
    readonly dagRunId: string;
    readonly name: string;
    readonly params: string;
    /** null until it is known. */
    readonly status: number | null;
    readonly startedAt: string;
    readonly finishedAt: string;
    readonly folds: string;
  }
  | { readonly kind: "note"; readonly key: string; readonly depth: number; readonly text: string };

/** What is known of sub-runs. */
export interface ChildRuns {
  /** Sub-runs of a run by their id; undefined until they are known. @param of id of the run; "" for the root */
  readonly list: (of: string) => ReadonlyMap<string, ChildSummary> | undefined;
  /** Steps of a sub-run; undefined until they are known. */
  readonly nodes: (dagRunId: string) => readonly RunNode[] | undefined;
}

export interface ChildSummary {
  readonly dagName?: string;
  readonly status: number;
  readonly startedAt: string;
  readonly finishedAt?: string;
}

interface Given {
  readonly node: RunNode;
  readonly handler: string;
}

export function stepRows(
  given: readonly Given[],
  unfolded: ReadonlySet<string>,
  children: ChildRuns,
  subRunId = "",
  depth = 0,
): StepRow[] {
  return given.flatMap(({ node, handler }): StepRow[] => {
    const subRuns = [...node.subRuns ?? [], ...node.subRunsRepeated ?? []];
    const key = `${subRunId}/${node.step.name}`;
    const folds = subRuns.length > 0 ? key : "";
    const row: StepRow = { kind: "step", key, depth, node, handler, subRunId, folds };
    if (folds === "" || !unfolded.has(folds)) return [row];
    return [row, ...subRuns.flatMap((sub) => childRows(sub, node, unfolded, children, subRunId, depth + 1))];
  });
}

function childRows(
  sub: { readonly dagRunId: string; readonly params?: string; readonly dagName?: string },
  node: RunNode,
  unfolded: ReadonlySet<string>,
  children: ChildRuns,
  subRunId: string,
  depth: number,
): StepRow[] {
  const { dagRunId, params = "", dagName } = sub;
  const known = children.list(subRunId)?.get(dagRunId);
  const name = known?.dagName ?? dagName ?? node.step.call ?? "";
  const row: StepRow = {
    kind: "child",
    key: dagRunId,
    depth,
    dagRunId,
    name,
    params,
    status: known?.status ?? null,
    startedAt: known?.startedAt ?? "",
    finishedAt: known?.finishedAt ?? "",
    folds: dagRunId,
  };
  if (!unfolded.has(dagRunId)) return [row];
  const nodes = children.nodes(dagRunId);
  if (!nodes) return [row, { kind: "note", key: `${dagRunId}…`, depth: depth + 1, text: "Loading" }];
  return [
    row,
    ...stepRows(nodes.map((node) => ({ node, handler: "" })), unfolded, children, dagRunId, depth + 1),
  ];
}
