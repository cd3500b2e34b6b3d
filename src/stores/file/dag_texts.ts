/** What lists tell of a definition, from its file. */
import { type DagSummary, dagSummaryOf } from "../../core/dag_summary.ts";
import { messageOf } from "../../core/errors.ts";
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files.ts";
import { checkDag, MAX_TEXT, type SpecText } from "../../spec/load.ts";
import type { DagFile } from "./dag_folder.ts";

/** UTF-8 takes at most four bytes for a character. */
const MAX_BYTES = 4 * MAX_TEXT;

/** The base configuration under every definition; null when there is none. */
export function readBaseText(file: string): SpecText | null {
  const info = file === "" ? null : statIfExistsSync(file);
  const text = info?.isFile ? readTextIfExistsSync(file) : null;
  return text === null ? null : { text, file };
}

/** A definition that cannot be used is told with what is wrong in it. Never throws. */
export function readDagFile(
  entry: DagFile,
  base: SpecText | null,
): { readonly summary: DagSummary; readonly text: string } {
  let text = "";
  try {
    const info = statIfExistsSync(entry.path);
    // A pipe would make the reader wait.
    if (info && !info.isFile) throw new Error(`Cannot read "${entry.path}": it is not a regular file`);
    if ((info?.size ?? 0) > MAX_BYTES) {
      throw new Error(`Cannot read "${entry.path}": it is larger than ${MAX_BYTES} bytes`);
    }
    text = readTextIfExistsSync(entry.path) ?? "";
    const { dag, issues } = checkDag({ text, file: entry.path, base });
    return { summary: dagSummaryOf(entry, dag, issues), text };
  } catch (error) {
    const issue = { field: "", message: messageOf(error), position: null };
    return { summary: dagSummaryOf(entry, null, [issue]), text };
  }
}
