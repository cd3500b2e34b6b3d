/** A lock between processes that a killed one cannot leave behind. */
import { ensureDirSync } from "../../platform/files.ts";
import { dirname } from "../../platform/path.ts";

/** Runs `work` while no other process, and nothing else in this one, holds the lock of that file. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  ensureDirSync(dirname(path));
  const file = Deno.openSync(path, { write: true, create: true, mode: 0o600 });
  try {
    await file.lock(true);
    return await work();
  } finally {
    // Closing gives the lock back.
    file.close();
  }
}
