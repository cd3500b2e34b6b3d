/** Flags and arguments that commands which start runs have in common. */
import { DaguError } from "../../core/errors.ts";
import { checkDagName, checkRunId } from "../../core/names.ts";
import type { RunRef } from "../../core/run.ts";
import type { ParamInput } from "../../app/app.ts";
import type { FlagSpec } from "./flags.ts";

export const PARAMS_FLAG = {
  name: "params",
  short: "p",
  kind: "text",
  value: "text",
  doc: "Parameters as one text, positional values or K=V",
} as const satisfies FlagSpec;

export const NAME_FLAG = {
  name: "name",
  short: "N",
  kind: "text",
  value: "name",
  doc: "Name of the DAG, instead of the one in the file",
} as const satisfies FlagSpec;

export const RUN_ID_FLAG = {
  name: "run-id",
  short: "r",
  kind: "text",
  value: "id",
  doc: "Id of the run",
} as const satisfies FlagSpec;

export const JSON_FLAG = {
  name: "json",
  kind: "bool",
  doc: "Print JSON for programs",
} as const satisfies FlagSpec;

export const WORKER_ID_FLAG = {
  name: "worker-id",
  kind: "text",
  value: "id",
  default: "local",
  doc: "Worker that carries the run out",
  hidden: true,
} as const satisfies FlagSpec;

/** Parameters of a command line: what stands after `--` wins over `--params`. */
export function paramInput(
  flag: string,
  given: ReadonlySet<string>,
  rest: readonly string[] | null,
): ParamInput {
  if (rest !== null && rest.length > 0) return { kind: "args", args: [...rest] };
  return given.has("params") ? { kind: "text", text: flag } : { kind: "none" };
}

/** @throws DaguError when the text cannot name a run. "" is accepted: an id is then made. */
export function checkedRunId(runId: string, given: boolean): string {
  const problem = given || runId !== "" ? checkRunId(runId) : "";
  if (problem !== "") {
    throw new DaguError(`${problem}: expected 1 to 64 alphanumeric characters, dashes and underscores`);
  }
  return runId;
}

/** @throws DaguError when the text cannot name a DAG. "" is accepted: the definition's own name counts. */
export function checkedName(name: string): string {
  const problem = name === "" ? "" : checkDagName(name);
  if (problem !== "") throw new DaguError(`Invalid value of flag --name: ${problem}`);
  return name;
}

/** @throws DaguError when the text cannot name a queue. "" is accepted: the DAG's own is then meant. */
export function checkedQueue(where: string, name: string): string {
  if (name === "" || /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)) return name;
  throw new DaguError(
    `Invalid value "${name}" of ${where}: the name of a queue has 1 to 64 alphanumeric characters, dots, dashes and underscores`,
  );
}

/** `name:id` of `--parent` and `--root`; undefined for "". */
export function runRef(flag: string, value: string): RunRef | undefined {
  if (value === "") return undefined;
  const colon = value.indexOf(":");
  if (colon <= 0 || colon === value.length - 1) {
    throw new DaguError(`Invalid value "${value}" of flag --${flag}: expected name:id of a DAG-run`);
  }
  return { name: value.slice(0, colon), id: checkedRunId(value.slice(colon + 1), true) };
}
