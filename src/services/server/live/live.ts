/**
 * Sees what changes, whoever changes it: runs by their heartbeats and sockets, queues and definitions by their
 * folders. Tells the index, and everybody who listens.
 */
import { withoutEnding } from "../../../core/definition_file.ts";
import type { RunRef } from "../../../core/run.ts";
import { RunStatus } from "../../../core/status.ts";
import { ensureDirSync } from "../../../platform/files/files.ts";
import { basename, dirname } from "../../../platform/files/path.ts";
import { startBeats } from "../../../platform/time/beat.ts";
import { startTimer } from "../../../platform/time/timer.ts";
import { type ChangeKind, watchFolder } from "../../../platform/folders/watch_folder.ts";
import type { ReadModel } from "../../../ports/read_model.ts";
import type { RunStore } from "../../../ports/run_store.ts";
import { parseProcFileName } from "../../../stores/file/layout.ts";
import { suspendFlagName } from "../../../stores/file/dags/suspension.ts";
import type { EventHub } from "./event_hub.ts";
import { runChanged } from "./run_events.ts";
import { RunFollower } from "./run_follower.ts";

/** An index that is told of changes. */
export interface ToldModel extends ReadModel {
  noteRun(runDir: string): void;
  noteGone(run: RunRef): void;
  noteDags(): Promise<void>;
}

