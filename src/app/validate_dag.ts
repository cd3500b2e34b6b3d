import type { Config } from "../config/config.ts";
import { SpecError } from "../core/errors.ts";
import { typeScriptSteps } from "../executors/ts/typescript_steps.ts";
import { osEnv } from "../platform/os_env.ts";
import type { ValidDag } from "./app.ts";
import { openServices } from "./services.ts";

/** Loads a DAG and checks the types of the code in it, and its own where it is code. @throws SpecError with all mistakes */
export async function validateDag(config: Config, name: string): Promise<ValidDag> {
  const { dag, file, typeScript } = await openServices(config).dags.loadWithText(name);
  const checks = [];
  if ([dag, ...Object.values(dag.localDags)].some((one) => typeScriptSteps(one).length > 0)) {
    checks.push((await import("../executors/ts/type_check.ts")).checkTypes(dag, osEnv()));
  }
  if (typeScript) checks.push((await import("./check_definition.ts")).checkDefinition(file, osEnv()));
  const found = await Promise.all(checks);
  const issues = found.flatMap((check) => check.issues);
  if (issues.length > 0) throw new SpecError(issues);
  return { dag, notes: found.flatMap(({ note }) => note === "" ? [] : [note]) };
}
