/** Sets of Deno permissions: what an executor asks for, what a definition allows, and what is missing between them. */

/** Kinds of permission that a step can be given. */
export const PERMISSION_KINDS = ["net", "read", "write", "env", "run", "sys", "import"] as const;
/** One of these kinds. */
export type PermissionKind = (typeof PERMISSION_KINDS)[number];

/**
 * Entries by kind; a kind that is missing or empty grants nothing. `net`: `host` or `host:port`. `read`, `write`:
 * absolute paths, a folder with all below it. `env`: names. `run`: programs. `import`: packages as
 * `npm:name@version`, hosts. "*" grants the whole kind: only where a definition allows all of it.
 */
export type PermissionSet = Readonly<Partial<Record<PermissionKind, readonly string[]>>>;

/** A `permissions:` block: `true` allows everything of the kind, a list what it names, absent nothing. */
export type PermissionDecl = Readonly<Partial<Record<PermissionKind, readonly string[] | true>>>;

/** What an execution used, as far as it can be told. */
export interface PermissionUse {
  /** By kind. */
  readonly permissions: PermissionSet;
  /** What could not be told, and why; "" when nothing is missing. */
  readonly unknown: string;
}

/** Allows everything. */
export const ALL_PERMISSIONS: PermissionDecl = Object.fromEntries(
  PERMISSION_KINDS.map((kind) => [kind, true as const]),
);

/** One entry that is asked for and not allowed. */
export interface MissingPermission {
  readonly kind: PermissionKind;
  readonly entry: string;
}

/** The entries of `asked` that a declaration does not cover. No declaration (null) covers everything. */
export function missingPermissions(
  asked: PermissionSet,
  allowed: PermissionDecl | null,
): MissingPermission[] {
  if (allowed === null) return [];
  const missing: MissingPermission[] = [];
  for (const kind of PERMISSION_KINDS) {
    const granted = allowed[kind] ?? [];
    if (granted === true) continue;
    for (const entry of asked[kind] ?? []) {
      if (!granted.some((grant) => covers(kind, grant, entry))) missing.push({ kind, entry });
    }
  }
  return missing;
}

/** Whether one entry of a declaration allows an entry that is asked for. */
export function covers(kind: PermissionKind, grant: string, entry: string): boolean {
  if (grant === entry) return true;
  switch (kind) {
    case "net": {
      const asked = splitHost(entry);
      const given = splitHost(grant);
      return given.host === asked.host && given.port === "";
    }
    case "read":
    case "write": {
      const folder = grant.endsWith("/") ? grant : `${grant}/`;
      return entry.startsWith(folder);
    }
    default:
      return false;
  }
}

/** `host:port`, `[v6]:port` or a host alone, in lower case. */
function splitHost(entry: string): { readonly host: string; readonly port: string } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(entry.toLowerCase());
  return match ? { host: match[1]!, port: match[2] ?? "" } : { host: entry.toLowerCase(), port: "" };
}

/** A text that is equal for equal sets: the key under which workers are shared. */
export function permissionKey(set: PermissionSet): string {
  return JSON.stringify(PERMISSION_KINDS.map((kind) => [...new Set(set[kind] ?? [])].sort()));
}

/** What is in either set, sorted; what another entry covers is left out. */
export function mergePermissions(...sets: readonly PermissionSet[]): PermissionSet {
  const all = mergeEntries(sets);
  const merged: Partial<Record<PermissionKind, readonly string[]>> = {};
  for (const kind of PERMISSION_KINDS) {
    const entries = [...all[kind] ?? []].sort();
    const covered = (entry: string) =>
      entries.some((other) => other !== entry && (other === "*" || covers(kind, other, entry)));
    const kept = entries.filter((entry) => !covered(entry));
    if (kept.length > 0) merged[kind] = kept;
  }
  return merged;
}

/** Every entry once, in the order of the sets. */
function mergeEntries(sets: readonly PermissionSet[]): PermissionSet {
  return Object.fromEntries(
    PERMISSION_KINDS.map((kind) => [kind, [...new Set(sets.flatMap((set) => set[kind] ?? []))]]),
  );
}

/** What both uses came to. */
export function mergeUses(one: PermissionUse | null, other: PermissionUse): PermissionUse {
  if (one === null) return other;
  return {
    permissions: mergePermissions(one.permissions, other.permissions),
    unknown: one.unknown || other.unknown,
  };
}

/**
 * What to tell a person: what is missing and how to grant it.
 * @param held what the step needs besides: a block has to name that as well
 */
export function missingText(missing: readonly MissingPermission[], held: PermissionSet = {}): string {
  const names = missing.map(({ kind, entry }) => `${kind} "${entry}"`).join(", ");
  const asked = missing.map(({ kind, entry }) => ({ [kind]: [entry] }));
  const block = permissionBlock(mergeEntries([held, ...asked]));
  return `Missing permission ${names}: add it to the step's permissions, e.g. permissions: ${block}`;
}

/** A set as the value of `permissions:` in one line, `{ net: ["a:443"], run: true }`. */
export function permissionBlock(set: PermissionSet): string {
  const members = PERMISSION_KINDS.flatMap((kind) => {
    const entries = set[kind] ?? [];
    if (entries.length === 0) return [];
    return [`${kind}: ${entries.includes("*") ? "true" : `[${entries.map(quoted).join(", ")}]`}`];
  });
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

const quoted = (entry: string) => JSON.stringify(entry);

/** The set that a declaration allows. */
export function allowedSet(decl: PermissionDecl): PermissionSet {
  const set: Partial<Record<PermissionKind, readonly string[]>> = {};
  for (const kind of PERMISSION_KINDS) {
    const granted = decl[kind] ?? [];
    if (granted === true) set[kind] = ["*"];
    else if (granted.length > 0) set[kind] = granted;
  }
  return set;
}
