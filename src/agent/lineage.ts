/** Where a run stands in its tree. */
import type { Dag } from "../core/dag.ts";
import type { RunRef } from "../core/run.ts";
import type { TraceContext } from "../core/trace_context.ts";

export interface Lineage {
  readonly root: RunRef;
  /** null for a root run. */
  readonly parent: RunRef | null;
  /** DAGs of the root's file, which win over files of the same name. */
  readonly locals: Readonly<Record<string, Dag>>;
  /** Number of runs above this one. */
  readonly depth: number;
  /** What made it begin; absent for sub-runs. */
  readonly trigger?: string;
  /** The step that asked for this run in its trace; without one the environment of this process says. */
  readonly trace?: TraceContext | null;
  /** Values that the runs above hide: this one hides them too. */
  readonly hidden?: readonly string[];
}
