/** Checks the types of the TypeScript steps of a definition with the compiler of Deno. */
import type { Dag, Step } from "../../core/dag.ts";
import type { Issue } from "../../core/errors.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { denoProgram } from "../../platform/process/program/deno_program.ts";
import { replaceFile } from "../../platform/files/files.ts";
import { dirname, isAbsolute, join } from "../../platform/files/path.ts";
import { withTempDir } from "../../platform/folders/temp_dir.ts";
import { parseProblems, type Problem } from "./compiler_output.ts";
import CONTEXT from "./context.ts" with { type: "text" };
import { contextArguments } from "./step_types.ts";
import { typeScriptSteps } from "./typescript_steps.ts";
import { isYamlFile, scriptPlace } from "./yaml_place.ts";

export interface TypeCheck {
  readonly issues: readonly Issue[];
  /** Why the types were not checked; "" when they were, or there is nothing to check. */
  readonly note: string;
}

/** One step as a module for the compiler. */
interface Unit {
  readonly step: Step;
  readonly field: string;
  readonly text: string;
  /** Characters before the code of the step in its first line. */
  readonly shift: number;
}

const CONFIG = { imports: { "@x/dagu": "./context.ts" } };

/** @param os the complete environment of this process */
export async function checkTypes(dag: Dag, os: Readonly<Record<string, string>>): Promise<TypeCheck> {
  const units = [dag, ...Object.values(dag.localDags)].flatMap(unitsOf);
  if (units.length === 0) return { issues: [], note: "" };
  const deno = denoProgram(os);
  if (deno === "") {
    return {
      issues: [],
      note: 'The types of the TypeScript steps were not checked: there is no program "deno"',
    };
  }
  return await withTempDir(async (folder) => {
    await replaceFile(join(folder, "context.ts"), CONTEXT);
    await replaceFile(join(folder, "deno.json"), JSON.stringify(CONFIG));
    const files = units.map((_, index) => join(folder, `step_${index}.ts`));
    for (const [index, file] of files.entries()) await replaceFile(file, units[index]!.text);
    const { exitCode, stderr } = await new SystemCommands().run({
      program: deno,
      args: ["check", "--quiet", "--no-lock", "--config", join(folder, "deno.json"), ...files],
      env: { ...os, NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" },
      cwd: folder,
    });
    if (exitCode === 0) return { issues: [], note: "" };
    const problems = parseProblems(stderr);
    return {
      issues: problems.map((problem) => issueOf(dag, problem, units[files.indexOf(problem.file)])),
      note: "",
    };
  });
}

function unitsOf(dag: Dag): Unit[] {
  return typeScriptSteps(dag).flatMap(({ step, field }) => unitOf(dag, step, field));
}

function unitOf(dag: Dag, step: Step, field: string): Unit[] {
  const context = 'import type { StepContext as Context$ } from "@x/dagu"; ' +
    `declare const ctx: Context$<${contextArguments(dag, step)}>; `;
  if (step.script !== "") {
    return [{ step, field: `${field}.script`, text: context + step.script, shift: context.length }];
  }
  const file = staticFile(dag, step);
  if (file === "") return [];
  const text = `${context}import main$ from ${
    JSON.stringify(`file://${encodeURI(file)}`)
  }; void (() => main$(ctx));`;
  return [{ step, field: `${field}.config.file`, text, shift: 0 }];
}

/** "" for a path that is known only when the step runs. */
function staticFile({ location, workingDir }: Dag, step: Step): string {
  const parts = [dirname(location), workingDir, step.workingDir, String(step.executor.config.file ?? "")];
  if (location === "" || parts.some((part) => /[$`]/.test(part))) return "";
  return parts.reduce((folder, part) => part === "" ? folder : isAbsolute(part) ? part : join(folder, part));
}

function issueOf(dag: Dag, { message, file, line, column }: Problem, unit: Unit | undefined): Issue {
  if (unit === undefined) {
    return { field: "", message, position: { file: file || dag.location, line, column } };
  }
  const { field, shift, step } = unit;
  const script = shift > 0;
  const place = script ? scriptPlace(dag, step.script, line) : null;
  if (place) {
    const own = line === 1 ? column - shift : column;
    const position = { file: dag.location, line: place.line, column: place.indent + own };
    return { field, message, position };
  }
  const where = script ? ` (line ${line} of the script)` : "";
  const text = script ? step.script : String(step.executor.config.file);
  return {
    field,
    message: message + where,
    position: { file: dag.location, ...onlyPlace(dag, text) },
  };
}

/** Where a text stands that is there once; the beginning of the file otherwise. */
function onlyPlace(dag: Dag, text: string): { readonly line: number; readonly column: number } {
  if (!isYamlFile(dag.location)) return { line: 0, column: 0 };
  const parts = dag.source.split(text);
  if (parts.length !== 2) return { line: 1, column: 1 };
  const before = parts[0]!.split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}
