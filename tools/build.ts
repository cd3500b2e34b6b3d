/**
 * Bundles the program into `dist/dagu.js`, the parts that it loads on demand beside it, and the code of confined
 * executors into `dist/workers/`.
 * Run it with `deno run -A dist/dagu.js`.
 */
import { deno, ROOT, tool } from "./deno_command.ts";
import { bundleWorkers } from "./workers.ts";

const DIST = `${ROOT}dist`;
const ENTRY = "cli.ts";

async function removeOldBundle(): Promise<void> {
  await Deno.mkdir(`${DIST}/workers`, { recursive: true });
  for (const folder of [DIST, `${DIST}/workers`]) {
    for await (const entry of Deno.readDir(folder)) {
      if (entry.isFile && entry.name.endsWith(".js")) await Deno.remove(`${folder}/${entry.name}`);
    }
  }
}

/** How the bundler lets packages of the old form have Node's modules. */
const REQUIRE =
  /import\s*\{\s*createRequire as (\w+)\s*\}\s*from\s*"node:module";\s*var (\w+)\s*=\s*\1\(import\.meta\.url\);/;

/** What all parts share must not load a module of Node: each command would take three times as long to start. */
async function requireLater(): Promise<void> {
  for await (const entry of Deno.readDir(DIST)) {
    if (!entry.name.endsWith(".js")) continue;
    const path = `${DIST}/${entry.name}`;
    const text = await Deno.readTextFile(path);
    const lazy = text.replace(REQUIRE, (_, _make, name) => `var ${name}=(id)=>process.getBuiltinModule(id);`);
    if (lazy.includes("createRequire as")) {
      throw new Error(`${entry.name} loads "node:module" in a way of its own`);
    }
    if (lazy !== text) await Deno.writeTextFile(path, lazy);
  }
}

/** Names the entry after the program. The parts must not refer to it, or a second copy would be loaded. */
async function nameEntry(): Promise<void> {
  for await (const entry of Deno.readDir(DIST)) {
    if (!entry.name.endsWith(".js") || entry.name === "cli.js") continue;
    const text = await Deno.readTextFile(`${DIST}/${entry.name}`);
    if (/["']\.\/cli\.js["']/.test(text)) throw new Error(`${entry.name} imports the entry of the bundle`);
  }
  await Deno.rename(`${DIST}/cli.js`, `${DIST}/dagu.js`);
}

/** What the sources load when it is first needed is a file of its own in the bundle too. */
async function bundleProgram(): Promise<void> {
  await deno(["bundle", "--quiet", "--code-splitting", "--minify", "--outdir", DIST, `${ROOT}${ENTRY}`]);
  await requireLater();
  await nameEntry();
}

export async function build(): Promise<void> {
  await removeOldBundle();
  await bundleProgram();
  await bundleWorkers(`${DIST}/workers`);
}

if (import.meta.main) await tool(build);
