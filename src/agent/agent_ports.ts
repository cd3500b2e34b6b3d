/** What an agent is given by the program around it. */
import type { Dag, Shell } from "../core/dag.ts";
import type { RandomBytes } from "../core/ids.ts";
import type { RunEvent, RunRecord, RunRef } from "../core/run.ts";
import type { Clock } from "../ports/clock.ts";
import type { Commands } from "../ports/commands.ts";
import type { DagStore } from "../ports/dag_store.ts";
import type { Dispatcher } from "../ports/dispatcher.ts";
import type { Executors, SignalName } from "../ports/executor.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { RunStore } from "../ports/run_store.ts";
import type { SecretProvider } from "../ports/secrets.ts";
import type { SpanSink } from "../ports/span_sink.ts";
import type { SubRuns } from "../ports/sub_runs.ts";

/** Sees a run while it goes on, e.g. to draw its progress. */
export interface RunObserver {
  /** The run begins. */
  onStart(record: RunRecord): void;
  /** Something has changed; `record` is the state after it. */
  onEvent(event: RunEvent, record: RunRecord): void;
  /** Called before the run begins, with what stops it. */
  onAgent?(agent: RunControl): void;
}

/** Ends a run from outside. */
export interface RunControl {
  /** Asks it to end: its steps get the signal, "" for the one that each asks for. */
  stop(signal?: SignalName): void;
  /** Ends it at once. */
  kill(): void;
}

/** Ends what the agent started when the agent itself is killed. */
export interface OrphanGuard {
  /** Gets ready: called while there is something else to wait for. */
  prepare(): void;
  add(pgid: number): void;
  remove(pgid: number): void;
}

/** Holds back what an agent would begin while it may not: see {@link RunLease}. */
export interface StepGate {
  /** Resolves when something may begin. */
  granted(): Promise<void>;
}

export interface AgentPorts {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly runs: RunStore;
  readonly dags: DagStore;
  readonly commands: Commands;
  /** @throws DaguError for an unknown provider. */
  readonly secrets: (provider: string) => SecretProvider;
  /** Executors of one run; `subRuns` starts its children, `root` is the run at the top. */
  readonly executors: (subRuns: SubRuns, root: RunRef) => Executors;
  /** Has sub-runs carried out by workers. */
  readonly dispatcher: () => Promise<Dispatcher>;
  /** Sends the reports of runs. */
  readonly notifier: Notifier;
  /** Takes the traces of runs. */
  readonly spans: SpanSink;
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
  /** Those of its variables that every step gets. */
  readonly host: Readonly<Record<string, string>>;
  /** What interprets commands when neither step nor DAG says. */
  readonly defaultShell: Shell;
  /** Reads the schema that `params.schema` names. `dirs` are the folders in which a file is looked for. */
  readonly loadSchema: (ref: string, dirs: readonly string[]) => Promise<unknown>;
  /** Lets every step do all that it wants, and records what that was. */
  readonly audit: boolean;
  readonly guard: OrphanGuard;
  /** The word that every process of this agent carries in `DAGU_RUN_TOKEN`. */
  readonly token: string;
  readonly workerId: string;
  /** Of a run that is carried out for a coordinator; null for all others. */
  readonly gate: StepGate | null;
  /**
   * Whether a run that was taken out of its queue has not been given back to it; null for runs that come from nowhere
   * else than their caller.
   */
  readonly isCalled: ((record: RunRecord, dag: Dag) => Promise<boolean>) | null;
  /** Path of the agent's socket, for the lease; "" when it has none. */
  readonly socket: string;
}
