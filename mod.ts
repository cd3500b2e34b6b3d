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
export type { Dag, Step } from "./src/core/dag.ts";
export { DaguError, type Issue, type Position, SpecError } from "./src/core/errors.ts";
export type { Node, NodeState, RunEvent, RunRecord, RunRef } from "./src/core/run.ts";
export { NodeStatus, nodeStatusName, RunStatus, runStatusName } from "./src/core/status.ts";
export { VERSION } from "./src/core/version.ts";
export { checkDag, loadDag, type LoadInput } from "./src/spec/load.ts";
export { dagJsonSchema } from "./src/spec/json_schema.ts";

/** The application with the configuration that a command line started here would use. */
export async function openApp(): Promise<App> {
  const config = await loadConfig({
    configFile: "",
    daguHome: "",
    flags: {},
    env: osEnv(),
    cwd: currentDir(),
    scopes: ["core"],
  });
  return createApp(config);
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
