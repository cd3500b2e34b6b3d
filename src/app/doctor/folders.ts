/** Folders and files of the home: who owns them, who else may use them, how much room is left. */
import type { Config } from "../../config/config.ts";
import { fileRights, narrowMode } from "../../platform/files/file_rights.ts";
import { listFolderSync } from "../../platform/folders/list_folder.ts";
import { freeRoom } from "../../platform/resources.ts";
import { type Finding, Notes } from "./finding.ts";

const MIB = 1 << 20;
/** Below this a run may find no room for its record. */
const LEAST_ROOM = 100 * MIB;
const SMALL_ROOM = 1024 * MIB;

interface Place {
  readonly what: string;
  readonly path: string;
  /** Rights beyond these are too many. */
  readonly most: number;
}

export async function examineFolders(config: Config): Promise<Finding[]> {
  const notes = new Notes("folders");
  for (const place of places(config)) examineOne(place, notes);
  for (const path of secrets(config)) examineOne({ what: "Secret", path, most: 0o600 }, notes);
  for (const path of new Set([config.paths.dataDir, config.paths.logDir])) await examineRoom(path, notes);
  return notes.found;
}

function places({ layout, files, paths }: Config): Place[] {
  const data = [paths.dataDir, paths.dagRunsDir, paths.usersDir, paths.apiKeysDir, paths.webhooksDir];
  return [
    { what: "Folder of DAGs", path: paths.dagsDir, most: 0o755 },
    ...new Set([...data, `${paths.dataDir}/auth`, paths.logDir, paths.suspendFlagsDir]),
  ].map((one) => typeof one === "string" ? { what: "Folder", path: one, most: 0o700 } : one).concat(
    layout.home === "" ? [] : [{ what: "Home", path: layout.home, most: 0o755 }],
    files.map((path) => ({ what: "Settings", path, most: 0o644 })),
    [{ what: "Base of all DAGs", path: paths.baseConfig, most: 0o644 }],
  );
}

/** Files with hashes, keys and passwords. */
function secrets({ paths, peer, tls }: Config): string[] {
  const below = [`${paths.dataDir}/auth`, paths.usersDir, paths.apiKeysDir, paths.webhooksDir];
  const files = below.flatMap((folder) => listFolderSync(folder).map((name) => `${folder}/${name}`));
  return [...files, peer.keyFile, peer.signingKeysFile, tls.keyFile].filter((path) => path !== "");
}

function examineOne({ what, path, most }: Place, notes: Notes): void {
  const rights = fileRights(path);
  if (rights === null) return;
  const mode = rights.mode.toString(8);
  if (!rights.own) {
    notes.add(
      "warning",
      `${what} "${path}" belongs to user ${rights.owner}, not to the one who asks`,
      "run as its owner, or give it away with chown",
    );
  }
  const extra = rights.mode & ~most;
  if (extra === 0) return notes.add("ok", `${what} "${path}" has mode ${mode}`);
  const limit = rights.mode & most;
  const who = (extra & 0o007) !== 0 ? "everybody" : "its group";
  const can = (extra & 0o022) !== 0 ? "change" : "read";
  notes.add(
    can === "change" || what === "Secret" ? "error" : "warning",
    `${what} "${path}" has mode ${mode}: ${who} on this machine can ${can} it`,
    `chmod ${limit.toString(8)} "${path}", or dagu doctor --fix`,
    () => narrowMode(path, most),
  );
}

async function examineRoom(path: string, notes: Notes): Promise<void> {
  if (fileRights(path) === null) return;
  const room = await freeRoom(path);
  if (room === null) return notes.add("note", `It cannot be told how much room is left in "${path}"`);
  const size = `${Math.floor(room / MIB)} MiB`;
  if (room >= SMALL_ROOM) return notes.add("ok", `"${path}" has ${size} left`);
  notes.add(
    room < LEAST_ROOM ? "error" : "warning",
    `"${path}" has only ${size} left`,
    "make room: dagu cleanup NAME removes old runs, histRetentionDays keeps fewer",
  );
}
