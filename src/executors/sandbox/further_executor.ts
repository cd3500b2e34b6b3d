/** A kind of steps of an embedding program -> an executor in the sandbox. */
import { DaguError, messageOf } from "../../core/errors.ts";
import type { ConfigKey, ConfigTypes, ExecutorManifest, PreparedStep } from "../../core/executor_manifest.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "./config_values.ts";
import type { SandboxManifest } from "./sandboxed_executor.ts";

/** Workers of one set of permissions. */
const WORKERS = 4;

export function furtherExecutor(manifest: ExecutorManifest): SandboxManifest<PreparedStep> {
  const { config, worker, stepsPerWorker = 1 } = manifest;
  return {
    name: String(worker),
    limits: { workers: WORKERS, requestsPerWorker: stepsPerWorker },
    prepare: (task) => prepared(task, config),
    permissions: (step) => {
      try {
        return manifest.permissions(step);
      } catch (error) {
        throw new DaguError(`Cannot run step "${step.name}": ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

async function prepared(task: StepTask, keys: Readonly<Record<string, ConfigKey>>): Promise<PreparedStep> {
  const { step, workingDir } = task;
  const evaluate = (text: string) => task.evaluate(text);
  const where = `the config of step "${step.name}"`;
  const values = new ConfigValues(where, step.executor.config, Object.keys(keys), evaluate);
  const config: Record<string, PreparedStep["config"][string]> = {};
  for (const [name, key] of Object.entries(keys)) {
    config[name] = !values.has(name) && key.default !== undefined
      ? key.default
      : await READ[key.type](values, name);
  }
  return {
    name: step.name,
    command: await evaluate(step.commands[0]?.text ?? ""),
    script: await evaluate(step.script),
    config,
    workingDir,
  };
}

const READ: {
  readonly [T in keyof ConfigTypes]: (values: ConfigValues, name: string) => Promise<ConfigTypes[T]>;
} = {
  text: (values, name) => values.text(name),
  number: (values, name) => values.number(name),
  flag: (values, name) => values.flag(name),
  texts: (values, name) => values.texts(name),
  map: (values, name) => values.record(name),
};
