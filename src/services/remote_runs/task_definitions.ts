/**
 * The definitions of a task's runs. That of its own run is known here. What only the worker has resolved is recorded as
 * told: to be shown, never to be run. Where its logs go is what the definition says that is known here.
 */
import { recordable } from "../../agent/recordable.ts";
import type { Dag } from "../../core/dag.ts";
import type { RunRef } from "../../core/run.ts";
import { dirname, isAbsolute, resolve } from "../../platform/files/path.ts";
import type { RunStore, Snapshot } from "../../ports/run_store.ts";
import type { Task } from "../../ports/task.ts";
import { snapshotFromJson } from "../../stores/file/json/dag_json.ts";
import type { AttemptPart } from "./run_part.ts";
import { toldSnapshot } from "./told_snapshot.ts";

/** Reads the definition of a sub-DAG from a file. @throws DaguError */
export type ReadDag = (path: string) => Promise<Dag>;

type Dags = Readonly<Record<string, Dag>>;

/** A definition, and those that it may call by name without a file. */
interface KnownDag {
  readonly dag: Dag;
  readonly locals: Dags;
}

/** Runs above each other. */
const MAX_DEPTH = 32;

export class TaskDefinitions {
  readonly #task: Task;
  readonly #runs: RunStore;
  readonly #readDag: ReadDag;
  #top: Promise<Snapshot | null> | undefined;

  constructor(task: Task, runs: RunStore, readDag: ReadDag) {
    this.#task = task;
    this.#runs = runs;
    this.#readDag = readDag;
  }

  /** @throws CallError when the worker tells of none */
  async ofTop(part: AttemptPart): Promise<Snapshot> {
    return await this.#own() ?? toldSnapshot(part, "");
  }

  /** @throws CallError when the worker tells of none */
  async ofSubRun(part: AttemptPart, name: string, parent: RunRef): Promise<Snapshot> {
    const own = await this.#own();
    const location = own?.dag.location ?? "";
    const told = toldSnapshot(part, location === "" ? "" : dirname(location));
    const known = await this.#known(name, told.dag.location, parent, 0);
    return { ...told, dag: { ...told.dag, logDir: known ? logDirOf(known.dag, own?.workingDir ?? "") : "" } };
  }

  #own(): Promise<Snapshot | null> {
    return this.#top ??= this.#findTop(this.#task);
  }

  /** null when only the worker has resolved it. */
  async #findTop({ snapshot, hidden, run, root, parent }: Task): Promise<Snapshot | null> {
    if (snapshot !== "") return await recordable(snapshotFromJson(snapshot), hidden);
    const stored = parent
      ? await this.#runs.findChild(root, run.id)
      : await this.#runs.find(run.name, run.id);
    return stored && await this.#runs.snapshot(stored);
  }

  /** A part of the file of the run above, or a file that came along; null when it is neither. */
  async #known(name: string, location: string, parent: RunRef, depth: number): Promise<KnownDag | null> {
    const locals = depth < MAX_DEPTH ? await this.#localsOf(parent, depth + 1) : {};
    if (Object.hasOwn(locals, name)) return { dag: locals[name]!, locals };
    if (location === "") return null;
    try {
      const dag = await this.#readDag(location);
      return dag.name === name ? { dag, locals: dag.localDags } : null;
    } catch {
      return null; // It was there when it was sent.
    }
  }

  async #localsOf(run: RunRef, depth: number): Promise<Dags> {
    if (run.id === this.#task.run.id) return (await this.#own())?.dag.localDags ?? {};
    const stored = await this.#runs.findChild(this.#task.root, run.id);
    if (!stored?.record.parent) return {};
    const { location } = (await this.#runs.snapshot(stored)).dag;
    return (await this.#known(run.name, location, stored.record.parent, depth))?.locals ?? {};
  }
}

/**
 * Absolute; "" for where all logs go.
 * @param above working folder of the run above
 */
function logDirOf({ logDir, workingDir }: Dag, above: string): string {
  if (logDir === "" || isAbsolute(logDir)) return logDir;
  const base = workingDir || above;
  return isAbsolute(base) ? resolve(base, logDir) : "";
}
