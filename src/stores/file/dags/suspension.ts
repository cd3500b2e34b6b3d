/** Flags that suspend schedules. Definitions are called by their path below their folder, without ending. */
import { safeName } from "../../../core/names.ts";
import { existsSync } from "../../../platform/files/files.ts";
import { crc32 } from "../sealed_line.ts";

/** Whether the schedules of a definition are suspended. */
export function isSuspended(suspendFlagsDir: string, fileName: string): boolean {
  return existsSync(suspendFlag(suspendFlagsDir, fileName));
}

export function suspendFlag(suspendFlagsDir: string, fileName: string): string {
  return `${suspendFlagsDir}/${suspendFlagName(fileName)}`;
}

/** Those in sub-folders get a check sum: `team/etl` is not `team_etl`. */
export function suspendFlagName(fileName: string): string {
  return `${safeName(fileName)}${fileName.includes("/") ? `-${crc32(fileName)}` : ""}.suspend`;
}
