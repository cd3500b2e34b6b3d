/**
 * Tasks of a coordinator, one file each: `<root>/<task id>.<epoch>.json`. The epoch is that of the coordinator that
 * wrote it: what an earlier one writes when it wakes up stands beside it and counts for nothing.
 */
import type { RunRef } from "../../../core/run.ts";
import type { DispatchStore, StoredTask } from "../../../ports/dispatch_store.ts";
import type { Task, TaskClaim } from "../../../ports/task.ts";
import {
  durableReplace,
  ensureDir,
  ensureDirSync,
  readRegularIfExistsSync,
  removeIfExistsSync,
  replaceFile,
} from "../../../platform/files/files.ts";
import { listFolderSync } from "../../../platform/folders/list_folder.ts";
import {
  flag,
  isObject,
  type JsonObject,
  number,
  object,
  objects,
  text,
  textMap,
  texts,
} from "../json/json_read.ts";

const FILE = /^([0-9a-f]{1,64})\.(\d{1,15})\.json$/;
/** Where files go that cannot be read. */
const BAD_DIR = "bad";

export interface FileDispatchStoreOptions {
  /** Absolute; made with the first task. */
  readonly root: string;
  /** Of the coordinator that writes. */
  readonly epoch: number;
  /** Told of a file that was moved out of the way. */
  readonly onBad: (path: string, problem: string) => void;
}

export class FileDispatchStore implements DispatchStore {
  readonly #options: FileDispatchStoreOptions;
  /** Epochs of the files that there are, by task. */
  readonly #written = new Map<string, Set<number>>();
  /** The change of a task that others wait for. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(options: FileDispatchStoreOptions) {
    this.#options = options;
  }

  all(): Promise<StoredTask[]> {
    return Promise.resolve().then(() => {
      this.#written.clear();
      for (const name of listFolderSync(this.#options.root)) {
        const [, id, epoch] = FILE.exec(name) ?? [];
        if (id) this.#epochs(id).add(Number(epoch));
      }
      const tasks = [...this.#written].map(([id, epochs]) => this.#read(id, Math.max(...epochs)));
      return tasks.filter((task) => task !== null).sort((a, b) => a.storedAt - b.storedAt);
    });
  }

  put(task: StoredTask): Promise<void> {
    return this.#change(task.taskId, () => this.#write(task, durableReplace));
  }

  note(task: StoredTask): Promise<void> {
    return this.#change(task.taskId, () => this.#write(task, replaceFile));
  }

  remove(taskId: string): Promise<void> {
    return this.#change(taskId, () => {
      for (const epoch of this.#epochs(taskId)) removeIfExistsSync(this.#path(taskId, epoch));
      this.#written.delete(taskId);
      return Promise.resolve();
    });
  }

  async #write(task: StoredTask, write: typeof durableReplace): Promise<void> {
    const { root, epoch } = this.#options;
    await ensureDir(root, { durable: true });
    await write(this.#path(task.taskId, epoch), `${JSON.stringify(toJson(task))}\n`);
    const epochs = this.#epochs(task.taskId);
    for (const old of epochs) if (old < epoch) removeIfExistsSync(this.#path(task.taskId, old));
    epochs.clear();
    epochs.add(epoch);
  }

  /** One change of a task after the other. */
  #change(taskId: string, work: () => Promise<void>): Promise<void> {
    const done = (this.#turns.get(taskId) ?? Promise.resolve()).catch(() => {}).then(work);
    this.#turns.set(taskId, done);
    const clear = () => {
      if (this.#turns.get(taskId) === done) this.#turns.delete(taskId);
    };
    done.then(clear, clear);
    return done;
  }

  #epochs(taskId: string): Set<number> {
    const known = this.#written.get(taskId) ?? new Set();
    this.#written.set(taskId, known);
    return known;
  }

  #path(taskId: string, epoch: number): string {
    return `${this.#options.root}/${taskId}.${epoch}.json`;
  }

  #read(taskId: string, epoch: number): StoredTask | null {
    const path = this.#path(taskId, epoch);
    try {
      const json: unknown = JSON.parse(readRegularIfExistsSync(path) ?? "");
      if (!isObject(json)) throw new Error("it holds no object");
      return fromJson(taskId, json);
    } catch (error) {
      this.#putAside(taskId, epoch, error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  #putAside(taskId: string, epoch: number, problem: string): void {
    const { root, onBad } = this.#options;
    const to = `${root}/${BAD_DIR}/${taskId}.${epoch}.json`;
    ensureDirSync(`${root}/${BAD_DIR}`);
    Deno.renameSync(this.#path(taskId, epoch), to);
    this.#written.delete(taskId);
    onBad(to, problem);
  }
}

function toJson({ task, ...rest }: StoredTask): JsonObject {
  const files = task.files.map(({ content, ...file }) => ({ ...file, content: content.toBase64() }));
  return { ...rest, task: { ...task, files } };
}

/** @throws Error for what no task can be made of */
function fromJson(taskId: string, json: JsonObject): StoredTask {
  const task = object(json, "task");
  const run = task && ref(task, "run");
  const root = task && ref(task, "root");
  if (!task || !run || !root) throw new Error("it names no run");
  return {
    taskId,
    task: taskFromJson(task, run, root),
    hold: flag(json, "hold"),
    storedAt: number(json, "storedAt"),
    attempt: number(json, "attempt"),
    claim: claimFromJson(taskId, object(json, "claim")),
    remote: flag(json, "remote"),
    begun: flag(json, "begun"),
  };
}

function taskFromJson(json: JsonObject, run: RunRef, root: RunRef): Task {
  return {
    run,
    root,
    parent: ref(json, "parent"),
    operation: text(json, "operation") === "start" ? "start" : "retry",
    params: text(json, "params"),
    step: text(json, "step"),
    selector: textMap(json, "selector"),
    definition: text(json, "definition"),
    snapshot: text(json, "snapshot"),
    previous: text(json, "previous"),
    files: objects(json, "files").map((file) => ({
      path: text(file, "path"),
      content: Uint8Array.fromBase64(text(file, "content")),
      executable: flag(file, "executable"),
    })),
    trigger: text(json, "trigger"),
    depth: number(json, "depth"),
    workingDir: text(json, "workingDir"),
    following: flag(json, "following"),
    hidden: texts(json, "hidden"),
  };
}

function claimFromJson(taskId: string, json: JsonObject | null): TaskClaim | null {
  if (!json) return null;
  return {
    taskId,
    attempt: number(json, "attempt"),
    epoch: number(json, "epoch"),
    workerId: text(json, "workerId"),
  };
}

function ref(json: JsonObject, key: string): RunRef | null {
  const found = object(json, key);
  const id = found ? text(found, "id") : "";
  return found && id !== "" ? { name: text(found, "name"), id } : null;
}
