import type { StepTask } from "../../ports/executor.ts";
import type { CodeError } from "./job.ts";
import { scriptPlace } from "./yaml_place.ts";

/** The message with the place in the module, or in the definition when the code stands there. */
export function errorText({ message, place }: CodeError, { step, dag }: StepTask): string {
  if (!place) return message;
  const { file, line, column } = place;
  if (file !== "") return `${message} (${file}:${line}:${column})`;
  const inYaml = scriptPlace(dag, step.script, line);
  return inYaml
    ? `${message} (${dag.location}:${inYaml.line}:${inYaml.indent + column})`
    : `${message} (line ${line} of the script)`;
}
