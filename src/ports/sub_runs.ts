/** Runs sub-DAGs for the executors `dag` and `parallel`. */
import type { RunRef } from "../core/run.ts";
import type { RunStatus } from "../core/status.ts";
import type { TraceContext } from "../core/trace_context.ts";
import type { SignalName } from "./executor.ts";

export interface SubRunRequest {
  /** Name or path as the step gives it; a local DAG wins over a file. */
  readonly dag: string;
  readonly dagRunId: string;
  /** Parameters in the params language. */
  readonly params: string;
  /** Sends the run to a worker when not empty. */
  readonly workerSelector: Readonly<Record<string, string>>;
  /** The step in its trace; null when it stands in none. */
  readonly trace: TraceContext | null;
  /** Called when the run is recorded and about to begin; never when it cannot be started at all. */
  readonly onLaunch: () => void;
  /** Called with why it waits, one sentence without full stop, and with "" when it does not wait any more. */
  readonly onWait: (reason: string) => void;
}

export interface SubRunResult {
  readonly ref: RunRef;
  readonly status: RunStatus;
  /** Parameters as they were resolved, `K=V K2=V2`. */
  readonly params: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** "" or what went wrong, e.g. that the DAG cannot be found. */
  readonly error: string;
}

export interface SubRun {
  readonly done: Promise<SubRunResult>;
  signal(name: SignalName): void;
}

export interface SubRuns {
  start(request: SubRunRequest): SubRun;
}
