/** Recognizes an access that the sandbox refused, and says how it would be granted. */
import { missingText, PERMISSION_KINDS, type PermissionKind } from "../../core/permissions.ts";

const DENIED = /Requires (\w+) access to "([^"]*)"/;

/** null when the error, and whatever caused it, is something else. */
export function deniedText(error: unknown): string | null {
  for (let depth = 0; error instanceof Error && depth < 5; depth++, error = error.cause) {
    const [, kind = "", entry = ""] = DENIED.exec(error.message) ?? [];
    if (PERMISSION_KINDS.some((known) => known === kind)) {
      return missingText([{ kind: kind as PermissionKind, entry }]);
    }
    if (error.name === "NotCapable") {
      return `Refused by the sandbox of the step: ${error.message.split(", run again")[0]}`;
    }
  }
  return null;
}
