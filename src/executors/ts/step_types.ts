/** The type of `ctx` in one step, as the definition has it. */
import type { Dag, Step } from "../../core/dag.ts";
import { declaredOutputs } from "../../core/declared_outputs.ts";

/** The parameters of the type `StepContext` (context.ts), in one line. */
export function contextArguments(dag: Dag, step: Step): string {
  const { outputs } = step.executor.config;
  const own = Array.isArray(outputs) ? outputs.map((name) => JSON.stringify(String(name))) : [];
  const others = dag.steps.filter((other) => other.name !== step.name).flatMap(declaredOutputs);
  const params = dag.params.schema === ""
    ? members(dag.params.defaults.map(({ name }) => name), "string")
    : "Record<string, string>";
  return [params, envType(step), members(others, "any"), own.join(" | ") || "never"].join(", ");
}

function envType({ permissions }: Step): string {
  const { env = [] } = permissions ?? {};
  return env === true ? "Record<string, string | undefined>" : members(env, "string | undefined");
}

function members(names: readonly string[], type: string): string {
  return `{ ${[...new Set(names)].map((name) => `readonly ${JSON.stringify(name)}: ${type}`).join("; ")} }`;
}
