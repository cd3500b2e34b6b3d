/** How much lies below a folder. */

export interface TreeSize {
  readonly bytes: number;
  readonly files: number;
  /** Everything was counted. */
  readonly whole: boolean;
}

/**
 * Links count by themselves and are not followed; what cannot be read, or goes meanwhile, counts nothing.
 * @param most entries that are looked at
 * @param except folder that is left out; "" for none
 */
export async function treeSize(path: string, most: number, except = ""): Promise<TreeSize> {
  let [bytes, files, looked] = [0, 0, 0];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const { name, isDirectory } of await entriesOf(folder)) {
      if (++looked > most) return { bytes, files, whole: false };
      const below = `${folder}/${name}`;
      if (isDirectory) {
        if (below !== except) folders.push(below);
        continue;
      }
      bytes += (await Deno.lstat(below).catch(() => null))?.size ?? 0;
      files++;
    }
  }
  return { bytes, files, whole: true };
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch {
    return [];
  }
}
