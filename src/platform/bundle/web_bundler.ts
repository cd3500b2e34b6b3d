/** Makes the scripts of the web page out of its sources. */
import { DaguError } from "../../core/errors.ts";

const ENTRY = "src/web/main.tsx";
const MAX_SAID = 2000;

/**
 * With `deno bundle`, which is called experimental; where it does not do it, with esbuild, which is what it has inside.
 * @param root folder of the program, with a slash at its end
 * @throws DaguError when neither can
 */
export async function bundleScripts(root: string, outdir: string): Promise<void> {
  const said = await bundleWithDeno(root, outdir);
  if (said === "" || await bundleWithEsbuild(root, outdir) === "") return;
  throw new DaguError(`Cannot bundle the web page: deno bundle failed: ${said}`);
}

/** @returns "" or what went wrong */
export function bundleWithDeno(root: string, outdir: string): Promise<string> {
  const flags = ["--quiet", "--platform=browser", "--minify", "--code-splitting", "--outdir", outdir];
  return deno(["bundle", ...flags, ENTRY], root);
}

/**
 * In a copy of the sources: esbuild looks for packages in a folder beside them, which the program does without.
 * @returns "" or what went wrong
 */
export async function bundleWithEsbuild(root: string, outdir: string): Promise<string> {
  const copy = Deno.makeTempDirSync({ prefix: "dagu-web-" });
  try {
    for (const folder of ["src/web", "src/core"]) copyFolder(`${root}${folder}`, `${copy}/${folder}`);
    Deno.removeSync(`${copy}/src/web/deno.json`);
    const { workspace: _, ...config } = JSON.parse(Deno.readTextFileSync(`${root}deno.json`));
    Deno.writeTextFileSync(`${copy}/deno.json`, JSON.stringify(config));
    const installed = await deno(["install", "--quiet", "--no-lock", "--node-modules-dir=auto"], copy);
    if (installed !== "") return installed;
    const flags = ["--bundle", "--splitting", "--format=esm", "--minify", `--outdir=${outdir}`];
    const jsx = ["--jsx=automatic", "--jsx-import-source=preact"];
    const { esbuild } = config.imports;
    return await deno(["run", "--allow-all", "--no-lock", esbuild, ENTRY, ...flags, ...jsx], copy);
  } finally {
    Deno.removeSync(copy, { recursive: true });
  }
}

async function deno(args: readonly string[], cwd: string): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  return success ? "" : new TextDecoder().decode(stderr).trim().slice(0, MAX_SAID) || "it said nothing";
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name, isDirectory } of Deno.readDirSync(from)) {
    if (isDirectory) copyFolder(`${from}/${name}`, `${to}/${name}`);
    else Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}
