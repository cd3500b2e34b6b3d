/** Runs the Deno that runs this script, so that no other one is needed on the PATH. */

export const ROOT: string = new URL("../", import.meta.url).pathname;

/** Runs `deno ARGS` in the project's folder with its output shown. Throws when it fails. */
export async function deno(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { DENO_NO_UPDATE_CHECK: "1", ...env },
    stdin: "null",
  }).spawn();
  const { success, code } = await child.status;
  if (!success) throw new Error(`deno ${args.join(" ")} ended with ${code}`);
}

/** Runs the main part of a tool: a failure is one line, the failed command having said the rest. */
export async function tool(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    Deno.exitCode = 1;
  }
}
