import type { PermissionSet } from "../../core/permissions.ts";
import { linkOut } from "../../platform/sandbox/links_out.ts";

/** "" unless a granted folder has a link by which more would be granted than the folder. */
export async function leakText({ read = [], write = [] }: PermissionSet): Promise<string> {
  for (const grants of [read, write]) {
    const leak = grants.includes("*") ? null : await linkOut(grants);
    if (leak) {
      return `Cannot grant the folder of "${leak.link}": this link leads out of it to ` +
        `${JSON.stringify(leak.target)}, remove the link or grant what it leads to as well`;
    }
  }
  return "";
}
