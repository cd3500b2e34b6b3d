/** What the commands ask of the application. */
import type { Dag } from "../core/dag.ts";
import type { RunEvent, RunRecord, RunRef } from "../core/run.ts";
import type { RunFilter, StoredRun } from "../ports/run_store.ts";
import type { RunEnd } from "./exit_code.ts";

export type ParamInput =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "args"; readonly args: readonly string[] };

export interface RunObserver {
  onStart(record: RunRecord): void;
  onEvent(event: RunEvent, record: RunRecord): void;
}

export interface App {
  start(options: {
    dag: string;
    params: ParamInput;
    name: string;
    runId: string;
    fromRunId: string;
    defaultWorkingDir: string;
    parent?: RunRef;
    root?: RunRef;
    workerId: string;
    observer: RunObserver;
  }): Promise<RunEnd>;
  exec(options: {
    command: string[];
    name: string;
    runId: string;
    workingDir: string;
    shell: string;
    base: string;
    env: string[];
    dotenv: string[];
    workerLabels: Record<string, string>;
    observer: RunObserver;
  }): Promise<RunEnd>;
  dry(options: { dag: string; params: ParamInput; name: string; observer: RunObserver }): Promise<RunRecord>;
  retry(
    options: { dag: string; runId: string; step: string; workerId: string; observer: RunObserver },
  ): Promise<RunEnd>;
  restart(options: { dag: string; runId: string; observer: RunObserver }): Promise<RunEnd>;
  stop(options: { dag: string; runId: string }): Promise<{ stopped: RunRef[] }>;
  status(options: { dag: string; runId: string }): Promise<StoredRun>;
  history(options: { dag: string; filter: RunFilter }): Promise<StoredRun[]>;
  cleanup(options: { dag: string; retentionDays: number; dryRun: boolean }): Promise<string[]>;
  validate(dag: string): Promise<Dag>;
  logs(options: {
    dag: string;
    runId: string;
    step: string;
    follow: boolean;
    stream: "stdout" | "stderr" | "both";
  }): AsyncIterable<{ step: string; stream: string; line: string }>;
}
