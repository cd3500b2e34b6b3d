/** The history of DAG-runs in files: see layout.ts for where everything stands. */
import { DaguError, messageOf } from "../../../core/errors.ts";
import { dagDirName } from "../../../core/names.ts";
import type { RunEvent, RunRecord, RunRef } from "../../../core/run.ts";
import { isActiveRun, RunStatus } from "../../../core/status.ts";
import type {
  Attempt,
  CloseOptions,
  NewAttempt,
  NewQueued,
  RunFilter,
  RunStore,
  Snapshot,
  StoredRun,
} from "../../../ports/run_store.ts";
import { createFileSync } from "../../../platform/files/files.ts";
import { readRegularSync } from "../../../platform/files/bounded_text.ts";
import { createAttempt } from "../attempt/create_attempt.ts";
import { isAsNoted } from "../dags/definition_digest.ts";
import { snapshotFromJson } from "../json/dag_json.ts";
import {
  CANCEL_FILE,
  childDirName,
  CHILDREN_DIR,
  DAG_FILE,
  dagRunsDir,
  runsDir,
  type StoreRoots,
} from "../layout.ts";
import { attemptLiveness, idsWithHeartbeat, type Liveness, removeHeartbeats } from "../liveness/liveness.ts";
import { readLease, readRecord, regularSize } from "../attempt/read_attempt.ts";
import type { SignsOfLife } from "../liveness/signs_of_life.ts";
import { damagedRun } from "./damaged_run.ts";
import {
  allRuns,
  type AttemptDir,
  attemptsOf,
  dayDirs,
  findRunDir,
  FRESH_MS,
  namesIn,
  runsOfDay,
} from "./run_tree.ts";

const DAY_MS = 86_400_000;

export interface FileRunStoreOptions extends StoreRoots {
  /** Told about attempts that cannot be read. */
  readonly onDamaged?: (dir: string) => void;
}

export class FileRunStore implements RunStore {
  readonly #roots: StoreRoots;
  readonly #onDamaged: (dir: string) => void;
  /** Folders of root runs that were opened here: their sub-runs go there without a search. */
  readonly #rootDirs = new Map<string, string>();
  #signs: SignsOfLife | null = null;

  constructor(options: FileRunStoreOptions) {
    const { onDamaged = () => {}, ...roots } = options;
    this.#roots = roots;
    this.#onDamaged = onDamaged;
  }

  createAttempt(attempt: NewAttempt): Promise<Attempt> {
    return this.#recording(attempt, () => createAttempt(this.#roots, attempt, this.#rootDirs));
  }

