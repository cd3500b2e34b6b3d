/** What a program that embeds dagu can do with the DAGs and the history of the configuration. */
import type { RunRecord, RunRef } from "../core/run.ts";
import type { RunFilter, StoredRun } from "../ports/run_store.ts";
import type { LogLine, LogOptions, ParamInput, RunEnd, RunObserver, StartOptions, ValidDag } from "./app.ts";

/** The operations of the command line that make sense inside of another program. */
export interface LibraryApp {
  /** Starts a run and waits for its end. */
  start(options: StartOptions): Promise<RunEnd>;
  /** Walks a DAG without running anything. */
  dry(
    options: {
      readonly dag: string;
      readonly params: ParamInput;
      readonly name: string;
      readonly observer: RunObserver;
    },
  ): Promise<RunRecord>;
  /** Asks running runs of a DAG to end; an empty list says that none ran. "" takes the newest run. */
  stop(options: { readonly dag: string; readonly runId: string }): Promise<{ stopped: RunRef[] }>;
  /** The newest run of a DAG for "", or the given one. */
  status(options: { readonly dag: string; readonly runId: string }): Promise<StoredRun>;
  /** Runs of a DAG, newest first. */
  history(options: { readonly dag: string; readonly filter: RunFilter }): Promise<StoredRun[]>;
  /** What the steps of a run wrote. */
  logs(options: LogOptions): AsyncIterable<LogLine>;
  /** Why a run waits, or ended as it did: one sentence. "" takes the newest run. */
  why(options: { readonly dag: string; readonly runId: string }): Promise<string>;
  /** @throws SpecError with everything that is wrong, the types of TypeScript steps included. */
  /** Checks a definition. */
  validate(dag: string): Promise<ValidDag>;
  /** The text of a definition in the other language: TypeScript for one in YAML, YAML for one in TypeScript. */
  exportDag(dag: string): Promise<string>;
}
