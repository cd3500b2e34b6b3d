/** The history of DAG-runs. */
import type { Dag } from "../core/dag.ts";
import type { RunEvent, RunRecord, RunRef } from "../core/run.ts";
import type { RunStatus } from "../core/status.ts";

/** The definition that a run uses, with env and params resolved: what a retry takes instead of the file. */
export interface Snapshot {
  /** The definition. */
  readonly dag: Dag;
  /** `K=V`, resolved; no dotenv values and no secrets. */
  readonly env: readonly string[];
  /** `K=V`, resolved; positional ones under "1", "2". */
  readonly params: readonly string[];
  /** All parameters as a JSON object, or the JSON text that was given. */
  readonly paramsJson: string;
  /** Absolute, resolved; "" for a DAG without a file. */
  readonly workingDir: string;
  /** Only a worker without this history has said what it is: it is shown, and nobody runs it again. */
  readonly told?: boolean;
}

/** Who owns a running attempt, precisely enough to tell whether it still lives. */
export interface Lease {
  /** Name of the machine. */
  readonly host: string;
  /** Changes when the machine starts anew. */
  readonly bootId: string;
  /** Process id. */
  readonly pid: number;
  /** Start time of that process, in the units of the system (clock ticks since boot on Linux). */
  readonly startTime: string;
  /** Counts the attempts of the run: a higher one wins. */
  readonly epoch: number;
  /** Path of the agent's socket; "" when it has none. */
  readonly socket: string;
  /** Random word in the environment of every process of the attempt. */
  readonly token: string;
}

/** An attempt to be made. */
export interface NewAttempt {
  /** What it runs. */
  readonly snapshot: Snapshot;
  /** Id of the run. */
  readonly dagRunId: string;
  /** The outermost run; itself for a root run. */
  readonly root: RunRef;
  /** null for a root run. */
  readonly parent: RunRef | null;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Who carries it out. */
  readonly workerId: string;
  /** What made the run begin; a further attempt keeps what its run has. */
  readonly trigger?: string;
  /** Process that does. */
  readonly pid: number;
  /** Identity of the owner; completed with the epoch by the store. */
  readonly lease: Omit<Lease, "epoch">;
  /** Further attempt of a run that exists (retry); false refuses an id that exists. */
  readonly again: boolean;
  /** With `again`: refused unless the run is still queued, for somebody else may have begun it meanwhile. */
  readonly onlyQueued: boolean;
  /**
   * Asked when the run shows that it lives, before anything is recorded: false refuses it, for it stands in its queue
   * again, and its place may be another's.
   */
  readonly isCalled?: () => Promise<boolean>;
  /** The attempt before, whose state of nodes is carried over (retry); refused when the run has gone on since. */
  readonly previous: RunRecord | null;
}

/** A run that waits in the queue of its DAG. */
export type NewQueued =
  & Pick<NewAttempt, "snapshot" | "dagRunId" | "createdAt" | "trigger">
  & Partial<Pick<RunRecord, "priority">>;

/** Files of one step in an attempt. */
export interface StepFiles {
  /** Path; equal to the other one when both are merged. */
  readonly stdout: string;
  /** Path. */
  readonly stderr: string;
}

/** An attempt that this process owns. */
export interface Attempt {
  /** Its folder. */
  readonly dir: string;
  /** Its state, with all changes so far. */
  readonly record: RunRecord;
  /** Appends one change: in the file (page cache) when it returns, so that a kill does not lose it. */
  append(event: RunEvent): void;
  /** Resolves when everything appended so far is on the disk. */
  flush(): Promise<void>;
  /**
   * Log files of a step, made (empty) when they do not exist. By then a power cut does not lose the attempt.
   * @throws DaguError when somebody else has ended the run: the step must not begin.
   */
  stepFiles(stepName: string, merged: boolean): Promise<StepFiles>;
  /** Adds a line to the run's log. */
  log(level: "INFO" | "WARN" | "ERROR", message: string, fields?: Record<string, string>): void;
  /** Writes `outputs.json`. */
  writeOutputs(outputs: Readonly<Record<string, string>>): Promise<void>;
  /** Calls back once when someone left a cancel request for this attempt. */
  onCancelRequest(callback: () => void): void;
  /** Calls back once when a change could not be recorded: the run should not go on. */
  onFailure(callback: (error: Error) => void): void;
  /**
   * Calls back once when somebody else has ended the run, as happens to a process that got no processor for so long
   * that it was taken for dead: nothing of it may go on.
   */
  onLoss(callback: () => void): void;
  /**
   * Final snapshot, human-readable view, removal of heartbeat. The record must be terminal or waiting.
   * @throws DaguError when the end cannot be recorded.
   */
  close(): Promise<void>;
  /** Lets go of it and leaves the record as it is: somebody else sees to its end. */
  abandon(): void;
}

