/** The folder of definitions: which files are in it, and what lists tell of each. */
import { type DagSummary, dagSummaryOf } from "../../core/dag_summary.ts";
import { messageOf } from "../../core/errors.ts";
import { readTextIfExistsSync, statIfExistsSync } from "../../platform/files.ts";
import { checkDag, MAX_TEXT, type SpecText } from "../../spec/load.ts";
import { namesIn } from "./run_tree.ts";

/** A definition as a file. */
export interface DagFileEntry {
  /** Without the ending. */
  readonly fileName: string;
  readonly path: string;
  /** Changes when the file does. */
  readonly stamp: string;
}

/** UTF-8 takes at most four bytes for a character. */
const MAX_BYTES = 4 * MAX_TEXT;

/** Files that hold definitions, by name. Of two endings for one name `.yaml` counts. */
export function listDagFiles(dagsDir: string): DagFileEntry[] {
  const files = new Map<string, DagFileEntry>();
  for (const name of namesIn(dagsDir).sort()) {
    const match = /^([^.].*)\.(yaml|yml)$/.exec(name);
    if (!match || files.has(match[1])) continue;
    const path = `${dagsDir}/${name}`;
    const stamp = fileStamp(path);
    if (stamp !== "") files.set(match[1], { fileName: match[1], path, stamp });
  }
  return [...files.values()];
}

/** "" for what is missing or no regular file: it must not be opened. */
export function fileStamp(path: string): string {
  const info = statIfExistsSync(path);
  return info?.isFile ? `${info.mtime?.getTime() ?? 0}:${info.size}:${info.ino ?? 0}` : "";
}

/** The base configuration under every definition; null when there is none. */
export function readBaseText(file: string): SpecText | null {
  const text = file === "" || fileStamp(file) === "" ? null : readTextIfExistsSync(file);
  return text === null ? null : { text, file };
}

/** A definition that cannot be used is told with what is wrong in it. Never throws. */
export function readDagFile(
  entry: DagFileEntry,
  base: SpecText | null,
): { readonly summary: DagSummary; readonly text: string } {
  let text = "";
  try {
    if ((statIfExistsSync(entry.path)?.size ?? 0) > MAX_BYTES) {
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
