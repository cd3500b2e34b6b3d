/** Parameters that a step hands to a sub-DAG. */
import type { Param } from "../../core/dag.ts";
import { parseParams, quoteParams } from "../../core/text/params_text.ts";
import type { StepTask } from "../../ports/executor.ts";

/**
 * Evaluates each value by itself, so that a value with blanks or quotes stays one parameter.
 * @param more variables besides those of the step, e.g. `ITEM`
 */
export async function callParams(
  task: StepTask,
  template: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  if (template === "") return "";
  const params: Param[] = [];
  for (const { name, value } of parseParams(template)) {
    params.push({ name, value: await task.evaluate(value, more) });
  }
  return quoteParams(params);
}
