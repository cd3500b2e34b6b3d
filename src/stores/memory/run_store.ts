/** The history of DAG-runs in memory, for tests: the same rules as in files, and nothing outlives the object. */
import { DaguError, TakenError } from "../../core/errors.ts";
import { applyEvent, newRunRecord, type RunEvent, type RunRecord, type RunRef } from "../../core/run.ts";
import { resumesAfterCrash } from "../../core/resume_rule.ts";
import { HANDLER_NAMES } from "../../core/dag.ts";
import { safeName } from "../../core/names.ts";
import { isActiveRun, isFinishedNode, NodeStatus, RunStatus } from "../../core/status.ts";
import { createFileSync, ensureDir } from "../../platform/files/files.ts";
import type {
  Attempt,
  CloseOptions,
  Lease,
  NewAttempt,
  NewQueued,
  RunFilter,
  RunStore,
  Snapshot,
  StepFiles,
  StoredRun,
} from "../../ports/run_store.ts";

/** What a test decides about the owner of an attempt. */
export type OwnerLives = (lease: Lease) => boolean;

interface Kept {
  readonly dir: string;
  readonly run: string;
  /** Of the run. */
  readonly createdAt: number;
  /** Of the attempt. */
  readonly at: number;
  readonly snapshot: Snapshot;
  readonly lease: Lease;
  record: RunRecord;
  closed: boolean;
  cancel: boolean;
  onCancel: () => void;
  readonly lines: string[];
  outputs: Readonly<Record<string, string>> | null;
}

export class MemoryRunStore implements RunStore {
  readonly #attempts: Kept[] = [];
  readonly #lives: OwnerLives;

  readonly #folder: string;

  /**
   * @param lives whether the owner of an attempt that was not closed lives; all of them do by default
   * @param folder for what steps write, which is too much for the memory; "" for attempts whose steps write nothing
   */
  constructor(lives: OwnerLives = () => true, folder = "") {
    this.#lives = lives;
    this.#folder = folder;
  }

  async createAttempt(attempt: NewAttempt): Promise<Attempt> {
    await null;
    const kept = this.#create(attempt);
    if (await attempt.isCalled?.() === false) {
      this.#attempts.splice(this.#attempts.indexOf(kept), 1);
      throw new DaguError(`Cannot begin the queued run "${attempt.dagRunId}": it is back in its queue`);
    }
    if (this.#folder !== "") await ensureDir(kept.dir);
    return new MemoryAttempt(kept, this.#folder !== "");
  }

  #create(attempt: NewAttempt): Kept {
    const { snapshot, dagRunId, root, parent } = attempt;
    const run = key(root, parent ? dagRunId : "");
    const earlier = this.#attempts.filter((kept) => kept.run === run);
    if (parent && !this.#attempts.some((kept) => kept.run === key(root, ""))) {
      throw new DaguError(
        `Cannot store the sub-run "${dagRunId}": there is no run "${root.id}" of "${root.name}"`,
      );
    }
    const newest = earlier.at(-1);
    if (attempt.again && !newest) {
      throw new DaguError(
        `Cannot open a further attempt: there is no run "${dagRunId}" of "${snapshot.dag.name}"`,
      );
    }
    if (!attempt.again && newest) {
      throw new TakenError(`Cannot start "${snapshot.dag.name}": the run id "${dagRunId}" already exists`);
    }
    if (attempt.onlyQueued && newest?.record.status !== RunStatus.Queued) {
      throw new DaguError(
        `Cannot open a further attempt of the run "${dagRunId}": it is not queued any more`,
      );
    }
    if (newest && !newest.closed && isOpen(newest.record) && this.#lives(newest.lease)) {
      throw new DaguError(`Cannot open a further attempt of the run "${dagRunId}": it is still running`);
    }
    if (!parent && newest && attempt.previous && !isSame(newest.record, attempt.previous)) {
      throw new DaguError(
        `Cannot open a further attempt of the run "${dagRunId}": it has gone on since it was read`,
      );
    }
    const dir = `${this.#folder || "/memory"}/${run}/${earlier.length + 1}`;
    const carried = new Map(attempt.previous?.nodes.map((node) => [node.step.name, node.state]));
    const record = newRunRecord({
      dag: snapshot.dag,
      dagRunId,
      attemptId: String(earlier.length + 1),
      root,
      parent,
      params: snapshot.params,
      createdAt: attempt.previous?.createdAt || (earlier[0]?.createdAt ?? attempt.createdAt),
      log: `${dir}/run.log`,
      pid: attempt.pid,
      workerId: attempt.workerId,
      trigger: attempt.previous?.trigger || attempt.trigger,
    });
    const nodes = record.nodes.map(({ step, state }) => ({
      step,
      state: { ...carried.get(step.name) ?? state, pgid: 0 },
    }));
    const kept: Kept = {
      dir,
      run,
      createdAt: earlier[0]?.createdAt ?? attempt.createdAt,
      at: attempt.createdAt,
      snapshot,
      lease: { ...attempt.lease, epoch: earlier.length + 1 },
      record: { ...record, nodes, queuedAt: queuedSince(attempt.previous) },
      closed: false,
      cancel: false,
      onCancel: () => {},
      lines: [],
      outputs: null,
    };
    this.#attempts.push(kept);
    return kept;
  }

  reopen(run: StoredRun): Promise<Attempt> {
    return Promise.resolve().then(() => {
      const kept = this.#at(run.dir);
      if (kept.closed) {
        throw new DaguError(`Cannot go on with the run "${run.record.dagRunId}": it has ended`);
      }
      return new MemoryAttempt(kept, this.#folder !== "");
    });
  }

  createQueued({ snapshot, dagRunId, createdAt, trigger, priority = "low" }: NewQueued): Promise<StoredRun> {
    return Promise.resolve().then(() => {
      const kept = this.#create({
        snapshot,
        dagRunId,
        createdAt,
        trigger,
        root: { name: snapshot.dag.name, id: dagRunId },
        parent: null,
        workerId: "",
        pid: 0,
        lease: NO_LEASE,
        again: false,
        onlyQueued: false,
        previous: null,
      });
      kept.record = { ...kept.record, status: RunStatus.Queued, queuedAt: createdAt, priority };
      kept.closed = true;
      return stored(kept);
    });
  }

