/** A TypeScript step -> what its process is told. */
import { declaredOutputs } from "../../core/declared_outputs.ts";
import { DaguError } from "../../core/errors.ts";
import { allowedSet, type PermissionDecl, type PermissionSet } from "../../core/permissions.ts";
import { isAbsolute, join } from "../../platform/files/path.ts";
import { realFile } from "../../platform/files/real_path.ts";
import type { StepTask } from "../../ports/executor.ts";
import { ConfigValues } from "../sandbox/config_values.ts";
import type { TsTask } from "./job.ts";

export interface TsRequest {
  readonly task: TsTask;
  readonly memoryMiB: number;
}

const DEFAULT_MEMORY_MIB = 256;
const LEAST_MEMORY_MIB = 16;
const PACKAGE = /^npm:(?:@[\w.-]+\/)?[\w.-]+(?:@[\w.^~*<>=|-]+)?$/;

/** @throws DaguError when the step cannot be run as it is written. */
export async function tsRequest(task: StepTask): Promise<TsRequest> {
  const { step } = task;
  const config = new ConfigValues(
    `the config of step "${step.name}"`,
    step.executor.config,
    ["file", "outputs", "memory"],
    (text) => task.evaluate(text),
  );
  const file = await fileOf(await config.text("file"), task.workingDir);
  const granted = grantedSet(task);
  const permissions = file === "" ? granted : { ...granted, read: [...granted.read ?? [], file] };
  const memoryMiB = await config.int("memory") || DEFAULT_MEMORY_MIB;
  if (memoryMiB < LEAST_MEMORY_MIB) {
    throw new DaguError(
      `Cannot run step "${step.name}" with "memory" ${memoryMiB}: at least ${LEAST_MEMORY_MIB} MiB are needed`,
    );
  }
  return {
    memoryMiB,
    task: {
      step: step.name,
      code: file === "" ? step.script : "",
      file,
      params: Object.fromEntries(task.params),
      env: envOf(task, permissions),
      inputs: inputsOf(task),
      hasOutput: step.output !== null,
      outputs: await config.texts("outputs"),
      permissions,
      audit: task.audit,
      modules: {},
    },
  };
}

async function fileOf(given: string, workingDir: string): Promise<string> {
  return given === "" ? "" : await realFile(isAbsolute(given) ? given : join(workingDir, given));
}

/** Nothing but what the step's own block names; in an audit everything but packages. */
function grantedSet({ step, permissions, audit }: StepTask): PermissionSet {
  const { import: packages = [] } = step.permissions ?? {};
  const decl: PermissionDecl = {
    ...(step.permissions === null && !audit ? {} : permissions),
    import: packages,
  };
  const wrong = packages === true ? "true" : packages.find((one) => !PACKAGE.test(one));
  if (wrong !== undefined) {
    throw new DaguError(
      `Cannot grant import "${wrong}" to step "${step.name}": name packages as in ` +
        'permissions: { import: ["npm:zod@3.25.76"] }',
    );
  }
  return allowedSet(decl);
}

function envOf({ env }: StepTask, { env: names = [] }: PermissionSet): Record<string, string> {
  const all = names.includes("*");
  return Object.fromEntries(Object.entries(env).filter(([name]) => all || names.includes(name)));
}

/** Outputs of all steps that have set theirs by now. */
function inputsOf({ dag, variables }: StepTask): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const name of dag.steps.flatMap(declaredOutputs)) {
    const text = variables.get(name);
    if (text !== undefined) inputs[name] = inputValue(text);
  }
  return inputs;
}

function inputValue(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
