/** What runs one kind of step. */
import type { Dag, Shell, Step } from "../core/dag.ts";
import type { ChildRun } from "../core/run.ts";
import type { PermissionDecl, PermissionSet, PermissionUse } from "../core/permissions.ts";
import type { NodeStatus } from "../core/status.ts";

/** Signal names as `Deno.kill` takes them, `SIGTERM` and so on. */
export type SignalName = string;

/** Where an execution's output goes. */
export interface StepLog {
  /** Absolute paths of the two log files; equal when the output is merged. They exist and are appended to. */
  readonly stdout: string;
  readonly stderr: string;
  /**
   * true: a child process may be given the files themselves. false: every byte has to pass through {@link write},
   * because it is masked or copied.
   */
  readonly direct: boolean;
  /** true while nothing can have been written to it before this execution. */
  readonly fresh?: boolean;
  /** Appends to one of the streams. Bytes of one call stay together. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void>;
  /** Writes what is still held back by masking: nothing more comes for now. */
  flush?(): void;
}

/** Values that the text of a step may refer to. Implemented in eval; executors only pass it on. */
export interface Variables {
  /** The value of a name as text replacement sees it, or undefined. */
  get(name: string): string | undefined;
  /** The value that `${name.path}` stands for, or undefined when `name` is unknown. */
  path(name: string, path: string): string | undefined;
}

/** One execution of a step that an executor is asked to do. */
export interface StepTask {
  readonly dag: Dag;
  /** As defined: texts are templates; the executor evaluates those that it uses with `variables`. */
  readonly step: Step;
  /** The complete environment of a child process. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Values too large for an environment (over 128 KiB), by name: file that holds the value. Shell steps load them
   * from there when their text refers to them.
   */
  readonly largeValues: Readonly<Record<string, string>>;
  readonly variables: Variables;
  /** All parameters of the run. */
  readonly params: ReadonlyMap<string, string>;
  /**
   * Evaluates a text of the definition that no shell will read: references, backticks, operators. `more` are
   * further variables, stronger than all others.
   * @throws DaguError when a command between backticks fails.
   */
  readonly evaluate: (template: string, more?: Readonly<Record<string, string>>) => Promise<string>;
  /** Absolute; exists. */
  readonly workingDir: string;
  /** The shell that applies, step or DAG or default, with `-e` already decided. */
  readonly shell: Shell;
  readonly log: StepLog;
  /** Folder of the attempt: for scripts and other files of this execution. */
  readonly scratchDir: string;
  /** The `permissions:` block that applies; null when the definition has none. */
  readonly permissions: PermissionDecl | null;
  /** What the execution uses is to be told by `onUse` before it is done; `permissions` then allow everything. */
  readonly audit: boolean;
  /** True when the step repeats: sub-runs then get random ids. */
  readonly repeated: boolean;
  /** Children that an earlier attempt or execution of this node started. */
  readonly children: readonly ChildRun[];
}

/** How an execution ended. Nothing here is thrown: a throw of an executor is a defect and fails the step. */
export interface StepOutcome {
  /** 0 when it succeeded; 128 + n after signal n. */
  readonly exitCode: number;
  /** "" when it succeeded; says what failed, e.g. `exit status 3`, `signal: killed`. */
  readonly error: string;
  /** false when it failed before anything began: it leaves no output then, not even an empty one. */
  readonly begun?: false;
  /** Only when the executor decides otherwise than exitCode and error do: partial success, waiting. */
  readonly status?: NodeStatus;
  /** A further try makes no sense for so long, milliseconds: the pause before a retry is at least this. */
  readonly retryAfterMs?: number;
  /** Text to capture as the step's output instead of what stands in the log (sub-DAGs, remote workers). */
  readonly output?: string;
  /** Further outputs by name of the variable, besides that of the step's `output`. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** The commands and script as they were run, for display. */
  readonly shown?: { readonly commands: readonly string[]; readonly script: string };
}

/** What an executor tells while it works. */
export interface ExecutionEvents {
  /** A process group was started: recorded before anything else, so that it can be ended after a crash. */
  onProcessGroup(pgid: number): void;
  /** The permissions that the execution holds, when it is confined. */
  onPermissions(granted: PermissionSet): void;
  /** What the execution used; only in an audit. */
  onUse(use: PermissionUse): void;
  /** A sub-run is about to start. */
  onChild(child: ChildRun): void;
  /** The execution waits for something that others have to do; "" when it does not any more. */
  onWait(reason: string): void;
}

/** A running execution. */
export interface Execution {
  readonly done: Promise<StepOutcome>;
  /** Passes a signal to everything that the execution started; SIGKILL must end it. */
  signal(name: SignalName): void;
}

/** What an executor may need to prepare something for all steps of a run. */
export interface RunSetup {
  readonly dag: Dag;
  /** The environment that a step without env of its own would get. */
  readonly env: Readonly<Record<string, string>>;
  /** As {@link StepTask.evaluate}. */
  readonly evaluate: StepTask["evaluate"];
  /** Absolute. */
  readonly workingDir: string;
  /** The DAG's own block; one that allows everything in an audit. */
  readonly permissions: PermissionDecl | null;
  /** Aborted when the run is stopped meanwhile. */
  readonly signal: AbortSignal;
}

export interface Executor {
  start(task: StepTask, events: ExecutionEvents): Execution;
  /**
   * Prepares what all steps of the run share.
   * @throws DaguError when that fails: the run fails with it.
   */
  open?(setup: RunSetup): Promise<void>;
  /** Ends what is shared; called after the last handler, also when `open` failed. */
  close?(): Promise<void>;
}

/** Finds the executor of a step; loads it when it is first needed. */
export interface Executors {
  /** @throws DaguError when no executor of that type exists. */
  get(type: string): Promise<Executor>;
  /**
   * Before the first step: opens the executors that prepare something for the whole run.
   * @throws DaguError when that fails.
   */
  open?(setup: RunSetup): Promise<void>;
  /** After the last handler. @throws DaguError when something could not be ended. */
  close?(): Promise<void>;
}
