/** Room on the disk that is kept back, so that runs which go on when it is full can record how they end. */
import {
  createFileSync,
  ensureDirSync,
  removeIfExistsSync,
  statIfExistsSync,
} from "../../platform/files/files.ts";
import type { StoreRoots } from "./layout.ts";

const BYTES = 1 << 20;

function path(roots: StoreRoots): string {
  return `${roots.dataDir}/.reserve`;
}

/**
 * Sets the room aside unless that was done before.
 * @throws what the system says when there is no such room: a new run had better not begin then.
 */
export function keepReserve(roots: StoreRoots): void {
  if (statIfExistsSync(path(roots)) !== null) return;
  ensureDirSync(roots.dataDir);
  try {
    createFileSync(path(roots), new Uint8Array(BYTES));
  } catch (error) {
    removeIfExistsSync(path(roots));
    throw error;
  }
}

/** Gives the room back to whoever writes next. The next run sets it aside again. */
export function releaseReserve(roots: StoreRoots): void {
  try {
    removeIfExistsSync(path(roots));
  } catch {
    // Nothing was kept, and nothing can be gained.
  }
}
