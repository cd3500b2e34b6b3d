/**
 * dagu as a library: load definitions and run them in this process, by the same engine as the program's.
 *
 * ```ts
 * import { openApp, START_DEFAULTS } from "@x/dagu";
 *
 * const app = await openApp();
 * const { record } = await app.start({ ...START_DEFAULTS, dag: "nightly.yaml" });
 * console.log(record.status);
 * ```
 *
 * @module
 */
import { currentDir } from "./src/platform/current_dir.ts";
import { osEnv } from "./src/platform/os_env.ts";
import { type App, createApp, type RunObserver, type StartOptions } from "./src/app/app.ts";
import type { ExecutorManifest } from "./src/core/executor_manifest.ts";
import { StepKinds } from "./src/spec/step_kinds.ts";
import { loadConfig } from "./src/config/load.ts";

export type {
  App,
  ExecOptions,
  LogLine,
  LogOptions,
  ParamInput,
  RunEnd,
  RunObserver,
  StartOptions,
  ValidDag,
} from "./src/app/app.ts";
export type { StepContext } from "./src/executors/ts/context.ts";
export type {
  ConfigKey,
  ConfigTypes,
  ExecutorManifest,
  PreparedStep,
  StepKind,
} from "./src/core/executor_manifest.ts";
export type { PermissionSet } from "./src/core/permissions.ts";
export type { Dag, Step } from "./src/core/dag.ts";
export { DaguError, type Issue, type Position, SpecError } from "./src/core/errors.ts";
export type { Node, NodeState, RunEvent, RunRecord, RunRef } from "./src/core/run.ts";
export { NodeStatus, nodeStatusName, RunStatus, runStatusName } from "./src/core/status.ts";
export { VERSION } from "./src/core/version.ts";
export { checkDag, loadDag, type LoadInput } from "./src/spec/load.ts";
export { dagJsonSchema } from "./src/spec/json_schema.ts";

export interface OpenOptions {
  /** Kinds of steps besides those of the language. */
  readonly executors?: readonly ExecutorManifest[];
}

/**
 * The application with the configuration that a command line started here would use.
 * @throws DaguError when the configuration is wrong, or a kind of steps has a name that is taken.
 */
export async function openApp({ executors = [] }: OpenOptions = {}): Promise<App> {
  new StepKinds(executors);
  const config = await loadConfig({
    configFile: "",
    daguHome: "",
    flags: {},
    env: osEnv(),
    cwd: currentDir(),
    scopes: ["core"],
  });
  return createApp({ ...config, executors });
}

/** An observer that looks away. */
export const SILENT: RunObserver = { onStart: () => {}, onEvent: () => {} };

/** Options of {@link App.start} with nothing chosen: a new run of the file with its own parameters, unwatched. */
export const START_DEFAULTS: Omit<StartOptions, "dag"> = {
  params: { kind: "none" },
  name: "",
  runId: "",
  fromRunId: "",
  defaultWorkingDir: "",
  workerId: "local",
  observer: SILENT,
};
