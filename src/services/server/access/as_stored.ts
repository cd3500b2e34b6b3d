/**
 * Operators run what is stored, as it is stored. Whatever else a request asks for takes the right to change what is
 * stored: a variable that nobody has thought of can have a shell run anything.
 */
import type { Dag, Step } from "../../../core/dag.ts";
import { parseParams } from "../../../core/text/params_text.ts";
import { reaches } from "../../../core/access/role.ts";
import type { Principal } from "./guard.ts";
import { forbidden } from "../http/api_error.ts";
import { knownParams } from "../params/known_params.ts";

/** @param what such as `Another queue`. @throws ApiError 403 */
export function needDeveloper({ role }: Principal, what: string): void {
  if (reaches(role, "developer")) return;
  throw forbidden(`Insufficient permissions: ${what} needs the role developer`);
}

/**
 * @param file of the definition
 * @throws ApiError 403 for parameters that the definition does not declare, or when it takes none
 */
export async function checkParams(
  dag: Dag,
  file: string,
  params: string | undefined,
  principal: Principal,
): Promise<void> {
  if (!params) return;
  if (dag.runConfig.disableParamEdit) throw forbidden(`The DAG ${dag.name} does not take parameters`);
  if (reaches(principal.role, "developer")) return;
  const { fields, problem } = await knownParams(dag, file);
  const known = new Set(fields.map(({ name }) => name));
  for (const { name } of parseParams(params)) {
    if (known.has(name) || /^\d+$/.test(name)) continue;
    const why = problem === "" ? "" : ` (${problem})`;
    needDeveloper(
      principal,
      `The parameter "${shown(name)}", which the DAG does not declare in "params"${why},`,
    );
  }
}

/** @throws ApiError 403 for inputs that the step does not ask for */
export function checkInputs(
  { name: step, executor: { config } }: Step,
  inputs: Readonly<Record<string, string>>,
  principal: Principal,
): void {
  const asked = [config.input, config.required].flatMap((names) => Array.isArray(names) ? names : []);
  const other = Object.keys(inputs).find((name) => !asked.includes(name));
  if (other === undefined) return;
  needDeveloper(principal, `The input "${shown(other)}", which the step ${step} does not ask for,`);
}

function shown(name: string): string {
  return name.slice(0, 60);
}
