/** Where the entries of an archive may go: below the destination, whatever their names say. */
import { ArchiveError } from "./request.ts";

/**
 * The name of an entry without `.` parts and slashes at the end.
 * @throws ArchiveError for an absolute name and one that leads upwards
 */
export function entryName(name: string): string {
  if (name.includes("\0")) throw new ArchiveError("corrupt", "An entry of the archive has a NUL in its name");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (name.startsWith("/") || /^[A-Za-z]:[\\/]/.test(name) || parts.some((part) => /^\.\.$|\\/.test(part))) {
    throw new ArchiveError(
      "corrupt",
      `The entry "${name}" would leave the destination: nothing is done with it`,
    );
  }
  return parts.join("/");
}

/** The path below the destination, "" for an entry of which nothing is left. */
export function targetPath(name: string, strip: number, preservePaths: boolean): string {
  const parts = name.split("/").slice(strip);
  return preservePaths ? parts.join("/") : parts.at(-1) ?? "";
}

/** Whether a link at `path` with that target stays below the destination. */
export function linkStays(path: string, target: string): boolean {
  if (target === "" || target.startsWith("/") || target.includes("\0")) return false;
  let depth = path.split("/").length - 1;
  for (const part of target.split("/")) {
    if (part === "" || part === ".") continue;
    depth += part === ".." ? -1 : 1;
    if (depth < 0) return false;
  }
  return true;
}
