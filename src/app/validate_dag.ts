import type { Config } from "../config/config.ts";
import { SpecError } from "../core/errors.ts";
import { osEnv } from "../platform/os_env.ts";
import type { ValidDag } from "./app.ts";
import { openServices } from "./services.ts";

/** Loads a DAG and checks the types of the code in it. @throws SpecError with all mistakes */
export async function validateDag(config: Config, name: string): Promise<ValidDag> {
  const dag = await openServices(config).dags.load(name);
  const { checkTypes } = await import("../executors/ts/type_check.ts");
  const { issues, note } = await checkTypes(dag, osEnv());
  if (issues.length > 0) throw new SpecError(issues);
  return { dag, notes: note === "" ? [] : [note] };
}
