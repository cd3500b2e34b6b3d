/** Executors by step type: a new one is one row. */
import { DaguError } from "../core/errors.ts";
import type { ExecutorManifest } from "../core/executor_manifest.ts";
import type { RandomBytes } from "../core/ids.ts";
import type { RunRef } from "../core/run.ts";
import type { SandboxManifest } from "../executors/sandbox/sandboxed_executor.ts";
import type { SandboxPool } from "../executors/sandbox/pool.ts";
import type { Executor, Executors } from "../ports/executor.ts";
import type { RunStore } from "../ports/run_store.ts";
import type { SubRuns } from "../ports/sub_runs.ts";

/** What executors are made of. */
export interface ExecutorParts {
  readonly subRuns: SubRuns;
  readonly random: RandomBytes;
  /** Workers of this agent; made when the first confined step runs. */
  readonly sandboxes: () => Promise<SandboxPool>;
  readonly owner: RunOwner;
  /** Kinds of steps that an embedding program brings along. */
  readonly further: readonly ExecutorManifest[];
}

/** Who does the run, for what outlives a killed agent. */
export interface RunOwner {
  readonly runs: RunStore;
  /** The run at the top. */
  readonly root: RunRef;
  /** The word in the leases of this agent's runs. */
  readonly token: string;
  /** Folder of the runs' data. */
  readonly dataDir: string;
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
}

type Load = (parts: ExecutorParts) => Promise<Executor>;

const shell: Load = async () => new (await import("../executors/shell/executor.ts")).ShellExecutor();
const dag: Load = async ({ subRuns, random }) =>
  new (await import("../executors/sub_dag/dag_executor.ts")).DagExecutor(subRuns, random);

const docker: Load = async ({ sandboxes, owner }) => {
  const { DockerExecutor } = await import("../executors/docker/executor.ts");
  return new DockerExecutor({ ...owner, pool: await sandboxes() });
};

const ts: Load = async ({ owner: { os, dataDir } }) => {
  const { TsExecutor } = await import("../executors/ts/executor.ts");
  const { PackageLocks } = await import("../executors/ts/package_locks.ts");
  return new TsExecutor({ os, locks: new PackageLocks(os, `${dataDir}/cache`) });
};

/** An executor whose code runs in a confined worker. */
function sandboxed<R>(manifest: () => Promise<SandboxManifest<R>>): Load {
  return async ({ sandboxes }) => {
    const { SandboxedExecutor } = await import("../executors/sandbox/sandboxed_executor.ts");
    return new SandboxedExecutor(await manifest(), await sandboxes());
  };
}

const TABLE: Readonly<Record<string, Load>> = {
  "": shell,
  shell,
  command: shell,
  dag,
  subworkflow: dag,
  parallel: async ({ subRuns, random }) =>
    new (await import("../executors/sub_dag/parallel_executor.ts")).ParallelExecutor(subRuns, random),
  docker,
  container: docker,
  hitl: async () => new (await import("../executors/hitl/executor.ts")).HitlExecutor(),
  http: sandboxed(async () => (await import("../executors/http/manifest.ts")).HTTP),
  ts,
  typescript: ts,
  jq: sandboxed(async () => (await import("../executors/jq/manifest.ts")).JQ),
  archive: async ({ sandboxes }) => {
    const { ArchiveExecutor } = await import("../executors/archive/executor.ts");
    return new ArchiveExecutor(await sandboxes());
  },
  mail: sandboxed(async () => (await import("../executors/mail/manifest.ts")).MAIL),
  ssh: sandboxed(async () => (await import("../executors/ssh/manifest.ts")).SSH),
};

const ACTION = "run what the action does as commands, or its image with type: docker";

/** Types that the language knows and this program leaves to others, with what to use instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  gha: ACTION,
  github_action: ACTION,
  "github-action": ACTION,
  chat: "ask the model's HTTP interface with type: http, and read the answer with type: jq",
};

/** Types of steps that this program can run; the language knows more. */
export function runnableTypes(): string[] {
  return Object.keys(TABLE).filter((type) => type !== "");
}

/** The executors of one run, each loaded when a step first needs it. */
export function executorsFor(parts: ExecutorParts): Executors {
  // Types of the same kind share their executor.
  const loaded = new Map<Load, Promise<Executor>>();
  const further = new Map(parts.further.flatMap((manifest) => {
    const load = sandboxed(async () =>
      (await import("../executors/sandbox/further_executor.ts")).furtherExecutor(manifest)
    );
    return manifest.types.map((type) => [type, load]);
  }));
  const get = async (type: string) => {
    const load = Object.hasOwn(TABLE, type) ? TABLE[type] : further.get(type);
    if (!load) {
      const instead = Object.hasOwn(ELSEWHERE, type) ? ELSEWHERE[type] : "";
      if (instead) throw new DaguError(`Steps of type "${type}" are not supported: ${instead}`);
      throw new DaguError(
        `Cannot run a step of type "${type}": this program has the types ${runnableTypes().join(", ")}`,
      );
    }
    let executor = loaded.get(load);
    if (!executor) loaded.set(load, executor = load(parts));
    return await executor;
  };
  return {
    get,
    open: async (setup) => {
      if (setup.dag.container) await (await get("container")).open?.(setup);
      if (setup.dag.ssh) await (await get("ssh")).open?.(setup);
    },
    close: async () => {
      for (const executor of loaded.values()) await (await executor.catch(() => null))?.close?.();
    },
  };
}
