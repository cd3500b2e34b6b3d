/** A lock between processes that a killed one cannot leave behind. */
import { ensureDirSync } from "../../platform/files/files.ts";
import { dirname } from "../../platform/files/path.ts";

/** The last in this process who wants or has a lock, by its path. */
const last = /* @__PURE__ */ new Map<string, Promise<unknown>>();

/**
 * Runs `work` while no other process, and nothing else in this one, holds the lock of that file. Inside this process
 * one waits at a time: each wait for the system takes a thread, and the holder needs some to come to an end.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = (last.get(path) ?? Promise.resolve()).then(() => locked(path, work));
  const ended = mine.catch(() => {});
  last.set(path, ended);
  try {
    return await mine;
  } finally {
    if (last.get(path) === ended) last.delete(path);
  }
}

async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
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
