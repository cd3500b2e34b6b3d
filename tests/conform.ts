/**
 * Runs a conformance suite (cases recorded on the reference program) on what this tree builds.
 *
 *     deno run -A tests/conform.ts [--suite FOLDER] [--compiled | --sources] [option of the suite ...]
 *
 * The suite's folder is `--suite`, else `CONFORM_SUITE`, else `../shared/conform` beside the project. Without
 * `--only` it runs all areas. The exit code is the suite's.
 */
import { build } from "../tools/build.ts";
import { compile } from "../tools/compile.ts";
import { ROOT } from "../tools/deno_command.ts";

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isFile, () => false);
}

async function areas(suite: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${suite}/cases`)) {
    if (entry.isDirectory) found.push(entry.name);
  }
  return found.sort();
}

/** Builds the wanted form and returns the command that runs it. */
async function program(form: "bundle" | "compiled" | "sources"): Promise<string> {
  if (form === "sources") return `${Deno.execPath()} run -A --no-check ${ROOT}cli.ts`;
  if (form === "compiled") {
    await compile([]);
    return `${ROOT}dist/dagu`;
  }
  await build();
  return `${Deno.execPath()} run -A ${ROOT}dist/dagu.js`;
}

async function main(args: readonly string[]): Promise<number> {
  let suite = Deno.env.get("CONFORM_SUITE") || `${ROOT}../shared/conform`;
  let form: "bundle" | "compiled" | "sources" = Deno.env.get("DENORT_BIN") ? "compiled" : "bundle";
  const passed: string[] = [];
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--suite") suite = args[++i] ?? "";
    else if (args[i] === "--compiled") form = "compiled";
    else if (args[i] === "--sources") form = "sources";
    else passed.push(args[i]!);
  }
  if (!await isFile(`${suite}/run.ts`)) {
    console.error(`No conformance suite at '${suite}': name its folder with --suite`);
    return 1;
  }
  if (!passed.includes("--only")) passed.push(...(await areas(suite)).flatMap((area) => ["--only", area]));
  const deliberate = `${ROOT}tests/deliberate.json`;
  if (!passed.includes("--deliberate") && await isFile(deliberate)) passed.push("--deliberate", deliberate);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-config", `${suite}/run.ts`, ...passed],
    env: { OURS: await program(form), DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
  }).spawn();
  return (await child.status).code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
