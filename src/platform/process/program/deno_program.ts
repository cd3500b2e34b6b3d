import { findProgram } from "./programs.ts";

/**
 * A Deno that can check types and fetch packages: the one that runs this, or, for a compiled program, the one in
 * `env.PATH`; "" when there is none.
 */
export function denoProgram(env: Readonly<Record<string, string>>): string {
  if (!Deno.build.standalone) return Deno.execPath();
  try {
    return findProgram("deno", env, "/");
  } catch {
    return "";
  }
}
