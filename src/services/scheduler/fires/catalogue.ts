/**
 * What the scheduler keeps of the definitions: little of each, and of those with a schedule only. Files are followed
 * by events; after lost events, and now and then, all of them are looked at. A file that cannot be read keeps the
 * schedule that it had, so that the fires it misses are known. The base configuration is looked at whenever somebody
 * asks: to follow one folder more makes all events dearer.
 */
import { definitionPaths, withoutEnding } from "../../../core/definition_file.ts";
import { messageOf } from "../../../core/errors.ts";
import { SCHEDULE_KINDS, type ScheduleEntry, type ScheduleKind } from "../../../core/schedule/schedule.ts";
import { basename } from "../../../platform/files/path.ts";
import type { ScheduledPart } from "../../../spec/glance.ts";
import { pause, startTimer } from "../../../platform/time/timer.ts";
import { type FolderWatch, watchFolder } from "../../../platform/folders/watch_folder.ts";
import {
  type DagFile,
  fileStamp,
  findDagFile,
  isDagPath,
  listDagFiles,
  pathKind,
} from "../../../stores/file/dags/dag_folder.ts";

/** What scheduling needs of a definition. */
export interface ScheduledDag {
  readonly name: string;
  readonly schedules: readonly (ScheduleEntry & { readonly kind: ScheduleKind })[];
  readonly skipIfSuccessful: boolean;
  readonly queue: string;
  readonly maxActiveRuns: number;
  readonly distributed: boolean;
}

export interface Definition extends DagFile {
  /** null when it has no schedule, as far as is known. */
  readonly dag: ScheduledDag | null;
  /** What is wrong in the file, "" when it could be read. */
  readonly broken: string;
  /** It was glanced at only: there may be more wrong in it than is known. */
  readonly glanced: boolean;
}

export interface CatalogueOptions {
  /** Absolute, without a final slash. */
  readonly dagsDir: string;
  readonly baseConfig: string;
  /** Begins to read files: what it gives reads the one at a path, in whole or what a glance tells. @throws DaguError */
  readonly reader: () => (path: string, glance: boolean) => Promise<ScheduledPart>;
  /** Told of each definition that is new, has changed or is gone (null). */
  readonly onChange: (path: string, definition: Definition | null) => void;
  /** Told of what a person should mend; once for each new problem. */
  readonly onProblem: (path: string, message: string) => void;
  /** Told when the waiting changes of {@link Catalogue.refresh} are no more. */
  readonly onRefreshed: () => void;
  /** Time between an event and the look at the file, for those that are written bit by bit. */
  readonly quietMs?: number;
  /** Time between two looks at all files, and when the folder cannot be watched. */
  readonly rescanMs?: number;
  readonly unwatchedMs?: number;
}

const QUIET_MS = 50;
const RESCAN_MS = 5 * 60_000;
const UNWATCHED_MS = 10_000;
/** Files that are read between two pauses, in which other work gets its turn. */
const READ_AT_ONCE = 20;

export class Catalogue {
  readonly #options: CatalogueOptions;
  readonly #definitions = new Map<string, Definition>();
  /** Paths without ending. */
  readonly #changed = new Set<string>();
  #rescan = true;
  /** Nothing was known, and a leader has to begin: what was glanced at waits for the next look at all files. */
  #opening = true;
  /** What could not be looked at, and why, in the last look at all files. */
  #closedFolders = new Map<string, string>();
  #base = "";
  #watch: FolderWatch | null = null;
  #stopRescan: (() => void) | null = null;
  #soon: (() => void) | null = null;
  #refreshing: Promise<void> | null = null;
  #closed = false;

  constructor(options: CatalogueOptions) {
    this.#options = options;
  }

  /** Reads all definitions, and from then on follows what changes. */
  async open(): Promise<void> {
    await this.refresh();
    // The system tells of each file that is read, too: a second look costs less than to hear that of all files.
    this.#beginWatch();
    this.#rescan = true;
    await this.refresh();
    this.#opening = false;
    this.#rescanLater();
  }

  close(): void {
    this.#closed = true;
    this.#watch?.close();
    this.#stopRescan?.();
    this.#soon?.();
  }

  /** Looks at everything that may have changed until now. */
  async refresh(): Promise<void> {
    while (this.#refreshing) await this.#refreshing;
    const isSame = !this.#rescan && this.#changed.size === 0;
    if (isSame && fileStamp(this.#options.baseConfig) === this.#base) return;
    this.#refreshing = this.#look();
    try {
      await this.#refreshing;
    } finally {
      this.#refreshing = null;
    }
    this.#options.onRefreshed();
  }

  /** Without a watch of the definitions there is nothing to rely on, and it is tried again with each rescan. */
  #beginWatch(): void {
    const { dagsDir } = this.#options;
    this.#watch = watchFolder(dagsDir, {
      recursive: true,
      guardPipes: true,
      onChange: (paths) => {
        this.#seen(paths);
        if (paths?.includes(dagsDir) && pathKind(dagsDir) === "nothing") this.#lost();
      },
      onLost: () => this.#lost(),
    });
  }

