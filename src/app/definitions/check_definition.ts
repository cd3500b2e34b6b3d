/** Checks the types of a definition in TypeScript with the compiler of Deno. */
import BUILDER from "../../builder/dag.ts" with { type: "text" };
import LANGUAGE from "../../builder/language.ts" with { type: "text" };
import VALUES from "../../builder/values.ts" with { type: "text" };
import type { Issue } from "../../core/errors.ts";
import { parseProblems } from "../../executors/ts/compiler_output.ts";
import { SystemCommands } from "../../platform/process/commands.ts";
import { denoProgram } from "../../platform/process/program/deno_program.ts";
import { replaceFile } from "../../platform/files/files.ts";
import { join } from "../../platform/files/path.ts";
import { withTempDir } from "../../platform/folders/temp_dir.ts";
import { BUILDER_NAMES } from "../../executors/ts/definition.ts";

export interface DefinitionCheck {
  readonly issues: readonly Issue[];
  /** Why the types were not checked; "" when they were. */
  readonly note: string;
}

/** What the builder's own types say of trees is of no interest to definitions. */
const FILES: Readonly<Record<string, string>> = {
  "dag.ts": BUILDER,
  "language.ts": LANGUAGE,
  "values.ts": VALUES,
  "data_node.ts": "export type DataNode = unknown;\n",
};

/** @param os the complete environment of this process */
export async function checkDefinition(
  file: string,
  os: Readonly<Record<string, string>>,
): Promise<DefinitionCheck> {
  const deno = denoProgram(os);
  if (deno === "") return { issues: [], note: 'The types were not checked: there is no program "deno"' };
  return await withTempDir(async (folder) => {
    for (const [name, text] of Object.entries(FILES)) await replaceFile(join(folder, name), text);
    const imports = Object.fromEntries(BUILDER_NAMES.map((name) => [name, "./dag.ts"]));
    const config = join(folder, "deno.json");
    await replaceFile(config, JSON.stringify({ imports }));
    const { exitCode, stderr } = await new SystemCommands().run({
      program: deno,
      args: ["check", "--quiet", "--no-lock", "--no-remote", "--no-npm", "--config", config, file],
      env: { ...os, NO_COLOR: "1", RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" },
      cwd: folder,
    });
    const problems = exitCode === 0 ? [] : parseProblems(stderr);
    return {
      note: "",
      issues: problems.map(({ message, file: place, line, column }) => ({
        field: "",
        message,
        position: { file: place || file, line, column },
      })),
    };
  });
}
