/** Names of DAGs, steps and runs: which are allowed, and how they become names of files. */

const MAX_NAME = 40;
const MAX_RUN_ID = 64;

/** Ids that would be read as something else in `${id.stdout}` and the like. */
const RESERVED_STEP_IDS: readonly string[] = [
  "env",
  "params",
  "args",
  "stdout",
  "stderr",
  "output",
  "outputs",
];

/** A name that is safe as one component of a path: every character but letters, digits, `_`, `-` becomes `_`. */
export function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/gu, "_");
}

/** A name as one path part: kept when it is harmless, made safe otherwise. Queues are called by this. */
export function pathPart(name: string): string {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name) ? name : safeName(name) || "_";
}

/**
 * Folder of a DAG's history. Names that {@link safeName} has to change get four hexadecimal digits of their SHA-256
 * behind them, so that two DAGs never share a folder.
 */
export async function dagDirName(name: string): Promise<string> {
  const safe = safeName(name);
  if (safe === name) return safe;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name)));
  return `${safe}-${[...digest.subarray(0, 2)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** "" or what is wrong with the name of a DAG. */
export function checkDagName(name: string): string {
  if (name === "") return "The name of a DAG must not be empty";
  if (name.length > MAX_NAME) {
    return `The name "${clip(name)}" has ${name.length} characters, at most ${MAX_NAME} are allowed`;
  }
  if (!/^[A-Za-z0-9_.-]+$/.test(name)) {
    return `The name "${name}" may only have alphanumeric characters, dashes, dots and underscores`;
  }
  if (/^\.+$/.test(name)) return `The name "${name}" must not consist of dots`;
  if (name.startsWith("-")) return `The name "${name}" must not begin with a dash`;
  return "";
}

/** "" or what is wrong with the name of a step. */
export function checkStepName(name: string): string {
  const length = [...name].length;
  if (length > MAX_NAME) {
    return `The step name "${clip(name)}" has ${length} characters, at most ${MAX_NAME} are allowed`;
  }
  if (/\p{Cc}/u.test(name)) return `The step name ${JSON.stringify(name)} must not have control characters`;
  return "";
}

/** "" or what is wrong with the id of a step. */
export function checkStepId(id: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(id)) {
    return `The step id "${
      clip(id)
    }" must begin with a letter and have only letters, digits, dashes and underscores`;
  }
  if (RESERVED_STEP_IDS.includes(id)) return `The step id "${id}" is a reserved word`;
  return "";
}

/** "" or what is wrong with the id of a DAG-run. */
export function checkRunId(id: string): string {
  if (id === "") return "The id of a DAG-run must not be empty";
  if (id.length > MAX_RUN_ID) {
    return `The DAG-run id "${clip(id)}" has ${id.length} characters, at most ${MAX_RUN_ID} are allowed`;
  }
  if (!/^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(id)) {
    return `The DAG-run id "${clip(id)}" may only have letters, digits, dashes (not first) and underscores`;
  }
  return "";
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