  removeQueued(run: StoredRun): Promise<void> {
    return Promise.resolve().then(() => {
      const newest = this.#attempts.findLast((kept) => kept.run === key(run.record.root, ""));
      if (newest?.dir !== run.dir || newest.record.status !== RunStatus.Queued) {
        const { name, dagRunId } = run.record;
        throw new DaguError(`Cannot take the run "${dagRunId}" of "${name}" out of its queue`);
      }
      this.#attempts.splice(this.#attempts.indexOf(newest), 1);
    });
  }

  async *unended(): AsyncGenerator<StoredRun> {
    const statuses: RunStatus[] = [RunStatus.NotStarted, RunStatus.Running, RunStatus.Queued];
    for (const name of await this.names()) {
      const runs = await this.list(name, { limit: Infinity });
      yield* runs.filter(({ record }) => statuses.includes(record.status) || record.resumes);
    }
  }

  running(queue: string): Promise<RunRef[]> {
    const counted = this.#attempts.filter((kept) => {
      const { record, snapshot, closed, lease, run } = kept;
      if (record.parent || (snapshot.dag.queue || record.name) !== queue) return false;
      return !closed && this.#lives(lease) ||
        this.#attempts.findLast((one) => one.run === run) === kept && goesOn(kept);
    });
    return Promise.resolve(counted.map(({ record }) => ({ name: record.name, id: record.dagRunId })));
  }

  find(name: string, dagRunId: string): Promise<StoredRun | null> {
    return Promise.resolve(this.#newest(key({ name, id: dagRunId }, "")));
  }

  findChild(root: RunRef, dagRunId: string): Promise<StoredRun | null> {
    return Promise.resolve(this.#newest(key(root, dagRunId)));
  }

  async latest(name: string): Promise<StoredRun | null> {
    return (await this.list(name, { limit: 1 }))[0] ?? null;
  }

  async active(name: string): Promise<StoredRun[]> {
    const runs = await this.list(name, { limit: Infinity });
    return runs.filter((run) =>
      this.#attempts.some((kept) => kept.dir === run.dir && (!kept.closed || kept.record.resumes))
    );
  }

  async signs(): Promise<RunRef[]> {
    const runs: RunRef[] = [];
    for (const name of await this.names()) {
      for (const { record } of await this.active(name)) runs.push({ name, id: record.dagRunId });
    }
    return runs;
  }

  list(name: string, filter: RunFilter): Promise<StoredRun[]> {
    const { from = -Infinity, to = Infinity, statuses, limit = 100 } = filter;
    const newest = new Map<string, Kept>();
    for (const kept of this.#attempts) {
      if (!kept.record.parent && kept.record.name === name) newest.set(kept.run, kept);
    }
    const found = [...newest.values()].filter((kept) =>
      kept.createdAt >= from && kept.createdAt < to && (!statuses || statuses.includes(kept.record.status))
    );
    found.sort((a, b) => b.createdAt - a.createdAt || this.#attempts.indexOf(b) - this.#attempts.indexOf(a));
    return Promise.resolve(found.slice(0, limit).map(stored));
  }

  names(): Promise<string[]> {
    const names = this.#attempts.filter((kept) => !kept.record.parent).map((kept) => kept.record.name);
    return Promise.resolve([...new Set(names)].sort());
  }

  snapshot(run: StoredRun): Promise<Snapshot> {
    return Promise.resolve().then(() => this.#at(run.dir).snapshot);
  }

  async snapshotToRun(run: StoredRun): Promise<Snapshot> {
    const snapshot = await this.snapshot(run);
    if (!snapshot.told) return snapshot;
    throw new DaguError(
      `Cannot use the definition of the run "${run.record.dagRunId}": it is what the worker "${run.record.workerId}" said`,
    );
  }

  requestCancel(run: StoredRun): Promise<void> {
    return Promise.resolve().then(() => {
      const kept = this.#at(run.dir);
      if (kept.cancel) return;
      kept.cancel = true;
      kept.onCancel();
    });
  }

  liveness(run: StoredRun): Promise<"alive" | "dead" | "unknown"> {
    const kept = this.#at(run.dir);
    return Promise.resolve(!kept.closed && isOpen(kept.record) && this.#lives(kept.lease) ? "alive" : "dead");
  }

  closeDead(run: StoredRun, { forGood = false }: CloseOptions = {}): Promise<StoredRun> {
    return Promise.resolve().then(() => {
      const kept = this.#at(run.dir);
      if (!isOpen(kept.record)) return stored(kept);
      if (!kept.closed && this.#lives(kept.lease)) {
        throw new DaguError(`Cannot close the run "${kept.record.dagRunId}": its process is alive`);
      }
      const resumes = !forGood && goesOn(kept);
      for (const other of this.#attempts) {
        const child = other.record.parent && other.lease.token === kept.lease.token;
        if (other === kept || !kept.record.parent && child && isOpen(other.record)) fail(other);
      }
      kept.record = { ...kept.record, resumes };
      return stored(kept);
    });
  }

  amend(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun> {
    return this.#rewrite(
      run,
      change,
      (record) => record.status === RunStatus.Waiting ? "" : "it does not wait",
    );
  }

  amendEnded(run: StoredRun, change: (record: RunRecord) => readonly RunEvent[]): Promise<StoredRun> {
    return this.#rewrite(run, change, (record) => {
      return isActiveRun(record.status) || isOpen(record) ? "it has not ended" : "";
    });
  }

  #rewrite(
    run: StoredRun,
    change: (record: RunRecord) => readonly RunEvent[],
    refusal: (record: RunRecord) => string,
  ): Promise<StoredRun> {
    return Promise.resolve().then(() => {
      const kept = this.#at(run.dir);
      const newest = this.#attempts.findLast((attempt) => attempt.run === kept.run);
      const wrong = newest === kept ? refusal(kept.record) : "it has a newer attempt";
      if (wrong !== "") throw new DaguError(`Cannot change the run "${kept.record.dagRunId}": ${wrong}`);
      kept.record = change(kept.record).reduce(applyEvent, stored(kept).record);
      return stored(kept);
    });
  }

  removeBefore(name: string, before: number, dryRun: boolean): Promise<string[]> {
    const old = new Map<string, Kept>();
    for (const kept of this.#attempts) {
      if (kept.record.name === name && !kept.record.parent) old.set(kept.run, kept);
    }
    const ids: string[] = [];
    for (const [run, newest] of old) {
      if (newest.createdAt >= before || newest.at >= before) continue;
      if (isActiveRun(newest.record.status) || isOpen(newest.record)) continue;
      ids.push(newest.record.dagRunId);
      if (dryRun) continue;
      for (let i = this.#attempts.length - 1; i >= 0; i--) {
        const { record } = this.#attempts[i];
        if (key(record.root, "") === run) this.#attempts.splice(i, 1);
      }
    }
    return Promise.resolve(ids);
  }

  #newest(run: string): StoredRun | null {
    const kept = this.#attempts.findLast((attempt) => attempt.run === run);
    return kept ? stored(kept) : null;
  }

  #at(dir: string): Kept {
    const kept = this.#attempts.find((attempt) => attempt.dir === dir);
    if (!kept) throw new DaguError(`Cannot find the attempt "${dir}"`);
    return kept;
  }
}

