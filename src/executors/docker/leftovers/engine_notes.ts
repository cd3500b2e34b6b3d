/**
 * Notes on the engines that an agent uses. One whose agent is gone tells the next agent where containers may be left,
 * and no other agent has to ask any engine.
 */
import {
  ensureDir,
  readTextIfExistsSync,
  removeIfExistsSync,
  replaceFile,
} from "../../../platform/files/files.ts";
import { hostName } from "../../../platform/process/identity.ts";
import { listFolderSync } from "../../../platform/folders/list_folder.ts";
import type { SandboxPool } from "../../sandbox/pool.ts";
import { engineOf } from "../engine_address.ts";
import { type Home, ownerLives, ownProcess, removeLeftovers } from "./leftovers.ts";
import { notesFolder } from "./notes_folder.ts";

interface Note {
  readonly host: string;
  /** As in the labels of containers. */
  readonly owner: string;
  /** What names the engine. */
  readonly variables: Readonly<Record<string, string>>;
}

/** @returns a function that takes the note back: nothing is left at the engine */
export async function noteEngine(dataDir: string, variables: Note["variables"]): Promise<() => void> {
  const folder = notesFolder(dataDir);
  await ensureDir(folder);
  const path = `${folder}/${crypto.randomUUID()}.json`;
  await replaceFile(
    path,
    JSON.stringify({ host: hostName(), owner: ownProcess(), variables } satisfies Note),
  );
  return () => void removeIfExistsSync(path);
}

/**
 * Removes the containers of agents of this machine that are gone. Each note is followed once: whatever cannot be
 * removed now, because the engine does not answer, is found by the next run with a docker step there.
 */
export async function followNotes(home: Home, pool: SandboxPool): Promise<void> {
  const folder = notesFolder(home.dataDir);
  for (const name of listFolderSync(folder)) {
    const path = `${folder}/${name}`;
    const note = readNote(path);
    if (!note || note.host !== hostName() || ownerLives(note.owner)) continue;
    if (!removeIfExistsSync(path)) continue;
    try {
      const engine = await engineOf((variable) => note.variables[variable] ?? "");
      await removeLeftovers(engine, home, pool);
    } catch {
      // As said above.
    }
  }
}

function readNote(path: string): Note | null {
  try {
    return JSON.parse(readTextIfExistsSync(path) ?? "null") as Note | null;
  } catch {
    return null;
  }
}
