/** The paths of a `permissions:` block as the step sees them. */
import type { PermissionDecl } from "../core/permissions.ts";
import { resolve } from "../platform/files/path.ts";
import { futurePath } from "../platform/files/real_path.ts";

/**
 * Relative paths begin at the step's working folder. Where links lead somewhere else that place stands in the block
 * as well: what executors ask for is named by its real path.
 */
export async function resolvePaths(decl: PermissionDecl, workingDir: string): Promise<PermissionDecl> {
  const absolute = async (entries: readonly string[] | true | undefined) => {
    if (entries === undefined || entries === true) return entries;
    const paths = new Set<string>();
    for (const entry of entries) {
      const path = resolve(workingDir, entry);
      paths.add(path).add(await futurePath(path));
    }
    return [...paths];
  };
  const read = await absolute(decl.read);
  const write = await absolute(decl.write);
  return { ...decl, ...(read ? { read } : {}), ...(write ? { write } : {}) };
}
