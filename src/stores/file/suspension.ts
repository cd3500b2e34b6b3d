/** Flags that suspend schedules. */
import { existsSync } from "../../platform/files.ts";
import { suspendFlag } from "./layout.ts";

/**
 * Whether the schedules of a definition are suspended: by its file name, wherever below the folder it stands.
 * @param job path below the folder of definitions, without extension
 */
export function isSuspended(suspendFlagsDir: string, job: string): boolean {
  return existsSync(suspendFlag(suspendFlagsDir, job.slice(job.lastIndexOf("/") + 1)));
}
