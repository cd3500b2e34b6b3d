/** Writes the examples of a new home, once. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { createFileSync, ensureDirSync } from "../../platform/files/files.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";
import type { ServiceLog } from "../app.ts";
import { EXAMPLE_DAGS } from "./example_dags.ts";

/** Its presence says that examples were written, and keeps those that were deleted away. */
const MARKER = ".examples-created";
const MARKER_TEXT = "Examples were written here. Without this file, an empty folder gets them again.\n";

/** Only a folder without anything in it gets examples. What goes wrong is logged: a service does not need them. */
export function writeExamples({ skipExamples, paths: { dagsDir } }: Config, log: ServiceLog): void {
  if (skipExamples) return;
  try {
    if (listFolderSync(dagsDir).length > 0) return;
    ensureDirSync(dagsDir);
    // Of several services that begin at once, one writes.
    if (!createFileSync(`${dagsDir}/${MARKER}`, MARKER_TEXT)) return;
    for (const { file, text } of EXAMPLE_DAGS) createFileSync(`${dagsDir}/${file}`, text);
    log("INFO", "Examples were written", { folder: dagsDir });
  } catch (error) {
    log("WARN", "Cannot write examples", { folder: dagsDir, error: messageOf(error) });
  }
}
