/** Ends in engines what agents of this home could not end because they were killed. */
import { notesFolder } from "../executors/docker/leftovers/notes_folder.ts";
import { listFolderSync } from "../platform/folders/list_folder.ts";
import type { Stores } from "./stores.ts";

/** Costs one look into a folder where no run uses an engine at this moment, and none was killed while it did. */
export async function sweepContainers({ config, runs }: Stores): Promise<void> {
  const { dataDir } = config.paths;
  if (listFolderSync(notesFolder(dataDir)).length === 0) return;
  const { followNotes } = await import("../executors/docker/leftovers/engine_notes.ts");
  const { SandboxPool } = await import("../executors/sandbox/pool.ts");
  const pool = new SandboxPool();
  try {
    await followNotes({ runs, dataDir, token: "" }, pool);
  } finally {
    pool.close();
  }
}
