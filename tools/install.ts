/**
 * Puts `dagu` into a folder for programs, by default `~/.local/bin`: the compiled program, or where its runtime cannot
 * be had, a script that starts the bundle with this Deno.
 *
 *     deno task install [--dir FOLDER]
 */
import { bundleWeb } from "../src/platform/bundle/web_files.ts";
import { build } from "./build.ts";
import { ROOT, tool } from "./deno_command.ts";

const quote = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

async function install(args: readonly string[]): Promise<void> {
  const folder = args[0] === "--dir" && args[1] ? args[1] : `${Deno.env.get("HOME")}/.local/bin`;
  const target = `${folder}/dagu`;
  await Deno.mkdir(folder, { recursive: true });
  const compiled = await compile();
  const part = `${target}.new`;
  if (compiled) await Deno.copyFile(`${ROOT}dist/dagu`, part);
  else {
    await build();
    await bundleWeb();
    await Deno.writeTextFile(part, launcher());
  }
  await Deno.chmod(part, 0o755);
  await Deno.rename(part, target);
  console.log(`Installed ${target}${compiled ? "" : `, which runs ${ROOT}dist/dagu.js`}`);
  if ((Deno.env.get("PATH") ?? "").split(":").includes(folder)) console.log("Next: dagu init");
  else console.log(`Next: export PATH="${folder}:$PATH" && dagu init`);
}

/** @returns false when the runtime that a compiled program contains cannot be had */
async function compile(): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", `${ROOT}tools/compile.ts`],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** The Deno of npm stands in a cache that may be emptied; npm can get it again. */
function launcher(): string {
  const run = `run --quiet --no-check --allow-all ${quote(`${ROOT}dist/dagu.js`)} "$@"`;
  const deno = quote(Deno.execPath());
  return `#!/bin/sh\n[ -x ${deno} ] && exec ${deno} ${run}\nexec npx -y deno@${Deno.version.deno} ${run}\n`;
}

if (import.meta.main) await tool(() => install(Deno.args));
