/** Files that are inside the compiled program, for other programs to read. */
import { durableReplace, ensureDir, readTextIfExists } from "../files/files.ts";
import { basename, dirname, join } from "../files/path.ts";

/**
 * Writes bundles of the compiled program into a folder, where they do not stand there as they are.
 * @param bundles name below `folder` -> name of the bundle below `workers`
 */
export async function unpack(folder: string, bundles: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, bundle] of Object.entries(bundles)) {
    const path = join(folder, name);
    const text = await Deno.readTextFile(new URL(`./workers/${basename(bundle)}`, import.meta.url));
    if (await readTextIfExists(path) === text) continue;
    await ensureDir(dirname(path));
    await durableReplace(path, text);
  }
}
