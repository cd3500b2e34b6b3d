/** The jq executor: a jq program over one JSON value. */
import { DaguError } from "../../core/errors.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "../sandbox/config_values.ts";
import type { SandboxManifest } from "../sandbox/sandboxed_executor.ts";
import type { JqRequest } from "./request.ts";

export const JQ: SandboxManifest<JqRequest> = {
  name: "jq",
  limits: { workers: 2, requestsPerWorker: 1, deaf: true },
  prepare,
  permissions: () => ({}),
};

async function prepare(task: StepTask): Promise<JqRequest> {
  const { step } = task;
  // As it is written: `$x` means a variable of the program.
  const program = step.commands[0]?.text ?? "";
  if (program.trim() === "") {
    throw new DaguError(
      `Cannot run jq: the command of step "${step.name}" is empty, it is to be a jq program`,
    );
  }
  const config = new ConfigValues(
    `the config of step "${step.name}"`,
    step.executor.config,
    ["raw"],
    (text) => task.evaluate(text),
  );
  return {
    program,
    raw: await config.flag("raw"),
    input: await task.evaluate(step.script),
  };
}
