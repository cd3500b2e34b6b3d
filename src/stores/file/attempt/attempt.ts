/** An attempt that this process owns: every change goes to the disk as one short line, snapshots follow. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import { applyEvent, type RunEvent, type RunRecord } from "../../../core/run.ts";
import { runStatusName } from "../../../core/status.ts";
import type { Attempt, StepFiles } from "../../../ports/run_store.ts";
import {
  durableReplace,
  existsSync,
  removeIfExistsSync,
  replaceFileSync,
} from "../../../platform/files/files.ts";
import { Journal } from "../../../platform/files/journal.ts";
import { eventToLine } from "../json/event_json.ts";
import type { Heartbeat } from "../liveness/heartbeat.ts";
import { CANCEL_FILE, EVENTS_FILE, OUTPUTS_FILE, STATUS_FILE, stepFileNames, VALUES_DIR } from "../layout.ts";
import { type LogLevel, RunLog } from "./run_log.ts";
import { recordToLine } from "../json/status_json.ts";
import { startInterval } from "../../../platform/time/timer.ts";
import { StatusWriter } from "./status_writer.ts";
import { timeText } from "../json/time_text.ts";
import { writeView } from "./view.ts";

/** Between two looks for what others want of the run. */
const LOOK_MS = 500;
/** A process that did not look for so long has been frozen; others wait for longer until they take it for dead. */
const LATE_MS = 4 * LOOK_MS;
/** Of a process whose run could not be recorded: what the run did is not known to others. */
const UNRECORDED_EXIT_CODE = 74;

export interface FileAttemptOptions {
  readonly dir: string;
  readonly record: RunRecord;
  /** Resolves when the folder is on the disk under its name. */
  readonly placed: Promise<void>;
  /** Resolves when the digest of the definition is written. */
  readonly noted: Promise<void>;
  /** The status file, open for appending, with its first line in it. */
  readonly statusFile: Deno.FsFile;
  readonly statusBytes: number;
  /** Folder of the view for people. */
  readonly viewDir: string;
  /** null for sub-runs: they live as long as their root. */
  readonly heartbeat: Heartbeat | null;
  /** Whether changes are brought to the disk as they come; else only the final record is. */
  readonly flushes: boolean;
  /** Frees some of the disk when something could not be written. */
  readonly makeRoom: () => void;
}

export class FileAttempt implements Attempt {
  readonly dir: string;
  readonly #placed: Promise<void>;
  readonly #noted: Promise<void>;
  readonly #viewDir: string;
  readonly #heartbeat: Heartbeat | null;
  readonly #flushes: boolean;
  readonly #makeRoom: () => void;
  readonly #log: RunLog;
  readonly #status: StatusWriter;
  #record: RunRecord;
  #journal: Journal;
  #stepNames: Map<string, string> | null = null;
  /** Ends the looks. */
  #rest: () => void = () => {};
  #lookedAt = Date.now();
  /** Somebody else has ended the run. */
  #lost = false;
  #onCancel: (() => void) | null = null;
  #onLoss: () => void = () => {};
  /** What kept the last change from being recorded. */
  #failure: unknown = null;
  #onFailure: (error: Error) => void = () => {};
  #closed = false;

