/** `permissions` of a DAG or step: what executors may be given at most. */
import { PERMISSION_KINDS, type PermissionDecl } from "../../core/permissions.ts";
import type { ObjectValue } from "../decode.ts";
import { quote } from "../issue_list.ts";
import { BOOL, either, list, type Table, TEXT } from "../shape.ts";

const DOCS: Readonly<Record<(typeof PERMISSION_KINDS)[number], string>> = {
  net: "Hosts, as `host` or `host:port`.",
  read: "Files and folders that may be read.",
  write: "Files and folders that may be written.",
  env: "Names of variables.",
  run: "Programs.",
  sys: "Facts about the system.",
  import: "Packages that code may load, as `npm:name@version`.",
};

export const PERMISSIONS: Table = {
  name: "permissions",
  doc: "a block of permissions",
  fields: () =>
    PERMISSION_KINDS.map((kind) => ({ name: kind, shape: either(BOOL, TEXT, list(TEXT)), doc: DOCS[kind] })),
};

/** null when the block is absent; an empty block allows nothing. */
export function permissionDecl(owner: ObjectValue): PermissionDecl | null {
  const block = owner.object("permissions");
  if (!block) return null;
  const decl: Record<string, readonly string[] | true> = {};
  for (const kind of PERMISSION_KINDS) {
    if (!block.has(kind)) continue;
    const value = block.get(kind);
    if (value?.node.kind === "scalar" && value.node.type === "bool") {
      if (value.node.text.toLowerCase() === "true") decl[kind] = true;
    } else decl[kind] = block.texts(kind);
  }
  const address = block.has("net") ? block.texts("net").find((host) => host.includes("://")) : undefined;
  if (address !== undefined) {
    block.issue("net", `Expected a host such as "example.com" or "example.com:443", got ${quote(address)}`);
  }
  return decl;
}

/** Programs cannot be held to hosts: a list would promise what nothing enforces. */
export function checkHostsOfCommands(step: ObjectValue): void {
  const block = step.object("permissions");
  const net = block ? permissionDecl(step)?.net : undefined;
  if (!Array.isArray(net) || net.length === 0) return;
  block!.issue(
    "net",
    "Commands can be given the whole network (net: true) or none: hosts can be named for other types of steps",
  );
}
