/** The files that a home consists of: all that is needed to look at runs and definitions. */
import type { Config } from "../config/config.ts";
import { currentDir } from "../platform/folders/current_dir.ts";
import { isBundled } from "../platform/bundle/bundled.ts";
import { osEnv } from "../platform/os_env.ts";
import { restrictUmask } from "../platform/process/umask.ts";
import type { QueueStore } from "../ports/queue_store.ts";
import { FileDagStore } from "../stores/file/dags/dag_store.ts";
import type { Evaluate, ModuleTexts } from "../stores/file/dags/module_texts.ts";
import { FileRunStore } from "../stores/file/runs/run_store.ts";

export interface Stores {
  readonly config: Config;
  readonly runs: FileRunStore;
  readonly dags: FileDagStore;
  /** The YAML text that a definition in TypeScript stands for. */
  readonly evaluate: Evaluate;
  /** Loaded when it is needed: most runs are never queued. */
  queues(): Promise<QueueStore>;
  /** Folders of attempts that were met and cannot be read. */
  readonly damaged: ReadonlySet<string>;
}

/** Opens nothing: files are touched when they are used. */
export function openStores(config: Config): Stores {
  const damaged = new Set<string>();
  restrictUmask();
  const { paths } = config;
  const runs = new FileRunStore({ ...paths, onDamaged: (dir) => damaged.add(dir) });
  // Sources, and further kinds of steps, may change from one call to the next, and with them what a text means.
  const cacheDir = isBundled() ? `${paths.dataDir}/cache` : "";
  const evaluate = lazyEvaluate(cacheDir);
  const dags = new FileDagStore({
    dagsDir: paths.dagsDir,
    baseConfig: paths.baseConfig,
    cwd: currentDir(),
    userHome: osEnv().HOME ?? "",
    executors: config.executors,
    evaluate,
    cacheDir: config.executors.length === 0 ? cacheDir : "",
  });
  let queues: Promise<QueueStore> | null = null;
  return {
    config,
    runs,
    dags,
    evaluate,
    damaged,
    queues: () =>
      queues ??= import("../stores/file/queue/queue_store.ts").then((module) =>
        new module.FileQueueStore(paths)
      ),
  };
}

/** Loaded with the first definition in TypeScript. */
function lazyEvaluate(cacheDir: string): Evaluate {
  let texts: Promise<ModuleTexts> | null = null;
  return async (file) => {
    texts ??= import("../stores/file/dags/module_texts.ts").then((module) =>
      new module.ModuleTexts(
        async (file) => (await import("./definitions/read_definition.ts")).readDefinition(file),
        cacheDir,
      )
    );
    return await (await texts).read(file);
  };
}
