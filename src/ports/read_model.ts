/** Questions about all runs and definitions at once: lists, counts, search. */
import type { DagSummary } from "../core/dag_summary.ts";
import type { RunSummary } from "../core/run_summary.ts";
import type { RunStatus } from "../core/status.ts";

/** Place of a run in the order newest first: by creation, then by id, then by name. */
export interface RunCursor {
  readonly createdAt: number;
  readonly dagRunId: string;
  readonly name: string;
}

export interface RunQuery {
  /** Name of a DAG, exactly; all DAGs without it. */
  readonly name?: string;
  /** Part of the id of the run. */
  readonly idPart?: string;
  readonly statuses?: readonly RunStatus[];
  /** Inclusive lower and exclusive upper bound of the creation, Unix milliseconds. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
  /** Only runs behind this one. */
  readonly after?: RunCursor;
}

export interface RunPage {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** There are more behind the last one. */
  readonly more: boolean;
}

/** Runs of one DAG and status. */
export interface RunCount {
  readonly name: string;
  readonly status: RunStatus;
  readonly count: number;
}

export interface TextMatch {
  readonly summary: DagSummary;
  readonly text: string;
}

export interface ReadModel {
  /** Root runs. */
  runs(query: RunQuery): Promise<RunPage>;
  /** How many runs a query would give without its limit, by DAG and status. */
  counts(query: Omit<RunQuery, "limit" | "after">): Promise<RunCount[]>;
  /** Newest run of each of these DAGs that has one, by name. */
  latest(names: readonly string[]): Promise<Map<string, RunSummary>>;
  /** Every definition in the folder of definitions, by file name. */
  dags(): Promise<readonly DagSummary[]>;
  /** One definition; null when there is no such file. */
  dag(fileName: string): Promise<DagSummary | null>;
  /** Definitions of whose texts `test` holds. It may take its time: they are looked at one after the other. */
  search(test: (text: string) => boolean | Promise<boolean>, limit: number): Promise<TextMatch[]>;
  /**
   * Changes whenever an answer may have changed, whoever changed it; "" when that cannot be told, so that answers
   * must not be kept.
   */
  version(): string;
}
