import { dirname } from "../platform/files/path.ts";
import type { Snapshot } from "../ports/run_store.ts";

/** Folders in which files that the definition names are looked for. */
export function baseDirs(snapshot: Snapshot): string[] {
  const { location } = snapshot.dag;
  return location === "" ? [snapshot.workingDir] : [snapshot.workingDir, dirname(location)];
}
