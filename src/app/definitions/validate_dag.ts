import type { Config } from "../../config/config.ts";
import { SpecError } from "../../core/errors.ts";
import { typeScriptSteps } from "../../executors/ts/typescript_steps.ts";
import { osEnv } from "../../platform/os_env.ts";
import type { ValidDag } from "../app.ts";
import { openStores } from "../stores.ts";

/** Loads a DAG and checks defaults of parameters by their schema, and the types of the code in it and of its own. @throws SpecError with all mistakes */
export async function validateDag(config: Config, name: string): Promise<ValidDag> {
  const { dag, file, text, typeScript } = await openStores(config).dags.loadWithText(name);
  const checks = [];
  const dags = [dag, ...Object.values(dag.localDags)];
  for (const one of dags.filter(({ params }) => params.schema !== "")) {
    const { checkParamSchema } = await import("./check_param_schema.ts");
    checks.push(checkParamSchema(one, file, text).then((issues) => ({ issues, note: "" })));
  }
  if (dags.some((one) => typeScriptSteps(one).length > 0)) {
    checks.push((await import("../../executors/ts/type_check.ts")).checkTypes(dag, osEnv()));
  }
  if (typeScript) checks.push((await import("./check_definition.ts")).checkDefinition(file, osEnv()));
  const found = await Promise.all(checks);
  const issues = found.flatMap((check) => check.issues);
  if (issues.length > 0) throw new SpecError(issues);
  return { dag, notes: found.flatMap(({ note }) => note === "" ? [] : [note]) };
}
