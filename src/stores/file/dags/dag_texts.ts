/** What lists tell of a definition, from its file. */
import { type DagSummary, dagSummaryOf } from "../../../core/dag_summary.ts";
import { isModule } from "../../../core/definition_file.ts";
import { DaguError, type Issue, messageOf } from "../../../core/errors.ts";
import { readRegularIfExistsSync, statIfExistsSync } from "../../../platform/files/files.ts";
import { checkDag, type CheckedDag, MAX_TEXT, type SpecText } from "../../../spec/load.ts";
import type { DagFile } from "./dag_folder.ts";
import type { Evaluate } from "./module_texts.ts";

/** UTF-8 takes at most four bytes for a character. */
const MAX_BYTES = 4 * MAX_TEXT;

/** The base configuration under every definition; null when there is none. */
export function readBaseText(file: string): SpecText | null {
  const info = file === "" ? null : statIfExistsSync(file);
  const text = info?.isFile ? readRegularIfExistsSync(file) : null;
  return text === null ? null : { text, file };
}

/** A definition that cannot be used is told with what is wrong in it. Never throws. */
export async function readDagFile(
  entry: DagFile,
  base: SpecText | null,
  evaluate: Evaluate = noModules,
): Promise<{ readonly summary: DagSummary; readonly text: string }> {
  let text = "";
  try {
    text = readRegularIfExistsSync(entry.path, MAX_BYTES) ?? "";
    const { draft, issues } = await checkDagText({ text, file: entry.path, base }, evaluate);
    return { summary: dagSummaryOf(entry, draft, issues), text };
  } catch (error) {
    const issue = { field: "", message: messageOf(error), position: null };
    return { summary: dagSummaryOf(entry, null, [issue]), text };
  }
}

/**
 * Checks a text as that of a definition, or the one that a module stands for.
 * @returns also the YAML text; "" when there is none
 */
export async function checkDagText(
  { text, file, base }: { readonly text: string; readonly file: string; readonly base: SpecText | null },
  evaluate: Evaluate,
): Promise<CheckedDag & { readonly yaml: string }> {
  if (!isModule(file)) return { yaml: text, ...checkDag({ text, file, base }) };
  try {
    const yaml = await evaluate(file);
    const { issues, ...found } = checkDag({ text: yaml, file, base });
    return { yaml, ...found, issues: issues.map((issue) => inWhole(issue, file)) };
  } catch (error) {
    const issue = { field: "", message: messageOf(error), position: null };
    return { yaml: "", dag: null, issues: [issue], draft: null };
  }
}

/** A mistake in the text that a module stands for, with the file only: lines of the text are not those of the module. */
export function inWhole(issue: Issue, file: string): Issue {
  return issue.position?.file === file ? { ...issue, position: { file, line: 0, column: 0 } } : issue;
}

function noModules(file: string): Promise<string> {
  return Promise.reject(new DaguError(`Cannot evaluate "${file}": it is no YAML file`));
}
