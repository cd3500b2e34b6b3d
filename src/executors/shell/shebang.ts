/** The interpreter that the first line of a script names. */

/** Program and arguments after `#!`; null when there is no such line. */
export function shebang(script: string): { program: string; args: string[] } | null {
  const match = /^#![ \t]*([^\r\n]*)/.exec(script);
  if (!match) return null;
  const [program, ...args] = match[1].split(/[ \t]+/).filter((word) => word !== "");
  return program === undefined ? null : { program, args };
}

/** The program that reads the script in the end: the one behind `env`, for `#!/usr/bin/env -S deno run`. */
export function interpreterName(program: string, args: readonly string[]): string {
  if (!/(?:^|\/)env$/.test(program)) return program;
  return args.find((word) => !word.startsWith("-") && !word.includes("=")) ?? program;
}
