/**
 * Bundles the program into `dist/dagu.js` and the parts that it loads on demand beside it.
 * Run it with `deno run -A dist/dagu.js`.
 */
import { Chunks } from "./chunks.ts";
import { deno, ROOT, tool } from "./deno_command.ts";

const DIST = `${ROOT}dist`;
const ENTRY = "cli.ts";
/** Code of workers stays where it is: each is loaded by itself, with the packages that it needs. */
const WORKER = /\/worker\.ts$/;

async function removeOldBundle(): Promise<void> {
  await Deno.mkdir(DIST, { recursive: true });
  for await (const entry of Deno.readDir(DIST)) {
    if (entry.isFile && entry.name.endsWith(".js")) await Deno.remove(`${DIST}/${entry.name}`);
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
    if (entry.isDirectory) yield* sources(path);
    else if (/\.ts$/.test(path) && !/_test\.ts$/.test(path) && !WORKER.test(path)) yield path;
  }
}

/** Copies the sources with their parts put together: see chunks.ts. */
async function arrange(to: string): Promise<void> {
  const chunks = new Chunks();
  const write = async (path: string) => {
    const target = `${to}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(target, chunks.rewrite(path, await Deno.readTextFile(`${ROOT}${path}`)));
  };
  await write(ENTRY);
  for await (const path of sources("src")) await write(path);
  for (const [name, text] of chunks.modules()) await Deno.writeTextFile(`${to}/${name}`, text);
  for (const file of ["deno.json", "deno.lock"]) await Deno.copyFile(`${ROOT}${file}`, `${to}/${file}`);
}

export async function build(): Promise<void> {
  await removeOldBundle();
  const arranged = await Deno.makeTempDir({ prefix: "dagu-build-" });
  try {
    await arrange(arranged);
    const flags = ["--quiet", "--code-splitting", "--minify", "--outdir", DIST];
    await deno(["bundle", "--config", `${arranged}/deno.json`, ...flags, `${arranged}/${ENTRY}`]);
  } finally {
    await Deno.remove(arranged, { recursive: true });
  }
  await nameEntry();
}

if (import.meta.main) await tool(build);