  #lost(): void {
    this.#watch?.close();
    this.#watch = null;
    this.#seen(null);
    this.#rescanLater();
  }

  #rescanLater(): void {
    this.#stopRescan?.();
    if (this.#closed) return;
    const { rescanMs = RESCAN_MS, unwatchedMs = UNWATCHED_MS } = this.#options;
    this.#stopRescan = startTimer(this.#watch ? rescanMs : unwatchedMs, () => {
      if (!this.#watch) this.#beginWatch();
      this.#seen(null);
      this.#rescanLater();
    });
  }

  /** Notes what an event told; null stands for everything. */
  #seen(paths: readonly string[] | null): void {
    if (this.#closed) return;
    for (const path of paths ?? []) {
      // Of several endings for one name one counts, and another one only without it.
      if (isDagPath(this.#options.dagsDir, path)) this.#changed.add(withoutEnding(path));
      else if (this.#mayHoldFiles(path)) this.#rescan = true;
      // Modules that import it have changed with it.
      if (/\.m?[jt]s$/.test(path)) this.#rescan = true;
    }
    if (paths === null) this.#rescan = true;
    if (this.#soon || !this.#rescan && this.#changed.size === 0) return;
    this.#soon = startTimer(this.#options.quietMs ?? QUIET_MS, () => {
      this.#soon = null;
      const { dagsDir, onProblem } = this.#options;
      this.refresh().catch((error) => onProblem(dagsDir, messageOf(error)));
    });
  }

  /** Folders come and go, and so do the hidden ones that links lead to; other files do not matter. */
  #mayHoldFiles(path: string): boolean {
    const name = basename(path);
    if (name.startsWith(".")) return name.startsWith("..");
    const kind = pathKind(path);
    if (kind !== "nothing") return kind === "folder";
    return this.#definitions.keys().some((known) => known.startsWith(`${path}/`));
  }

  async #look(): Promise<void> {
    const { baseConfig } = this.#options;
    const base = fileStamp(baseConfig);
    const all = base !== this.#base;
    const rescan = this.#rescan || all;
    const changed = [...this.#changed];
    this.#rescan = false;
    this.#changed.clear();
    const files = changed.flatMap((name) => this.#filesOf(name));
    if (rescan) files.push(...this.#differences(all, new Set(changed.flatMap(definitionPaths))));
    this.#base = base;
    const load = this.#options.reader();
    let read = 0;
    for (const [path, file] of files) {
      if (file === null) this.#remove(path);
      else if (!this.#closed) await this.#read(file, load);
      if (++read % READ_AT_ONCE === 0) await pause(1);
    }
  }

  /** What stands under a name now: of its files one counts, and each other one that did is gone. */
  #filesOf(name: string): (readonly [string, DagFile | null])[] {
    const { dagsDir } = this.#options;
    const file = findDagFile(dagsDir, name.slice(dagsDir.length + 1));
    return definitionPaths(name)
      .filter((path) => path === file?.path || this.#definitions.has(path))
      .map((path) => [path, path === file?.path ? file : null]);
  }

  /** Files that are new, changed or gone; all of them when they have to be read anew. */
  #differences(all: boolean, known: ReadonlySet<string>): (readonly [string, DagFile | null])[] {
    const { dagsDir, onProblem } = this.#options;
    const closed = new Map<string, string>();
    const files = new Map(
      listDagFiles(dagsDir, (path, message) => closed.set(path, message)).map((file) => [file.path, file]),
    );
    for (const [path, message] of closed) {
      if (this.#closedFolders.get(path) !== message) onProblem(path, message);
    }
    this.#closedFolders = closed;
    const gone = [...this.#definitions.keys()].filter((path) => !files.has(path));
    const different = [...files.values()].filter((file) => {
      const known = this.#definitions.get(file.path);
      return all || known?.stamp !== file.stamp || known.glanced && !this.#opening;
    });
    return [
      ...gone.map((path) => [path, null] as const),
      ...different.map((file) => [file.path, file] as const),
    ]
      .filter(([path]) => !known.has(path));
  }

  #remove(path: string): void {
    if (this.#definitions.delete(path)) this.#options.onChange(path, null);
  }

  async #read(file: DagFile, load: ReturnType<CatalogueOptions["reader"]>): Promise<void> {
    const { onChange, onProblem } = this.#options;
    const before = this.#definitions.get(file.path);
    // Who edits, edits again: the whole of a text is read when it has stood for a while.
    const glanced = before?.stamp !== file.stamp;
    let definition: Definition;
    try {
      definition = { ...file, dag: scheduledDag(await load(file.path, glanced)), broken: "", glanced };
    } catch (error) {
      definition = { ...file, dag: before?.dag ?? null, broken: messageOf(error), glanced: false };
      if (before?.broken !== definition.broken) onProblem(file.path, definition.broken);
    }
    this.#definitions.set(file.path, definition);
    onChange(file.path, definition);
  }
}

/** null for a definition without schedule. */
function scheduledDag(dag: ScheduledPart): ScheduledDag | null {
  const schedules = SCHEDULE_KINDS.flatMap((kind) => dag.schedule[kind].map((entry) => ({ kind, ...entry })));
  if (schedules.length === 0) return null;
  return {
    name: dag.name,
    schedules,
    skipIfSuccessful: dag.skipIfSuccessful,
    queue: dag.queue,
    maxActiveRuns: dag.maxActiveRuns,
    distributed: Object.keys(dag.workerSelector).length > 0,
  };
}