class MemoryAttempt implements Attempt {
  readonly #kept: Kept;
  readonly #hasFiles: boolean;

  constructor(kept: Kept, hasFiles: boolean) {
    this.#kept = kept;
    this.#hasFiles = hasFiles;
  }

  get dir(): string {
    return this.#kept.dir;
  }

  get record(): RunRecord {
    return this.#kept.record;
  }

  append(event: RunEvent): void {
    if (this.#kept.closed) {
      throw new DaguError(`Cannot change the run "${this.record.dagRunId}": it is closed`);
    }
    this.#kept.record = applyEvent(this.#kept.record, event);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  stepFiles(stepName: string, merged: boolean): Promise<StepFiles> {
    const base = `${this.dir}/${safeName(stepName)}`;
    const files = merged
      ? { stdout: `${base}.log`, stderr: `${base}.log` }
      : { stdout: `${base}.stdout.log`, stderr: `${base}.stderr.log` };
    if (this.#hasFiles) { for (const file of Object.values(files)) createFileSync(file, ""); }
    return Promise.resolve(files);
  }

  log(level: "INFO" | "WARN" | "ERROR", message: string): void {
    this.#kept.lines.push(`${level} ${message}`);
  }

  writeOutputs(outputs: Readonly<Record<string, string>>): Promise<void> {
    this.#kept.outputs = outputs;
    return Promise.resolve();
  }

  onFailure(): void {}

  onLoss(): void {}

  onCancelRequest(callback: () => void): void {
    this.#kept.onCancel = callback;
    if (this.#kept.cancel) callback();
  }

  close(): Promise<void> {
    this.#kept.closed = true;
    return Promise.resolve();
  }

  abandon(): void {
    this.#kept.onCancel = () => {};
  }
}

/** Of an attempt that nobody owns. */
const NO_LEASE: NewAttempt["lease"] = { host: "", bootId: "", pid: 0, startTime: "", socket: "", token: "" };

function queuedSince(previous: RunRecord | null): number {
  return previous?.status === RunStatus.Queued ? previous.queuedAt : 0;
}

function key(root: RunRef, childId: string): string {
  return `${root.name}/${root.id}/${childId}`;
}

function stored(kept: Kept): StoredRun {
  const lease = kept.record.status === RunStatus.Queued ? null : kept.lease;
  return { record: { ...kept.record, nodes: [...kept.record.nodes] }, dir: kept.dir, lease };
}

function isOpen(record: RunRecord): boolean {
  return record.status === RunStatus.Running || record.status === RunStatus.NotStarted;
}

function goesOn({ record, snapshot, lease, cancel }: Kept): boolean {
  if (!isOpen(record)) return record.resumes;
  return !cancel && resumesAfterCrash(record, snapshot.dag, lease.epoch);
}

function isSame(a: RunRecord, b: RunRecord): boolean {
  return a.attemptId === b.attemptId && a.status === b.status;
}

function fail(kept: Kept): void {
  const error = "process terminated unexpectedly";
  const end = (key: number | (typeof HANDLER_NAMES)[number], status: NodeStatus | undefined) => {
    if (status === undefined || isFinishedNode(status) || status === NodeStatus.NotStarted) return;
    const patch = { status: NodeStatus.Failed, error, pgid: 0 };
    kept.record = applyEvent(kept.record, { kind: "node", node: key, patch });
  };
  kept.record.nodes.forEach((node, i) => end(i, node.state.status));
  for (const name of HANDLER_NAMES) end(name, kept.record.handlers[name]?.state.status);
  kept.record = applyEvent(kept.record, { kind: "run", patch: { status: RunStatus.Failed, error } });
  kept.closed = true;
}
