/**
 * Bundles the code of the confined executors, each with the packages that it needs, into one file. So the compiled
 * program contains no packages, whose index would cost every start 4 ms and 5 MiB.
 */
import { createRequire } from "node:module";
import { deno, ROOT } from "./deno_command.ts";

const require = createRequire(import.meta.url);

/** Parts of packages that come as compiled add-ons; the packages do without them. */
const ADD_ONS = ["--external", "cpu-features", "--external", "*.node"];

/** What the bundler cannot follow is put into the sources: jq is a text and a WebAssembly module. */
const EMBEDDED: Readonly<Record<string, () => Promise<string>>> = {
  "src/executors/jq/wasm.js": async () => {
    const wasm = (await Deno.readFile(require.resolve("jq-web/jq.wasm"))).toBase64();
    // At once: a worker that awaits something while it loads misses its first message.
    return `export default new WebAssembly.Module(Uint8Array.fromBase64("${wasm}"));`;
  },
  "src/executors/jq/glue.js": async () =>
    `export default ${JSON.stringify(await Deno.readTextFile(require.resolve("jq-web/jq.js")))};`,
};

/** Names of the executors that have a worker. */
async function workers(): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir(`${ROOT}src/executors`)) {
    const path = `${ROOT}src/executors/${name}/worker.ts`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) found.push(name);
  }
  return found.sort();
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(`${ROOT}${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (path === "src/web") continue;
    if (entry.isDirectory) yield* sources(path);
    else if (/\.(ts|js)$/.test(path) && !/_test\.ts$/.test(path)) yield path;
  }
}

/** Copies the sources but those of the web page, with what tells of their packages. */
async function copySources(to: string): Promise<void> {
  const write = async (path: string) => {
    const target = `${to}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    await Deno.copyFile(`${ROOT}${path}`, target);
  };
  for await (const path of sources("src")) await write(path);
  await Deno.copyFile(`${ROOT}deno.lock`, `${to}/deno.lock`);
  const { workspace: _, ...config } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  await Deno.writeTextFile(`${to}/deno.json`, JSON.stringify(config));
}

/** @param to folder that gets `<executor>.js` for each, and `step_main.js`, the process of a TypeScript step */
export async function bundleWorkers(to: string): Promise<void> {
  const sources = await Deno.makeTempDir({ prefix: "dagu-build-" });
  try {
    await copySources(sources);
    await bundleFrom(sources, to);
  } finally {
    await Deno.remove(sources, { recursive: true });
  }
}

/** @param sources folder with a copy of the sources, in which some are replaced */
async function bundleFrom(sources: string, to: string): Promise<void> {
  for (const [path, text] of Object.entries(EMBEDDED)) {
    await Deno.writeTextFile(`${sources}/${path}`, await text());
  }
  const programs = (await workers()).map((name) => [name, `${name}/worker.ts`] as const);
  for (const [name, module] of [...programs, ["step_main", "ts/step_main.ts"] as const]) {
    const file = `${to}/${name}.js`;
    const flags = [
      "--quiet",
      "--minify",
      "--platform",
      "deno",
      "--config",
      `${sources}/deno.json`,
      ...ADD_ONS,
    ];
    await deno(["bundle", ...flags, "--output", file, `${sources}/src/executors/${module}`]);
    // Packages ask for the folder that they stand in, mostly to find what is not needed here.
    await Deno.writeTextFile(
      file,
      `const __dirname="/",__filename="/worker.js";${await Deno.readTextFile(file)}`,
    );
  }
}
