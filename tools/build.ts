/**
 * Bundles the program into `dist/dagu.js`, the parts that it loads on demand beside it, and the code of confined
 * executors into `dist/workers/`.
 * Run it with `deno run -A dist/dagu.js`.
 */
import { Chunks } from "./chunks.ts";
import { deno, ROOT, tool } from "./deno_command.ts";
import { bundleWorkers } from "./workers.ts";

const DIST = `${ROOT}dist`;
const ENTRY = "cli.ts";
/** The program starts these, it does not import them. */
const WORKER = /\/worker\.ts$/;

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

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (path === "src/web") continue;
    if (entry.isDirectory) yield* sources(path);
    else if (/\.(ts|js)$/.test(path) && !/_test\.ts$/.test(path)) yield path;
  }
}

/** Copies the sources but those of the web page, changed by `rewrite`, with what tells of their packages. */
async function copySources(to: string, rewrite: (path: string, text: string) => string): Promise<void> {
  const write = async (path: string) => {
    const target = `${to}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(target, rewrite(path, await Deno.readTextFile(`${ROOT}${path}`)));
  };
  await write(ENTRY);
  for await (const path of sources("src")) await write(path);
  await Deno.copyFile(`${ROOT}deno.lock`, `${to}/deno.lock`);
  const { workspace: _, ...config } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  await Deno.writeTextFile(`${to}/deno.json`, JSON.stringify(config));
}

/** Bundles the program with its parts put together: see chunks.ts. */
async function bundleProgram(to: string): Promise<void> {
  const chunks = new Chunks();
  await copySources(to, (path, text) => WORKER.test(path) ? text : chunks.rewrite(path, text));
  for (const [name, text] of chunks.modules()) await Deno.writeTextFile(`${to}/${name}`, text);
  const flags = ["--quiet", "--code-splitting", "--minify", "--outdir", DIST];
  await deno(["bundle", "--config", `${to}/deno.json`, ...flags, `${to}/${ENTRY}`]);
  await requireLater();
  await nameEntry();
}

export async function build(): Promise<void> {
  await removeOldBundle();
  const arranged = await Deno.makeTempDir({ prefix: "dagu-build-" });
  try {
    await bundleProgram(`${arranged}/program`);
    await copySources(`${arranged}/workers`, (_path, text) => text);
    await bundleWorkers(`${arranged}/workers`, `${DIST}/workers`);
  } finally {
    await Deno.remove(arranged, { recursive: true });
  }
}

if (import.meta.main) await tool(build);
