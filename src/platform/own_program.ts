/** How this program is started again. */

/** Program and first arguments; the subcommand follows. */
export function ownProgram(): [string, ...string[]] {
  const program = Deno.execPath();
  if (Deno.build.standalone) return [program];
  const flags = ["--quiet", "--no-prompt", "--allow-all", "--unstable-worker-options"];
  return [program, "run", ...flags, Deno.mainModule];
}

/** Number of processors that this process may use. */
export function processors(): number {
  return navigator.hardwareConcurrency;
}
