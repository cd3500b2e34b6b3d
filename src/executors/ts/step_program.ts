/** The program, arguments and environment that run the code of one step. */
import { partProgram } from "../../platform/process/program/own_program.ts";
import type { StepTask } from "../../ports/executor.ts";
import { denoStep } from "./deno_step.ts";
import type { TsTask } from "./job.ts";

export interface StepProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ProgramMeans {
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
  /** Where packages come from that may be imported: their lock file, and the folder for what Deno is to run. */
  readonly packages: { readonly lock: string; readonly cacheDir: string } | null;
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

export async function stepProgram(
  { env }: Pick<StepTask, "env">,
  { permissions, env: granted, modules }: TsTask,
  given: ProgramMeans,
): Promise<StepProgram> {
  const { os, packages, jobFile } = given;
  const flags = [...FLAGS, ...importMap(modules)];
  const part = packages
    ? await denoStep(
      os,
      [...flags, "--cached-only", "--frozen", `--lock=${packages.lock}`],
      packages.cacheDir,
    )
    : partProgram("step-exec", "executors/ts/step_main.ts", [...flags, "--no-npm", "--no-lock"]);
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
