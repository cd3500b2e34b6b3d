/** What the program can do, for whatever face it has: command line, server, embedding program. */
import type { Trigger } from "../ports/run_launcher.ts";
import type { RunObserver } from "../agent/agent_ports.ts";
import type { BackfillRange } from "../core/schedule/backfill.ts";
import type { Dag } from "../core/dag.ts";
import type { FireFilter } from "../core/schedule/fire_filter.ts";
import type { Priority } from "../core/queue_order.ts";
import type { RetryPoint } from "../core/retry_plan.ts";
import type { RunRecord, RunRef } from "../core/run.ts";
import type { FireRecord } from "../core/schedule/schedule.ts";
import type { UpcomingFire } from "../core/schedule/upcoming_fires.ts";
import type { QueueItem } from "../ports/queue_store.ts";
import type { BackfillPlan } from "../services/backfill.ts";
import type { ServiceLog } from "../services/service_log.ts";
import type { Coverage } from "../testing/coverage.ts";
import type { TestResult } from "../testing/junit.ts";
import type { Finding } from "../lint/finding.ts";
import type { RunFilter, StoredRun } from "../ports/run_store.ts";

export type { RunObserver } from "../agent/agent_ports.ts";
export type { BackfillPlan } from "../services/backfill.ts";
export type { ServiceLog } from "../services/service_log.ts";

/** Parameters as they were given: nothing, one text, or separate arguments. */
export type ParamInput =
  | { readonly kind: "none" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "args"; readonly args: readonly string[] };

/** A run that this process carried out. */
export interface RunEnd {
  /** Its final state. */
  readonly record: RunRecord;
  /** Signal that made this process stop the run, "" when there was none. */
  readonly stoppedBy: string;
  /** In an audit: the run and all its sub-runs, with what their steps used. */
  readonly audited?: readonly RunRecord[];
}

/** What a new run is to be. */
export interface StartOptions {
  /** Name or path. */
  readonly dag: string;
  /** In place of the defaults of the definition. */
  readonly params: ParamInput;
  /** Replaces the DAG's own name; "" keeps it. */
  readonly name: string;
  /** "" makes a new one. */
  readonly runId: string;
  /** Takes definition and parameters of this run; "" takes the file. */
  readonly fromRunId: string;
  /** Folder for a DAG that names none; "" takes that of its file. */
  readonly defaultWorkingDir: string;
  /** The run that it belongs to; none unless given. */
  readonly parent?: RunRef;
  /** The outermost of those runs. */
  readonly root?: RunRef;
  /** What makes it begin; a person unless given. */
  readonly trigger?: Trigger;
  /** Under which name the run is recorded: `local` for this machine. */
  readonly workerId: string;
  /** Lets steps do all that they want, whatever the definition's `permissions` say, and records what they used. */
  readonly audit?: boolean;
  /** Is told what happens. */
  readonly observer: RunObserver;
}

export interface EnqueueOptions {
  /** Name or path. */
  readonly dag: string;
  readonly params: ParamInput;
  /** Replaces the DAG's own name; "" keeps it. */
  readonly name: string;
  /** "" makes a new one. */
  readonly runId: string;
  /** "" takes the DAG's own. */
  readonly queue: string;
  readonly priority: Priority;
  readonly defaultWorkingDir: string;
  /** What makes it begin; a person unless given. */
  readonly trigger?: Trigger;
}

export interface BackfillOptions extends BackfillRange {
  /** Name or path. */
  readonly dag: string;
  /** `{date}` and `{time}` stand for the time of each run. */
  readonly params: ParamInput;
  /** Nothing is queued. */
  readonly dryRun: boolean;
}

/** A run in line. */
export interface WaitingRun {
  readonly queue: string;
  readonly run: RunRef;
  readonly priority: Priority;
  /** Unix milliseconds. */
  readonly queuedAt: number;
  /** Why it waits, one sentence without full stop. */
  readonly reason: string;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly name: string;
  readonly runId: string;
  readonly workingDir: string;
  readonly shell: string;
  readonly base: string;
  /** `K=V`. */
  readonly env: readonly string[];
  readonly dotenv: readonly string[];
  readonly workerLabels: Readonly<Record<string, string>>;
  readonly observer: RunObserver;
}

export interface DecideOptions {
  readonly dag: string;
  /** "" takes the newest run. */
  readonly runId: string;
  /** Sub-run below it in which the step waits; "" for the run itself. */
  readonly subRunId: string;
  /** Name or id. */
  readonly step: string;
  /** Who decides; "" takes the user of this process. */
  readonly by: string;
}