  constructor(options: FileAttemptOptions) {
    this.dir = options.dir;
    this.#record = options.record;
    this.#placed = options.placed;
    this.#noted = options.noted;
    // Who waits for it is told; so is the run when nobody does.
    this.#placed.catch((error) => this.#fail(error));
    this.#viewDir = options.viewDir;
    this.#heartbeat = options.heartbeat;
    this.#flushes = options.flushes;
    this.#makeRoom = options.makeRoom;
    this.#journal = Journal.open(`${this.dir}/${EVENTS_FILE}`);
    this.#log = new RunLog(this.#record.log);
    this.#status = new StatusWriter({
      path: `${this.dir}/${STATUS_FILE}`,
      file: options.statusFile,
      written: options.statusBytes,
      render: () => recordToLine(this.#record, false),
      // The events hold it as well: only when they cannot be written either, something is lost.
      onError: () => this.#makeRoom(),
      onCompact: () => this.#forgetEvents(),
    });
  }

  get record(): RunRecord {
    return this.#record;
  }

  append(event: RunEvent): void {
    if (this.#closed) throw new DaguError(`Cannot change the run "${this.#record.dagRunId}": it is closed`);
    const line = eventToLine(this.#record, event, this.#record.seq + 1);
    this.#record = applyEvent(this.#record, event);
    try {
      this.#write(line);
      // Beginnings and ends of steps are promised to survive a power cut soon after.
      if (this.#flushes && event.patch.status !== undefined) {
        this.#journal.flushSoon().catch((error) => this.#fail(error));
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#status.changed(line.length + 1);
  }

  #write(line: string): void {
    try {
      this.#journal.append(line);
    } catch {
      this.#makeRoom();
      this.#journal.append(line);
    }
  }

  #fail(error: unknown): void {
    const first = this.#failure === null;
    this.#failure = error;
    if (first) this.#onFailure(this.#unrecorded(error));
  }

  onFailure(callback: (error: Error) => void): void {
    this.#onFailure = callback;
  }

  async flush(): Promise<void> {
    this.#log.flush();
    if (this.#failure !== null) {
      this.#failure = null;
      // A snapshot holds whatever the journal could not take.
      this.#status.write();
    }
    await Promise.all([this.#placed, this.#journal.flush()]);
    if (this.#failure !== null) throw this.#unrecorded(this.#failure);
  }

  #unrecorded(cause: unknown): DaguError {
    return new DaguError(
      `Cannot record the run "${this.#record.dagRunId}" in "${this.dir}": ${messageOf(cause)}`,
      { cause, exitCode: UNRECORDED_EXIT_CODE },
    );
  }

  #ended(what: string): DaguError {
    return new DaguError(
      `Cannot ${what} the run "${this.#record.dagRunId}": another process closed "${this.dir}"`,
      { exitCode: UNRECORDED_EXIT_CODE },
    );
  }

  async stepFiles(stepName: string, merged: boolean): Promise<StepFiles> {
    if (Math.abs(Date.now() - this.#lookedAt) > LATE_MS) this.#look();
    if (this.#lost) throw this.#ended("go on with");
    const name = `${this.dir}/${this.#fileName(stepName)}`;
    const files = merged
      ? { stdout: `${name}.log`, stderr: `${name}.log` }
      : { stdout: `${name}.stdout.log`, stderr: `${name}.stderr.log` };
    touch(files.stdout);
    if (!merged) touch(files.stderr);
    await this.#placed;
    return files;
  }

  log(level: LogLevel, message: string, fields: Record<string, string> = {}): void {
    if (!this.#closed) this.#log.write(level, message, fields);
  }

  async writeOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
    const record = this.#record;
    const metadata = {
      dagName: record.name,
      dagRunId: record.dagRunId,
      attemptId: record.attemptId,
      status: runStatusName(record.status),
      completedAt: timeText(record.finishedAt || Date.now()),
      params: record.paramsList.length > 0 ? JSON.stringify(record.paramsList) : "",
    };
    await this.#replace(OUTPUTS_FILE, JSON.stringify({ metadata, outputs }, null, 2));
  }

  /** Puts a whole file in place; tries once more with the room that is kept for that. */
  async #replace(name: string, content: string): Promise<void> {
    const path = `${this.dir}/${name}`;
    try {
      await durableReplace(path, content).catch(() => {
        this.#makeRoom();
        return durableReplace(path, content);
      });
    } catch (error) {
      throw this.#unrecorded(error);
    }
  }

  onCancelRequest(callback: () => void): void {
    this.#onCancel = callback;
    // Whoever can reach the agent's socket uses that; the file is for everybody else, and a look now and then does.
    this.#rest = startInterval(LOOK_MS, () => this.#look());
  }

  onLoss(callback: () => void): void {
    this.#onLoss = callback;
  }

  #look(): void {
    this.#lookedAt = Date.now();
    this.#lost ||= this.#status.taken;
    if (this.#lost) {
      this.#rest();
      return this.#onLoss();
    }
    if (this.#onCancel && existsSync(`${this.dir}/${CANCEL_FILE}`)) {
      this.#onCancel();
      this.#onCancel = null;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#rest();
    let journalClosed: Promise<void> | null = null;
    let open = true;
    try {
      if (this.#status.replaced) {
        open = false;
        throw this.#ended("record the end of");
      }
      const recorded = this.#replace(STATUS_FILE, recordToLine(this.#record, true) + "\n");
      journalClosed = this.#journal.discard();
      this.#log.close();
      this.#makeView();
      await Promise.all([recorded, this.#noted]);
      open = false;
      removeIfExistsSync(`${this.dir}/${EVENTS_FILE}`);
      removeIfExistsSync(`${this.dir}/${VALUES_DIR}`, { recursive: true });
    } finally {
      this.#log.close();
      this.#status.close();
      // One whose end is not recorded is found by its sign of life, and ended by others.
      if (open) this.#heartbeat?.leave();
      else this.#heartbeat?.stop();
      await (journalClosed ?? this.#journal.discard()).catch(() => {});
    }
  }

  abandon(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#rest();
    this.#heartbeat?.leave();
    this.#log.close();
    this.#status.close();
    this.#journal.close().catch(() => {});
  }

  #makeView(): void {
    try {
      writeView(this.#viewDir, this.#record);
    } catch {
      // The view is a copy for reading; it must not decide how a run ends.
    }
  }

  #fileName(stepName: string): string {
    const { nodes, handlers } = this.#record;
    this.#stepNames ??= stepFileNames([...nodes, ...Object.values(handlers)].map((node) => node.step.name));
    const known = this.#stepNames.get(stepName);
    if (known !== undefined) return known;
    throw new DaguError(`Cannot make log files for the step "${stepName}": the run has no step of that name`);
  }

  /** The status file holds all events up to now. */
  #forgetEvents(): void {
    const path = `${this.dir}/${EVENTS_FILE}`;
    replaceFileSync(path, "");
    const old = this.#journal;
    this.#journal = Journal.open(path);
    old.close().catch(() => {});
  }
}

const NOTHING = new Uint8Array();

function touch(path: string): void {
  Deno.writeFileSync(path, NOTHING, { append: true, create: true, mode: 0o600 });
}
