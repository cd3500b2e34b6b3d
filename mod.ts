/**
 * dagu as a library: runs of workflows in this process, by the same engine as the program's.
 *
 * ```ts
 * import { dag, run } from "@x/dagu";
 *
 * const flow = dag({
 *   params: { WHO: "world" },
 *   steps: [{ name: "greet", command: 'echo "hello $WHO"', output: "SAID" }],
 * });
 * const { status, outputs } = await run(flow, { params: { WHO: "moon" } });
 * console.log(status, outputs.SAID);
 * ```
 *
 * @module
 */
import type { RunObserver, StartOptions } from "./src/app/app.ts";
import { createApp } from "./src/app/create_app.ts";
import type { LibraryApp } from "./src/app/library_app.ts";
import { runDefinition, type RunOptions, type RunResult } from "./src/app/run.ts";
import type { Definition } from "./src/builder/dag.ts";
import type { Config } from "./src/config/config.ts";
import { loadConfig } from "./src/config/load.ts";
import type { ExecutorManifest } from "./src/core/executor_manifest.ts";
import { currentDir } from "./src/platform/folders/current_dir.ts";
import { osEnv } from "./src/platform/os_env.ts";
import { StepKinds } from "./src/spec/step_kinds.ts";

export type {
  LogLine,
  LogOptions,
  ParamInput,
  RunEnd,
  RunObserver,
  StartOptions,
  ValidDag,
} from "./src/app/app.ts";
export type { LibraryApp } from "./src/app/library_app.ts";
export { memoryDags, memoryRuns } from "./src/app/memory_stores.ts";
export type { RunListeners, RunOptions, RunResult, RunStores, StepChange } from "./src/app/run.ts";
export * from "./src/builder/dag.ts";
export * from "./src/core/dag.ts";
export { DaguError, type Issue, type Position, SpecError } from "./src/core/errors.ts";
export type {
  ConfigKey,
  ConfigTypes,
  ExecutorManifest,
  PreparedStep,
  StepKind,
} from "./src/core/executor_manifest.ts";
export type { RunControl } from "./src/agent/agent_ports.ts";
export {
  PERMISSION_KINDS,
  type PermissionDecl,
  type PermissionKind,
  type PermissionSet,
  type PermissionUse,
} from "./src/core/permissions.ts";
export type {
  ChildRun,
  ConditionResult,
  Node,
  NodeKey,
  NodeState,
  RunEvent,
  RunPatch,
  RunRecord,
  RunRef,
} from "./src/core/run.ts";
export type { Priority } from "./src/core/queue_order.ts";
export {
  type Catchup,
  CATCHUPS,
  type Overlap,
  OVERLAPS,
  type ScheduleEntry,
} from "./src/core/schedule/schedule.ts";
export type { Trigger } from "./src/ports/run_launcher.ts";
export { NodeStatus, nodeStatusName, RunStatus, runStatusName } from "./src/core/status.ts";
export { VERSION } from "./src/core/version.ts";
export type { Json, StepContext } from "./src/executors/ts/context.ts";
export type { SignalName } from "./src/ports/executor.ts";
export type { DagStore, LoadOptions } from "./src/ports/dag_store.ts";
export type {
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
} from "./src/ports/run_store.ts";
export { dagJsonSchema, type Schema } from "./src/spec/json_schema.ts";
export { checkDag, type CheckedDag, loadDag, type LoadInput, type SpecText } from "./src/spec/load.ts";

/** What a program brings along. */
export interface OpenOptions {
  /** Kinds of steps besides those of the language. */
  readonly executors?: readonly ExecutorManifest[];
}

/**
 * Runs a definition in this process and waits for its end. A run that fails is no error of this function.
 * @param definition what `dag` made (of a list the first one is run), or name or path of a DAG
 * @throws SpecError when the definition is not right, DaguError when the run cannot begin
 */
export async function run<N extends string, O extends string, P extends string>(
  definition: Definition<N, O, P> | readonly [Definition<N, O, P>, ...Definition[]] | string,
  options: RunOptions<NoInfer<P>> & OpenOptions = {},
): Promise<RunResult<O>> {
  const { executors = [], ...how } = options;
  return await runDefinition(await configuration(executors), definition, how) as RunResult<O>;
}

/**
 * The application with the configuration that a command line started here would use.
 * @throws DaguError when the configuration is wrong, or a kind of steps has a name that is taken.
 */
export async function openApp({ executors = [] }: OpenOptions = {}): Promise<LibraryApp> {
  return createApp(await configuration(executors));
}

async function configuration(executors: readonly ExecutorManifest[]): Promise<Config> {
  new StepKinds(executors);
  const config = await loadConfig({
    configFile: "",
    daguHome: "",
    flags: {},
    env: osEnv(),
    cwd: currentDir(),
    scopes: ["core"],
  });
  return { ...config, executors };
}

/** An observer that looks away. */
export const SILENT: RunObserver = { onStart: () => {}, onEvent: () => {} };

/** Options of {@link LibraryApp.start} with nothing chosen: a new run of the file with its own parameters, unwatched. */
export const START_DEFAULTS: Omit<StartOptions, "dag"> = {
  params: { kind: "none" },
  name: "",
  runId: "",
  fromRunId: "",
  defaultWorkingDir: "",
  workerId: "local",
  observer: SILENT,
};