export interface ApproveOptions extends DecideOptions {
  /** Values for later steps, by variable name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly workerId: string;
  readonly observer: RunObserver;
}

export interface RejectOptions extends DecideOptions {
  readonly reason: string;
}

/** Which logs to read. */
export interface LogOptions {
  /** Name or path. */
  readonly dag: string;
  /** "" takes the newest run. */
  readonly runId: string;
  /** "" means every step. */
  readonly step: string;
  /** Goes on until the run ends. */
  readonly follow: boolean;
  /** Of the step. */
  readonly stream: "stdout" | "stderr" | "both";
}

/** A line that a step wrote. */
export interface LogLine {
  /** Name of the step. */
  readonly step: string;
  /** `stdout` or `stderr`. */
  readonly stream: string;
  /** Without its end. */
  readonly line: string;
}

export interface ScheduleOptions {
  /** "" for all definitions in the folder of DAGs. */
  readonly dag: string;
  /** Most fires. */
  readonly count: number;
  /** Told of each definition that was passed over because it cannot be read. */
  readonly onProblem: (path: string, message: string) => void;
}

export interface UpcomingFireOf extends UpcomingFire {
  readonly dag: string;
  readonly suspended: boolean;
}

export interface SchedulePreview {
  readonly fires: readonly UpcomingFireOf[];
  /** How many schedules there are; and of these, `@reboot`. */
  readonly schedules: number;
  readonly reboots: number;
}

export interface DamageOptions {
  /** Told of each folder of an attempt that was passed over because it cannot be read. */
  readonly onDamaged?: (dir: string) => void;
}

/** A definition that was checked. */
export interface ValidDag {
  /** The definition. */
  readonly dag: Dag;
  /** What could not be checked, and why. */
  readonly notes: readonly string[];
}

export interface TestOptions {
  /** Definitions, modules of tests, and folders with such; the current folder when there are none. */
  readonly paths: readonly string[];
  /** Only tests whose names hold this; "" for all. */
  readonly filter: string;
}

/** What came of the tests in one file. */
export interface TestedFile {
  readonly file: string;
  /** Why its tests could not be played; "" when they were. */
  readonly problem: string;
  readonly results: readonly TestResult[];
  /** What of each DAG the tests have played. */
  readonly dags: readonly { readonly dag: string; readonly coverage: Coverage }[];
}

export interface LintOptions {
  /** Names or paths, and folders of definitions; the folder of DAGs when there are none. */
  readonly dags: readonly string[];
  /** Mend in the files what can be mended without a person. */
  readonly fix: boolean;
}

export interface LintedFile {
  readonly file: string;
  /** What there is to say, after what was mended. */
  readonly findings: readonly Finding[];
  /** How many findings were mended in the file. */
  readonly mended: number;
}

export interface ServeOptions {
  readonly log: ServiceLog;
  /** Flags that processes of runs need to find the same folders. */
  readonly agentFlags: readonly string[];
}

/** A service of this process that goes on until it is closed. */
export interface RunningService {
  /** Where it can be reached, e.g. `http://127.0.0.1:8080`. */
  readonly address: string;
  close(): Promise<void>;
}

export interface App {
  start(options: StartOptions): Promise<RunEnd>;
  exec(options: ExecOptions): Promise<RunEnd>;
  /** Walks the DAG without running anything. */
  dry(options: { dag: string; params: ParamInput; name: string; observer: RunObserver }): Promise<RunRecord>;
  retry(
    options: { dag: string; runId: string; point: RetryPoint; workerId: string; observer: RunObserver },
  ): Promise<RunEnd>;
  /** Stops the newest run (or the given one), and starts another with its definition and parameters. */
  restart(options: { dag: string; runId: string; observer: RunObserver }): Promise<RunEnd>;
  /** Approves a step that waits, and goes on with the run; null when further steps of it wait. */
  approve(options: ApproveOptions): Promise<RunEnd | null>;
  /** Rejects a step that waits, and its run. */
  reject(options: RejectOptions): Promise<StoredRun>;
  /**
   * Asks running runs of a DAG to end; an empty list says that none ran. A queued run that is named leaves its queue.
   */
  stop(options: { dag: string; runId: string }): Promise<{ stopped: RunRef[] }>;
  /** Puts a run in line; it is on the disk when this resolves. */
  enqueue(options: EnqueueOptions): Promise<QueueItem>;
  /** Puts a run in line for each time of the past that has none; each is on the disk when this resolves. */
  backfill(options: BackfillOptions): Promise<BackfillPlan>;
  /** Takes a run out of its queue, as if it had never been there; null takes the first one. */
  dequeue(options: { queue: string; run: RunRef | null }): Promise<RunRef>;
  /** Runs that wait in a queue, or in all of them for "". */
  waiting(queue: string): Promise<WaitingRun[]>;
  /** Takes every run out of a queue. */
  clearQueue(queue: string): Promise<RunRef[]>;
  /** Why a run waits, or ended as it did: one sentence. "" takes the newest run. */
  why(options: { dag: string; runId: string }): Promise<string>;
  /** The newest or the given run. */
  status(options: { dag: string; runId: string } & DamageOptions): Promise<StoredRun>;
  history(options: { dag: string; filter: RunFilter } & DamageOptions): Promise<StoredRun[]>;
  /** Removes finished runs; returns their ids. */
  cleanup(options: { dag: string; retentionDays: number; dryRun: boolean }): Promise<string[]>;
  /** @throws SpecError with everything that is wrong, the types of TypeScript steps included. */
  validate(dag: string): Promise<ValidDag>;
  /** The text of a definition in the other language: TypeScript for one in YAML, YAML for one in TypeScript. */
  exportDag(dag: string): Promise<string>;
  /** Looks for what is allowed in definitions but will hurt, file after file. */
  lint(options: LintOptions): AsyncIterable<LintedFile>;
  /** Plays the tests of definitions, file after file. */
  test(options: TestOptions): AsyncIterable<TestedFile>;
  /** Writes results of tests for build servers. */
  writeJunit(file: string, results: readonly TestResult[]): Promise<void>;
  logs(options: LogOptions): AsyncIterable<LogLine>;
  /** What the schedules of a definition, or of all, will do next. */
  schedule(options: ScheduleOptions): Promise<SchedulePreview>;
  /** What became of fires, newest first. */
  fireHistory(options: { dag: string; filter: Omit<FireFilter, "dag"> }): Promise<FireRecord[]>;
  /** Serves the API. @throws DaguError when the address cannot be had */
  serve(options: ServeOptions): Promise<RunningService>;
  /** Gives an account of the server a password for one login. @returns the file that holds it */
  resetPassword(username: string): Promise<string>;
}