/** One attempt as found in the store. */
export interface StoredRun {
  /** Its state. */
  readonly record: RunRecord;
  /** Folder of the newest attempt. */
  readonly dir: string;
  /** null for runs that the reference wrote. */
  readonly lease: Lease | null;
  /** Nothing can be read of it: its record tells no more than that. Only lists have such runs. */
  readonly damaged?: true;
}

/** Which runs are wanted. */
export interface RunFilter {
  /** Inclusive lower and exclusive upper bound of the creation time, Unix milliseconds. */
  readonly from?: number;
  /** Exclusive. */
  readonly to?: number;
  /** All unless given. */
  readonly statuses?: readonly RunStatus[];
  /** Newest first; default 100. */
  readonly limit?: number;
}

/** How a run whose owner is dead is ended. */
export interface CloseOptions {
  /** Somebody who knows says that the owner is dead, so nothing else is asked. */
  readonly certain?: boolean;
  /** Somebody wants its end: it does not go on, whatever the definition says. */
  readonly forGood?: boolean;
}

/** Where the history of runs is kept. */
export interface RunStore {
  /**
   * Opens a new attempt. It is on the disk when the first files of a step are given out, a flush or the end resolves.
   * @throws DaguError when the run id exists and `again` is false, or the folder cannot be written.
   */
  createAttempt(attempt: NewAttempt): Promise<Attempt>;
  /**
   * Goes on with an attempt that another process had open, and that no process owns: its owner is on a machine without
   * these files, and tells what to write.
   * @throws DaguError when the attempt has ended.
   */
  reopen(run: StoredRun): Promise<Attempt>;
  /**
   * Records a run that waits for its turn, and makes it durable. A further attempt carries it out.
   * @throws DaguError when the run id exists, or the folder cannot be written.
   */
  createQueued(run: NewQueued): Promise<StoredRun>;
  /**
   * Removes a queued attempt, and the run with it when it has no other; on the disk, too, when it resolves.
   * @throws DaguError when the run is not queued any more.
   */
  removeQueued(run: StoredRun): Promise<void>;
  /**
   * Root runs of all DAGs that are queued, have no end yet, or are to go on after a crash. Looks at the whole history, a part of it at each turn.
   */
  unended(): AsyncIterable<StoredRun>;
  /** Root runs that count in a queue: those with a sign of life that is worth something. */
  running(queue: string): Promise<RunRef[]>;
  /**
   * Newest attempt of a root run; null when there is no such run.
   * @param madeAt when it was probably made, Unix milliseconds: it is looked for there first
   */
  find(name: string, dagRunId: string, madeAt?: number): Promise<StoredRun | null>;
  /** Newest attempt of a sub-run below a root run. */
  findChild(root: RunRef, dagRunId: string): Promise<StoredRun | null>;
  /** Newest root run of a DAG. */
  latest(name: string): Promise<StoredRun | null>;
  /** Root runs of a DAG that have a sign of life, whatever it is worth: few files are read, however long the history. */
  active(name: string): Promise<StoredRun[]>;
  /** Root runs of all DAGs that have a sign of life, whatever it is worth; no record is read for those known before. */
  signs(): Promise<RunRef[]>;
  /** Root runs of a DAG, newest first. */
  list(name: string, filter: RunFilter): Promise<StoredRun[]>;
  /** Names of the DAGs that have history. */
  names(): Promise<string[]>;
  /** The definition that a stored attempt used. */
  snapshot(run: StoredRun): Promise<Snapshot>;
  /** The same, to be run again. @throws DaguError when it was changed since it was recorded, or was told by a worker */
  snapshotToRun(run: StoredRun): Promise<Snapshot>;
  /** Asks the owner of a run to stop, by a file that it watches. */
  requestCancel(run: StoredRun): Promise<void>;
  /** Whether the owner of a run lives; "unknown" when only time can tell (another host). */
  liveness(run: StoredRun): Promise<"alive" | "dead" | "unknown">;
  /**
   * Ends a run whose owner is dead: kills process groups that it left, records the running nodes and the run as
   * failed, and returns the new record. A terminal record is returned unchanged. Where the definition says that the
   * run goes on, that is recorded in the same stroke, and its sign of life stays until a further attempt is made.
   */
  closeDead(run: StoredRun, options?: CloseOptions): Promise<StoredRun>;
  /**
   * Changes the record of a run that waits for somebody, without an attempt of its own. `change` gets the record as
   * it is then; nobody else changes it meanwhile.
   * @throws DaguError when the run does not wait, and whatever `change` throws.
   */
  amend(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun>;
  /**
   * Changes the record of a run that has ended; its status cannot be changed.
   * @throws DaguError when the run has not ended
   */
  amendEnded(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun>;
  /** Removes finished runs that began before the given time; returns their ids. */
  removeBefore(name: string, before: number, dryRun: boolean): Promise<string[]>;
}
