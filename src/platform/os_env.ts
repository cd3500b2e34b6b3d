let cached: Readonly<Record<string, string>> | null = null;

/**
 * The environment of this process as the user set it: read once, without what the Deno runtime adds for itself.
 */
export function osEnv(): Readonly<Record<string, string>> {
  return cached ??= withoutNodeShim(Deno.env.toObject());
}

/**
 * Where no Node.js is installed Deno puts a folder with a program `node` (which is Deno) in front of PATH. Steps must
 * not find that one.
 */
export function withoutNodeShim(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (env.DENO_NODE_SHIM_ACTIVE === undefined) return env;
  const rest = { ...env };
  delete rest.DENO_NODE_SHIM_ACTIVE;
  if (rest.PATH !== undefined) {
    rest.PATH = rest.PATH.split(":").filter((folder) => !folder.endsWith("/node_compat_bin")).join(":");
  }
  return rest;
}
