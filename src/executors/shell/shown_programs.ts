/** The files that some programs need to run: their own, those of their interpreters, and shared libraries. */
import { basename, dirname, join } from "../../platform/files/path.ts";
import { type ProgramParts, programParts } from "../../platform/process/program/program_parts.ts";
import { findProgram } from "../../platform/process/program/programs.ts";
import { realPath } from "../../platform/files/real_path.ts";
import { existsSync } from "../../platform/files/files.ts";
import { interpreterName } from "./shebang.ts";

export interface ShownPrograms {
  /** Files and folders, links followed. */
  readonly paths: ReadonlySet<string>;
  /** Links by which programs are found, and what they lead to. */
  readonly links: ReadonlyMap<string, string>;
}

/** Programs that do nothing without files of their own: `$prefix` is the folder above the program's. */
const COMPANIONS: readonly (readonly [program: RegExp, folders: readonly string[]])[] = [
  [/^python(\d\.\d+)$/, ["$prefix/lib/python$1", "$prefix/lib/python3"]],
  [/^perl/, ["/etc/perl", "/usr/share/perl", "/usr/share/perl5", "/usr/local/share/perl"]],
  [/^ruby/, ["$prefix/lib/ruby", "/var/lib/gems"]],
  [/^git$/, ["$prefix/lib/git-core", "$prefix/libexec/git-core", "$prefix/share/git-core"]],
  [/^java$/, ["$prefix"]],
];

/** The library that all others stand beside: their folder is shown as a whole, for what is loaded later. */
const C_LIBRARY = /^libc\.(so\.|musl-)/;

/**
 * @param names programs as the step calls them
 * @throws DaguError when no sandbox can be had.
 */
export async function shownPrograms(
  names: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<ShownPrograms> {
  const paths = new Set<string>();
  const links = new Map<string, string>();
  for (let round = [...names]; round.length > 0;) {
    const files: string[] = [];
    for (const name of round) {
      const { link, file } = await place(name, env, cwd);
      if (file === null) continue;
      if (link !== file) links.set(link, file);
      if (!paths.has(file)) files.push(file);
    }
    round = [];
    for (const [file, parts] of await programParts(files)) {
      paths.add(file);
      for (const path of await partPaths(file, parts)) paths.add(path);
      round.push(...interpreters(parts));
    }
  }
  return { paths, links };
}

/** Where a program is found, and the file behind that; null when there is none, which its caller will tell. */
async function place(
  name: string,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<{ link: string; file: string | null }> {
  try {
    const path = findProgram(name, env, cwd);
    const folder = await realPath(dirname(path)) ?? dirname(path);
    return { link: join(folder, basename(path)), file: await realPath(path) };
  } catch {
    return { link: name, file: null };
  }
}

async function partPaths(file: string, { libraries }: ProgramParts): Promise<string[]> {
  const paths: string[] = companions(file);
  for (const library of libraries) {
    const folder = await realPath(dirname(library)) ?? dirname(library);
    paths.push(C_LIBRARY.test(basename(library)) ? folder : join(folder, basename(library)));
  }
  return paths;
}

function companions(file: string): string[] {
  const prefix = dirname(dirname(file));
  return COMPANIONS.flatMap(([program, folders]) => {
    const match = program.exec(basename(file));
    if (!match) return [];
    return folders.map((path) => path.replace("$prefix", prefix).replace("$1", match[1] ?? ""));
  }).filter(existsSync);
}

/** `#!/usr/bin/env python3` needs both. */
function interpreters({ interpreter: [program, ...args] }: ProgramParts): string[] {
  return program === undefined ? [] : [...new Set([program, interpreterName(program, args)])];
}
