/** Places for Unix sockets: in a folder that only this user can enter, with a name short enough for the system. */
import { DaguError, messageOf } from "../../core/errors.ts";
import { ensureDirSync } from "../files/files.ts";
import { osEnv } from "../os_env.ts";

/** `sun_path` holds 108 bytes with the closing zero; other systems have less. */
const MAX_BYTES = Deno.build.os === "linux" ? 107 : 103;

/**
 * Path of the socket that belongs to a key (any text that is unique to its owner): the same one for the same data
 * folder, key and environment. Its folder is made when it is missing. Others are told the path, they do not guess it.
 * @throws DaguError when no safe folder can be had.
 */
export function socketPath(
  dataDir: string,
  key: string,
  env: Readonly<Record<string, string>> = osEnv(),
): string {
  const name = `${hash(`${dataDir}\n${key}`)}.sock`;
  for (const folder of socketFolders(dataDir, env)) {
    if (new TextEncoder().encode(`${folder}/${name}`).length > MAX_BYTES) continue;
    if (isPrivate(folder)) return `${folder}/${name}`;
  }
  throw new DaguError(
    `Cannot find a folder for a socket below "${dataDir}" or the temporary folder: it must be the user's own, ` +
      "closed to others (mode 0700) and have a short path",
  );
}

/** Where the sockets of a data folder may stand, best first. */
export function socketFolders(dataDir: string, env: Readonly<Record<string, string>> = osEnv()): string[] {
  const runtime = env.XDG_RUNTIME_DIR?.startsWith("/") ? [`${env.XDG_RUNTIME_DIR}/dagu`] : [];
  return [...runtime, `${dataDir}/sock`, `${env.TMPDIR || "/tmp"}/dagu-${Deno.uid() ?? "user"}`];
}

/** A folder in a place where others may write is only used when nobody else can have put it there. */
function isPrivate(folder: string): boolean {
  try {
    ensureDirSync(folder);
    const info = Deno.lstatSync(folder);
    if (!info.isDirectory || (info.uid !== null && info.uid !== Deno.uid())) return false;
    if (info.mode !== null && (info.mode & 0o077) !== 0) Deno.chmodSync(folder, 0o700);
    return true;
  } catch {
    return false;
  }
}

/** 128 bits in hexadecimal: two different FNV-1a runs. Names have to be short and distinct here, not secret. */
function hash(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return [0xcbf29ce484222325n, 0x84222325cbf29ce4n].map((offset) => {
    let value = offset;
    for (const byte of bytes) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
    return value.toString(16).padStart(16, "0");
  }).join("");
}

/** The words for a socket that nobody listens on. */
export function socketFailure(path: string, error: unknown): DaguError {
  return new DaguError(`Cannot reach the process behind "${path}": ${messageOf(error)}`, { cause: error });
}
