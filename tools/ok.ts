/** What has to hold before a commit. Goes on after a failure, so that one run tells everything; tests come last. */
import { deno } from "./deno_command.ts";

const CHECKS: readonly (readonly string[])[] = [
  ["fmt", "--check"],
  ["lint", "--quiet"],
  ["check", "--quiet"],
  ["run", "-A", "tests/run.ts"],
];

if (import.meta.main) {
  for (const check of CHECKS) {
    try {
      await deno(check, { RUST_BACKTRACE: "0" });
    } catch {
      if (check !== CHECKS.at(-1)) console.error(`FAILED: deno ${check.join(" ")}\n`);
      Deno.exitCode = 1;
    }
  }
}