  async reopen(run: StoredRun): Promise<Attempt> {
    const { reopenAttempt } = await import("../attempt/reopen_attempt.ts");
    const snapshot = await this.snapshot(run);
    return await this.#named(
      "go on with",
      run,
      () => Promise.resolve(reopenAttempt(this.#roots, run, snapshot)),
    );
  }

  async createQueued(run: NewQueued): Promise<StoredRun> {
    const { createQueued } = await import("./queued_runs.ts");
    return await this.#recording(run, () => createQueued(this.#roots, run));
  }

  async removeQueued(run: StoredRun): Promise<void> {
    const { removeQueued } = await import("./queued_runs.ts");
    await this.#named("remove", run, () => removeQueued(this.#roots, run));
  }

  async *unended(): AsyncGenerator<StoredRun> {
    yield* (await import("./unended_runs.ts")).unendedRuns(this.#roots);
  }

  async running(queue: string): Promise<RunRef[]> {
    return (await import("../queue/occupants.ts")).occupants(
      this.#roots,
      queue,
      (name, id) => this.find(name, id),
    );
  }

  async find(name: string, dagRunId: string, madeAt?: number): Promise<StoredRun | null> {
    const run = findRunDir(await this.#runs(name), dagRunId, madeAt);
    return run && this.#newest(attemptsOf(run.path));
  }

  async findChild(root: RunRef, dagRunId: string): Promise<StoredRun | null> {
    const run = findRunDir(await this.#runs(root.name), root.id);
    return run && this.#newest(attemptsOf(`${run.path}/${CHILDREN_DIR}/${childDirName(dagRunId)}`));
  }

  async latest(name: string): Promise<StoredRun | null> {
    for (const run of allRuns(await this.#runs(name))) {
      const stored = this.#newest(attemptsOf(run.path));
      if (stored) return stored;
    }
    return null;
  }

  async active(name: string): Promise<StoredRun[]> {
    const found: StoredRun[] = [];
    for (const id of idsWithHeartbeat(this.#roots)) {
      const run = await this.find(name, id);
      if (!run) continue;
      if (isOver(run.record)) removeHeartbeats(this.#roots, id);
      else found.push(run);
    }
    return found;
  }

  async signs(): Promise<RunRef[]> {
    const { SignsOfLife } = await import("../liveness/signs_of_life.ts");
    this.#signs ??= new SignsOfLife(this.#roots, {
      has: async (name, id) => findRunDir(await this.#runs(name), id) !== null,
      names: () => this.names(),
    });
    return await this.#signs.list();
  }

  async list(name: string, filter: RunFilter): Promise<StoredRun[]> {
    const { from = -Infinity, to = Infinity, statuses, limit = 100 } = filter;
    const found: StoredRun[] = [];
    for (const day of dayDirs(await this.#runs(name))) {
      // A folder's name may be off from the creation by the age of the run's id.
      if (day.start - FRESH_MS >= to) continue;
      if (found.length >= limit || day.start + DAY_MS + FRESH_MS < from) break;
      for (const run of runsOfDay(day.path)) {
        if (found.length >= limit) break;
        if (run.at - FRESH_MS >= to || run.at + 1000 + FRESH_MS < from) continue;
        const attempts = attemptsOf(run.path);
        const stored = this.#newest(attempts) ?? damagedRun(run.path, attempts, name);
        if (!stored) continue;
        const at = attempts.at(-1)?.at ?? run.at;
        if (at < from || at >= to || statuses && !statuses.includes(stored.record.status)) continue;
        found.push(stored);
      }
    }
    return found;
  }

  async names(): Promise<string[]> {
    const names: string[] = [];
    for (const folder of namesIn(dagRunsDir(this.#roots))) {
      const runs = runsDir(this.#roots, folder);
      if (dayDirs(runs).next().done) continue;
      // Only a folder with a check sum behind it can belong to a DAG of another name.
      let name = folder;
      if (/-[0-9a-f]{4}$/.test(folder)) {
        for (const run of allRuns(runs)) {
          const record = this.#newest(attemptsOf(run.path))?.record;
          if (!record) continue;
          if (await dagDirName(record.name) === folder) name = record.name;
          break;
        }
      }
      names.push(name);
    }
    return names.sort();
  }

  snapshot(run: StoredRun): Promise<Snapshot> {
    return this.#definition(run, (text) => Promise.resolve(snapshotFromJson(text)));
  }

  snapshotToRun(run: StoredRun): Promise<Snapshot> {
    return this.#definition(run, async (text) => {
      if (!await isAsNoted(run.dir, text)) throw notToRun("it was changed after the run was recorded");
      const snapshot = snapshotFromJson(text);
      if (snapshot.told) throw notToRun(`it is what the worker "${run.record.workerId}" said`);
      return snapshot;
    });
  }

  async #definition<T>(run: StoredRun, use: (text: string) => Promise<T>): Promise<T> {
    const path = `${run.dir}/${DAG_FILE}`;
    try {
      if (regularSize(path) === 0) throw new Error("it is missing or empty");
      return await use(readRegularSync(path));
    } catch (error) {
      throw new DaguError(
        `Cannot use the definition of the run "${run.record.dagRunId}" from "${path}": ${
          error instanceof SyntaxError ? "it is not valid JSON" : messageOf(error)
        }`,
        { cause: error },
      );
    }
  }

  requestCancel(run: StoredRun): Promise<void> {
    return this.#named(
      "ask for the end of",
      run,
      () => Promise.resolve(createFileSync(`${run.dir}/${CANCEL_FILE}`, "")),
    )
      .then(() => {});
  }

  liveness(run: StoredRun): Promise<Liveness> {
    return Promise.resolve(attemptLiveness(this.#roots, run));
  }

  async closeDead(run: StoredRun, options: CloseOptions = {}): Promise<StoredRun> {
    const { closeDead } = await import("../liveness/close_dead.ts");
    return await this.#named("close", run, () => closeDead(this.#roots, run, options));
  }

  async amend(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun> {
    const { amend } = await import("./amend.ts");
    return await this.#named("change", run, () => amend(this.#roots, run, change));
  }

  async amendEnded(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun> {
    const { amendEnded } = await import("./amend.ts");
    return await this.#named("change", run, () => amendEnded(this.#roots, run, change));
  }

  async removeBefore(name: string, before: number, dryRun: boolean): Promise<string[]> {
    const { removeBefore } = await import("./retention.ts");
    const runs = await this.#runs(name);
    try {
      return removeBefore(this.#roots, runs, before, dryRun);
    } catch (error) {
      throw new DaguError(`Cannot remove the history of "${name}": ${messageOf(error)}`, { cause: error });
    }
  }

  async #recording<T>({ dagRunId }: NewQueued, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DaguError) throw error;
      throw new DaguError(
        `Cannot record the run "${dagRunId}" below "${this.#roots.dataDir}": ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  /** Says which run it was when the system refuses something. */
  async #named<T>(what: string, { record }: StoredRun, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DaguError) throw error;
      throw new DaguError(
        `Cannot ${what} the run "${record.dagRunId}" of "${record.name}": ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  async #runs(name: string): Promise<string> {
    return runsDir(this.#roots, await dagDirName(name));
  }

  /** The newest attempt of a run that can be read. */
  #newest(attempts: readonly AttemptDir[]): StoredRun | null {
    for (const attempt of attempts) {
      const record = this.#read(attempt.path);
      if (record) return { record, dir: attempt.path, lease: readLease(attempt.path) };
      this.#onDamaged(attempt.path);
    }
    return null;
  }

  #read(dir: string): RunRecord | null {
    try {
      return readRecord(dir);
    } catch (error) {
      // One unreadable file must not hide the others.
      if (error instanceof Deno.errors.NotCapable) throw error;
      return null;
    }
  }
}

function notToRun(why: string): Error {
  return new Error(`${why}; begin a new run instead`);
}

/** The owner was about to remove its heartbeat, or was killed at that moment. */
function isOver({ status, resumes }: RunRecord): boolean {
  return status !== RunStatus.NotStarted && !isActiveRun(status) && !resumes;
}
