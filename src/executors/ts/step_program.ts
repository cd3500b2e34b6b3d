/** The program, arguments and environment that run the code of one step. */
import { partProgram } from "../../platform/own_program.ts";
import type { StepTask } from "../../ports/executor.ts";
import type { TsTask } from "./job.ts";

export interface StepProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramMeans {
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
  /** Lock file of the packages that may be imported; "" when there are none. */
  readonly lock: string;
  readonly jobFile: string;
}

/** The process has all rights and gives them up; what code it could load is settled here. */
const FLAGS = [
  "--quiet",
  "--allow-all",
  "--no-prompt",
  "--no-config",
  "--no-remote",
  "--unstable-worker-options",
];
/** Where Deno keeps compiled modules and packages, by the registry that they came from. */
const CACHE_VARIABLES = ["DENO_DIR", "XDG_CACHE_HOME", "HOME", "NPM_CONFIG_REGISTRY"];
/** By these the processes of a run are found after a crash. */
const MARK_VARIABLES = ["DAGU_RUN_TOKEN", "DAG_RUN_ID", "DAG_RUN_STEP_NAME"];

export function stepProgram(
  { env }: Pick<StepTask, "env">,
  { permissions, env: granted, modules }: TsTask,
  given: ProgramMeans,
): StepProgram {
  const { os, lock, jobFile } = given;
  const packages = lock === "" ? ["--no-npm", "--no-lock"] : ["--cached-only", "--frozen", `--lock=${lock}`];
  const flags = [...FLAGS, ...packages, ...importMap(modules)];
  const part = partProgram("step-exec", "executors/ts/step_main.ts", flags);
  // Programs are found by PATH.
  const paths = (permissions.run ?? []).length > 0 ? ["PATH"] : [];
  return {
    program: part.program,
    args: [...part.args, jobFile],
    env: {
      NO_COLOR: "1",
      DENO_NO_UPDATE_CHECK: "1",
      DENO_DISABLE_NODE_SHIM: "1",
      ...(part.compiled ? {} : pick(os, CACHE_VARIABLES)),
      ...pick(env, [...MARK_VARIABLES, ...paths]),
      ...granted,
    },
  };
}

/** Deno looks for modules by this before the code can be asked. */
function importMap(modules: TsTask["modules"]): string[] {
  if (Object.keys(modules).length === 0) return [];
  return [`--import-map=data:application/json,${encodeURIComponent(JSON.stringify({ imports: modules }))}`];
}

function pick(from: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => from[name] === undefined ? [] : [[name, from[name]!]]));
}