export interface LiveOptions {
  readonly runs: RunStore;
  readonly model: ToldModel;
  readonly hub: EventHub;
  /** Runs that wait in line. */
  readonly queued: () => Promise<readonly RunRef[]>;
  readonly folders: {
    readonly proc: string;
    readonly queue: string;
    readonly dags: string;
    readonly suspend: string;
  };
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Changes that come together are looked at together. */
const GATHER_MS = 10;
/** Changes that no event tells of, such as those on another host, are looked for this often while somebody listens. */
const LOOK_MS = 2_000;
/** And this often at all times. */
const CALM_LOOK_MS = 10_000;
/** Runs that wait in line or for somebody and are looked at each time. */
const MAX_WAITING = 200;

type Place = "signs" | "waiting" | "dags";

export class Live {
  readonly #options: LiveOptions;
  readonly #followers = new Map<string, RunFollower>();
  /** What runs that have no process were when they were looked at last, by name and id. */
  #waiting = new Map<string, string>();
  /** What the index said last, and which state of it that was. */
  #inIndex: { readonly version: string; readonly refs: readonly RunRef[] } = { version: "", refs: [] };
  readonly #ends: (() => void)[] = [];
  #ended = false;
  readonly #due: Record<Place, boolean> = { signs: false, waiting: false, dags: false };
  readonly #looks: Record<Place, Promise<void>> = {
    signs: Promise.resolve(),
    waiting: Promise.resolve(),
    dags: Promise.resolve(),
  };
  readonly #changedDags = new Set<string>();
  readonly #changedFlags = new Set<string>();

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  begin(): void {
    const { proc, queue, dags, suspend } = this.#options.folders;
    this.#watch(proc, (paths, kind) => {
      // A heartbeat that beats is no news.
      if (kind === "modify") return;
      if (kind === "remove") { for (const path of paths) this.#heartbeatGone(path); }
      this.#soon("signs", () => this.#lookAtSigns());
    });
    this.#watch(queue, (paths, kind) => {
      if (kind === "modify") return;
      for (const name of new Set(paths.map((path) => basename(dirname(path))))) this.#publishQueue(name);
      this.#soon("waiting", () => this.#lookAtWaiting());
    });
    this.#watch(dags, (paths) => {
      for (const path of paths) this.#changedDags.add(withoutEnding(path.slice(dags.length + 1)));
      this.#soon("dags", () => this.#lookAtDags());
    });
    this.#watch(suspend, (paths) => {
      for (const path of paths) this.#changedFlags.add(basename(path));
      this.#soon("dags", () => this.#lookAtDags());
    });
    const look = () => {
      this.#now("signs", () => this.#lookAtSigns());
      this.#now("waiting", () => this.#lookAtWaiting());
    };
    look();
    this.#ends.push(startBeats(CALM_LOOK_MS, look));
    this.#ends.push(this.#options.hub.whileHeard(() => startBeats(LOOK_MS, look)));
  }

  end(): void {
    this.#ended = true;
    for (const end of this.#ends) end();
    for (const follower of this.#followers.values()) follower.end();
  }

  /** A run may be over before anybody looked at the heartbeats. */
  #heartbeatGone(path: string): void {
    const id = path.endsWith(".proc") ? parseProcFileName(basename(path)) : null;
    const ref = { name: basename(dirname(path)), id: id ?? "" };
    if (id === null || this.#followers.has(keyOf(ref))) return;
    this.#announce(ref).catch((error) => this.#options.onTrouble(`Cannot look at the run "${id}"`, error));
  }

  async #announce(ref: RunRef): Promise<void> {
    const { model, runs, hub } = this.#options;
    const found = await runs.find(ref.name, ref.id);
    if (!found) return;
    model.noteRun(dirname(found.dir));
    hub.publish(runChanged(found.record));
  }

  /** Takes in a run as it is now. */
  async note(ref: RunRef): Promise<void> {
    const { model, runs } = this.#options;
    const found = await runs.find(ref.name, ref.id);
    if (found) model.noteRun(dirname(found.dir));
    else model.noteGone(ref);
  }

  #watch(folder: string, changed: (paths: readonly string[], kind: ChangeKind) => void): void {
    const late = () =>
      this.#options.onTrouble(`Cannot watch "${folder}"`, "changes in it are seen some seconds later");
    ensureDirSync(folder);
    const onChange = (paths: readonly string[] | null, kind: ChangeKind) => changed(paths ?? [], kind);
    const watch = watchFolder(folder, { recursive: true, onChange, onLost: late });
    if (watch) this.#ends.push(() => watch.close());
    else late();
  }

  #soon(what: Place, look: () => Promise<void>): void {
    if (this.#mayBeDue(what)) startTimer(GATHER_MS, () => this.#look(what, look));
  }

  #now(what: Place, look: () => Promise<void>): void {
    if (this.#mayBeDue(what)) this.#look(what, look);
  }

  /** One look is due at most, however slow they are. */
  #mayBeDue(what: Place): boolean {
    if (this.#due[what] || this.#ended) return false;
    return this.#due[what] = true;
  }

  /** One look comes after the other. */
  #look(what: Place, look: () => Promise<void>): void {
    this.#looks[what] = this.#looks[what].then(async () => {
      this.#due[what] = false;
      if (!this.#ended) await look();
    }).catch((error) => this.#options.onTrouble(`Cannot look at ${what}`, error));
  }

  async #lookAtSigns(): Promise<void> {
    for (const ref of await this.#options.runs.signs()) {
      const key = keyOf(ref);
      if (this.#followers.has(key) || this.#ended) continue;
      const follower = new RunFollower({
        ref,
        runs: this.#options.runs,
        publish: (event) => this.#options.hub.publish(event),
        noted: (dir) => this.#options.model.noteRun(dirname(dir)),
      });
      this.#followers.set(key, follower);
      follower.follow().finally(() => this.#followers.delete(key));
    }
  }

  /** Runs that are in line, or wait for somebody, have no process that would tell of them. */
  async #lookAtWaiting(): Promise<void> {
    const { queued } = this.#options;
    const refs = new Map((await queued()).map((ref) => [keyOf(ref), ref]));
    for (const ref of await this.#indexed()) refs.set(keyOf(ref), ref);
    for (const ref of refs.values()) if (!this.#followers.has(keyOf(ref))) await this.#compare(ref);
    for (const key of this.#waiting.keys()) if (!refs.has(key)) this.#waiting.delete(key);
  }

  /** Runs that wait as far as the index knows. Without one this question would read the whole history, again and again. */
  async #indexed(): Promise<readonly RunRef[]> {
    const { model } = this.#options;
    const version = model.version();
    if (version === "") return [];
    if (version !== this.#inIndex.version) {
      const statuses = [RunStatus.Queued, RunStatus.Waiting];
      const { runs } = await model.runs({ statuses, limit: MAX_WAITING });
      this.#inIndex = { version, refs: runs.map(({ name, dagRunId }) => ({ name, id: dagRunId })) };
    }
    return this.#inIndex.refs;
  }

  async #compare(ref: RunRef): Promise<void> {
    const { model, runs, hub } = this.#options;
    const key = keyOf(ref);
    const found = await runs.find(ref.name, ref.id);
    if (!found) {
      model.noteGone(ref);
      hub.publish({ type: "run", topics: ["runs", `run:${key}`], dag: ref.name, data: { removed: ref } });
      this.#waiting.delete(key);
      return;
    }
    const { record, dir } = found;
    const nodes = record.nodes.map((node) => node.state.status).join();
    const state = `${record.attemptId} ${record.status} ${record.seq} ${nodes}`;
    if (this.#waiting.get(key) === state) return;
    this.#waiting.set(key, state);
    model.noteRun(dirname(dir));
    hub.publish(runChanged(record));
  }

  async #lookAtDags(): Promise<void> {
    const files = new Set([...this.#changedDags].filter((name) => !/(^|\/)\./.test(name)));
    const flags = new Set(this.#changedFlags);
    this.#changedDags.clear();
    this.#changedFlags.clear();
    await this.#options.model.noteDags();
    for (const { fileName } of flags.size > 0 ? await this.#options.model.dags() : []) {
      if (flags.has(suspendFlagName(fileName))) files.add(fileName);
    }
    this.#options.hub.publish({ type: "dags", topics: ["dags"], dag: "", data: { files: [...files] } });
  }

  #publishQueue(name: string): void {
    this.#options.hub.publish({ type: "queue", topics: ["queues"], dag: "", data: { queue: name } });
  }
}

function keyOf(ref: RunRef): string {
  return `${ref.name}/${ref.id}`;
}
