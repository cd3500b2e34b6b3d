/** Room on the disk that is kept back, so that runs which go on when it is full can record how they end. */
import { createFileSync, removeIfExistsSync, statIfExistsSync } from "../../platform/files.ts";
import type { StoreRoots } from "./layout.ts";

const BYTES = 1 << 20;

function path(roots: StoreRoots): string {
  return `${roots.dataDir}/.reserve`;
}

/** Sets the room aside unless that was done before. A disk that has no such room is no error yet. */
export function keepReserve(roots: StoreRoots): void {
  if (statIfExistsSync(path(roots)) !== null) return;
  try {
    createFileSync(path(roots), new Uint8Array(BYTES));
  } catch {
    removeIfExistsSync(path(roots));
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
