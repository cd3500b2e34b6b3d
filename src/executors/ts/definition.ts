/** Definitions in TypeScript: evaluates a module that may touch nothing, in a process as TypeScript steps have. */
import { DaguError } from "../../core/errors.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { readTextIfExists, replaceFile } from "../../platform/files/files.ts";
import { moduleFiles } from "../../platform/sandbox/module_files.ts";
import { join } from "../../platform/files/path.ts";
import { realFile } from "../../platform/files/real_path.ts";
import { withTempDir } from "../../platform/folders/temp_dir.ts";
import type { TsJob, TsReport, TsTask } from "./job.ts";
import { stepProgram } from "./step_program.ts";

/** How definitions may name the module that makes them. */
export const BUILDER_NAMES = ["@x/dagu/dag", "@x/dagu"] as const;
const [BUILDER] = BUILDER_NAMES;
const TIME_LIMIT_MS = 10_000;
const MEMORY_MIB = 256;
const MAX_BYTES = 16 * 1024 * 1024;

export interface DefinitionMeans {
  /** The complete environment of this process. */
  readonly os: Readonly<Record<string, string>>;
  /** Text of the module behind `@x/dagu/dag`. */
  readonly builder: string;
}

/**
 * What a module exports by default, as a list of trees (`builder/data_node.ts`).
 * @throws DaguError when it cannot be evaluated
 */
export async function evaluateDefinition(given: string, means: DefinitionMeans): Promise<unknown> {
  const file = await realFile(given);
  const task = taskOf(file, [...moduleFiles(file).keys()], means.builder);
  return await withTempDir(async (folder) => {
    const report = join(folder, "report");
    const jobFile = join(folder, "job");
    await replaceFile(report, "");
    const job: TsJob = { task, env: [], memoryMiB: MEMORY_MIB, maxOutput: MAX_BYTES, report };
    await replaceFile(jobFile, JSON.stringify(job));
    const program = await stepProgram({ env: {} }, task, { os: means.os, packages: null, jobFile });
    const signal = AbortSignal.timeout(TIME_LIMIT_MS);
    const { stderr } = await new SystemCommands().run({ ...program, cwd: folder, signal });
    const text = await readTextIfExists(report) ?? "";
    const told: TsReport | null = text === "" ? null : JSON.parse(text);
    if (told?.error === null) return JSON.parse(told.outputs[""]!);
    const wrong = signal.aborted ? `it takes longer than ${TIME_LIMIT_MS / 1000} s` : reasonOf(told, stderr);
    throw new DaguError(
      `Cannot evaluate "${given}": ${wrong}${placeText(stderr, task.permissions.read ?? [])}`,
    );
  });
}

function reasonOf(told: TsReport | null, stderr: string): string {
  if (!told?.error) return `its process ended without a word: ${stderr.trim()}`;
  const { message } = told.error;
  const [, kind, entry] = /^Missing permission (\w+) (".*?"):/.exec(message) ?? [];
  const [, host] = /^Cannot import "(.*?)"/.exec(message) ?? [];
  if (kind === "import" || host !== undefined) {
    return `a definition imports modules by relative paths only, not ${
      host === undefined ? "packages" : `from "${host}"`
    }`;
  }
  if (kind !== undefined) return `a definition may touch nothing, it asks for ${kind} ${entry}`;
  if (message.startsWith("The code used more than")) return `it needs more than ${MEMORY_MIB} MiB`;
  return message.includes("export named 'default'")
    ? "it has no default export, as in: export default dag({ … })"
    : message;
}

/** It holds nothing but the files that its code stands in. */
function taskOf(file: string, modules: readonly string[], builder: string): TsTask {
  const address = `data:application/typescript,${encodeURIComponent(builder)}`;
  return {
    step: "",
    code: `import { treeOf } from "${BUILDER}";
import given from ${JSON.stringify(addressOf(file))};
ctx.output(JSON.stringify((Array.isArray(given) ? given : [given]).map((one) => treeOf(one))));`,
    file: "",
    params: {},
    env: {},
    inputs: {},
    hasOutput: true,
    outputs: [],
    permissions: { read: modules },
    audit: false,
    modules: Object.fromEntries(BUILDER_NAMES.map((name) => [name, address])),
  };
}

function addressOf(file: string): string {
  return `file://${file.split("/").map(encodeURIComponent).join("/")}`;
}

/** The first place of the trace of an error that stands in the modules. */
function placeText(trace: string, modules: readonly string[]): string {
  // deno-lint-ignore no-control-regex
  const text = trace.replaceAll(/\x1b\[[\d;]*m/g, "");
  for (const [, path, line, column] of text.matchAll(/file:\/\/(\/[^\s()]+):(\d+):(\d+)/g)) {
    const file = decodeURIComponent(path!);
    if (modules.includes(file)) return ` (${file}:${line}:${column})`;
  }
  return "";
}
