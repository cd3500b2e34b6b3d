/**
 * Bundles the program into `dist/dagu.js` and the parts that it loads on demand beside it.
 * Run it with `deno run -A dist/dagu.js`.
 */
import { deno, ROOT, tool } from "./deno_command.ts";

const DIST = `${ROOT}dist`;

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

export async function build(): Promise<void> {
  await removeOldBundle();
  await deno(["bundle", "--quiet", "--code-splitting", "--minify", "--outdir", "dist", "cli.ts"]);
  await nameEntry();
}

if (import.meta.main) await tool(build);
