/** Which step of a run is looked at: the one that the address names, else what is of most interest. */
import { useEffect, useState } from "preact/hooks";
import type { RunNode } from "../api/types.ts";
import { place, setQuery } from "../router.ts";
import { NodeStatus, RunStatus } from "../../core/status.ts";
import { type ChildStore, useChildren } from "./child_runs.ts";
import { goesOn, stepOfInterest } from "./run_state.ts";
import type { RunStore } from "./run_store.ts";
import { type StepRow, stepRows } from "./step_rows.ts";

export interface StepChoice {
  /** Its name; "" when the run has none. */
  readonly step: string;
  /** Sub-run that it belongs to; "" for the run itself. */
  readonly subRunId: string;
  /** undefined until it is known. */
  readonly node: RunNode | undefined;
  /** Key of its row. */
  readonly row: string;
  readonly rows: readonly StepRow[];
  readonly unfolded: ReadonlySet<string>;
  fold(key: string): void;
  choose(name: string, subRunId?: string): void;
  /** To another row. */
  move(by: number): void;
}

/** @param culprit the step by which the run failed */
export function useStepChoice(
  store: RunStore,
  nodes: readonly RunNode[],
  culprit: RunNode | undefined,
): StepChoice {
  const run = store.run.value!;
  const { query } = place.value;
  const [interest, setInterest] = useState(() => stepOfInterest(nodes, run.reason?.step));
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set());
  const step = query.get("step") ?? interest;
  const subRunId = query.get("sub") ?? "";
  const children = useChildren(store.path, goesOn(run), `${run.status} ${run.attemptId}`);
  void children.version.value;
  const rows = stepRows(
    store.nodes.value.map(({ handler, node }) => ({ handler, node: node.value })),
    unfolded,
    children,
  );
  // Who looks at what runs is taken along, until they choose a step.
  useEffect(() => {
    if (!query.has("step")) setInterest(stepOfInterest(nodes, run.reason?.step));
  }, [run.status, run.attemptId]);
  useFailedChild(store, culprit, children, query.has("step"), setUnfolded);
  const choose = (name: string, sub = "") => {
    setQuery({ step: name, sub, line: null, stream: null });
    if (narrow()) document.querySelector(".run-log")?.scrollIntoView({ behavior: "smooth" });
  };
  const row = `${subRunId}/${step}`;
  return {
    step,
    subRunId,
    node: subRunId === ""
      ? store.node(step) ?? nodes[0]
      : children.nodes(subRunId)?.find((node) => node.step.name === step),
    row,
    rows,
    unfolded,
    fold: (key) => setUnfolded((old) => toggled(old, key)),
    choose,
    move: (by) => {
      const all = rows.filter((row) => row.kind === "step");
      const at = all.findIndex(({ key }) => key === row);
      const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
      if (next) choose(next.node.step.name, next.subRunId);
    },
  };
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}

/** Where a sub-run failed, its failed step is what a person wants to see. */
function useFailedChild(
  store: RunStore,
  culprit: RunNode | undefined,
  children: ChildStore,
  chosen: boolean,
  setUnfolded: (change: (old: ReadonlySet<string>) => ReadonlySet<string>) => void,
): void {
  const [done, setDone] = useState(chosen || !culprit?.subRuns);
  const known = done ? undefined : children.list("");
  const failed = [...known ?? []].find(([, { status }]) => status === RunStatus.Failed)?.[0];
  const nodes = done || failed === undefined ? undefined : children.nodes(failed);
  useEffect(() => {
    if (done || !culprit || failed === undefined || !nodes) return;
    setDone(true);
    setUnfolded((old) => new Set([...old, `/${culprit.step.name}`, failed]));
    const step = nodes.find(({ status }) => status === NodeStatus.Failed);
    if (step) setQuery({ step: step.step.name, sub: failed });
  }, [store, failed, nodes]);
}

/** The log stands below the steps. */
function narrow(): boolean {
  return matchMedia("(max-width: 980px)").matches;
}
