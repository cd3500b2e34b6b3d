/** Recognizes an access that the sandbox refused, and says how it would be granted. */
import {
  missingText,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionSet,
} from "../../core/permissions.ts";

const DENIED = /Requires (\w+) access(?: to "([^"]*)")?/;

const HINT =
  /, (?:run again with the --allow-\S+ flag|specify the required permissions during compilation.*)$/m;

/**
 * null when the error, and whatever caused it, is something else.
 * @param held what was granted
 */
export function deniedText(error: unknown, held: PermissionSet): string | null {
  for (let depth = 0; error instanceof Error && depth < 5; depth++, error = error.cause) {
    // Without an entry it is the whole kind.
    const [, kind = "", entry = "*"] = DENIED.exec(error.message) ?? [];
    if (PERMISSION_KINDS.some((known) => known === kind)) {
      return missingText([{ kind: kind as PermissionKind, entry }], held);
    }
    if (error.name === "NotCapable") {
      return `Refused by the sandbox of the step: ${withoutHint(error.message)}`;
    }
  }
  return null;
}

/** Without the advice of the runtime, which is about options of its own. */
export function withoutHint(text: string): string {
  return text.replace(HINT, "");
}
