/** Permissions that leave next to nothing forbidden. */
import { PERMISSION_KINDS, type PermissionDecl } from "../../core/permissions.ts";
import type { ObjectValue } from "../../spec/decode.ts";
import type { Report, Rule } from "../rule.ts";

const WHOLE_FOLDERS = /^(?:\/|\/(?:etc|usr|var|home|root|proc|sys|dev|run)\/?|~\/?|\$\{?HOME\}?\/?)$/;
const SHELLS = /^(?:\S*\/)?(?:sh|bash|dash|zsh|ksh|ash|fish|env|sudo|python3?|perl|node|deno)$/;

export const widePermissions: Rule = {
  name: "wide-permissions",
  level: "warning",
  doc:
    "A block of permissions allows everything of a kind, a folder of the system, or a program that can do anything.",
  check: ({ dag, fields, steps }) => [
    ...found(dag.permissions, fields),
    ...steps.flatMap(({ step, fields }) => fields ? found(step.permissions, fields) : []),
  ],
};

function found(permissions: PermissionDecl | null, owner: ObjectValue): Report[] {
  const block = owner.object("permissions");
  if (!permissions || !block) return [];
  return PERMISSION_KINDS.flatMap((kind) => {
    const value = block.get(kind);
    const entries = permissions[kind];
    if (!value || entries === undefined) return [];
    const wide = entries === true ? "everything" : entries.find((entry) => isWide(kind, entry));
    if (wide === undefined) return [];
    // Commands can be given the whole network only.
    if (kind === "net" && entries === true && owner.text("type") === "") return [];
    return [{
      node: value.node,
      message: entries === true
        ? `"${kind}: true" allows everything of that kind`
        : `${kind} "${wide}" allows ${whatOf(kind)}`,
      fix: `name what is needed; dagu start --audit-permissions prints it`,
    }];
  });
}

function isWide(kind: string, entry: string): boolean {
  if (entry === "*") return true;
  if (kind === "run") return SHELLS.test(entry);
  return (kind === "read" || kind === "write") && WHOLE_FOLDERS.test(entry);
}

function whatOf(kind: string): string {
  return kind === "run"
    ? "every program"
    : kind === "read" || kind === "write"
    ? "far more than one workflow needs"
    : "everything of that kind";
}
