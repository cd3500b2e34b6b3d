import { isMissing } from "./files.ts";

/** Names of what a folder holds, unsorted; none when there is no such folder. */
export function listFolderSync(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
