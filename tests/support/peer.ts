/** Finds or fetches the reference program. It is run for comparison only and is no part of what is built. */

const VERSION = "1.30.2";
const BINARY = "node_modules/@dagu-org/dagu-linux-x64/bin/dagu";

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

function cacheFolder(): string {
  const home = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  return `${home}/dagu-peer-${VERSION}`;
}

/**
 * Path of the reference program, "" with a reason on stderr when it cannot be had. `PEER` names one that is
 * there already; otherwise it is installed once from npm, by exact version and checksum, into the cache folder.
 */
export async function ensurePeer(): Promise<string> {
  const given = Deno.env.get("PEER");
  if (given) return given;
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") return "";
  const folder = cacheFolder();
  const binary = `${folder}/${BINARY}`;
  if (await exists(binary)) return binary;
  const parent = folder.slice(0, folder.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  const work = await Deno.makeTempDir({ dir: parent, prefix: "dagu-peer-" });
  try {
    for (const name of ["package.json", "deno.json", "deno.lock"]) {
      await Deno.copyFile(new URL(`../peer/${name}`, import.meta.url), `${work}/${name}`);
    }
    const install = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--quiet", "--frozen"],
      cwd: work,
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      signal: AbortSignal.timeout(120_000),
    }).output();
    if (!install.success || !await exists(`${work}/${BINARY}`)) {
      console.error(
        `The reference program could not be installed: ${new TextDecoder().decode(install.stderr)}`,
      );
      return "";
    }
    await Deno.rename(work, folder).catch(() => {});
    return await exists(binary) ? binary : "";
  } finally {
    await Deno.remove(work, { recursive: true }).catch(() => {});
  }
}
