/** What a program consists of besides its own file: its interpreter and its shared libraries. */
import { OWN_FOLDERS, wrap, wrapFailure, wrapTools } from "../../sandbox/bubblewrap.ts";
import { SystemCommands } from "../commands.ts";
import { statIfExistsSync } from "../../files/files.ts";
import { readRange } from "../../logs/log_files.ts";

export interface ProgramParts {
  /** Words of the first line of a script, after `#!`; empty for others. */
  readonly interpreter: readonly string[];
  /** Paths as the loader knows them, the loader's own among them; empty for scripts and static programs. */
  readonly libraries: readonly string[];
}

const HEAD_BYTES = 4096;
/** By path, and by what tells one version of the file from another. */
const known = new Map<string, { readonly version: string; readonly parts: ProgramParts }>();

/**
 * The parts of some programs, by path. Loaders are asked in a sandbox: a program chooses its own.
 * @param paths absolute, links followed
 * @throws DaguError when no sandbox can be had.
 */
export async function programParts(paths: readonly string[]): Promise<ReadonlyMap<string, ProgramParts>> {
  const versions = new Map(paths.map((path) => [path, versionOf(path)]));
  const keep = (path: string, parts: ProgramParts) =>
    known.set(path, { version: versions.get(path)!, parts });
  const loaders: [loader: string, program: string][] = [];
  for (const path of paths) {
    if (known.get(path)?.version === versions.get(path)) continue;
    const head = readRange(path, 0, HEAD_BYTES);
    const loader = loaderOf(head);
    if (loader === "") keep(path, { interpreter: interpreterOf(head), libraries: [] });
    else loaders.push([loader, path]);
  }
  for (const [path, libraries] of await listLibraries(loaders)) keep(path, { interpreter: [], libraries });
  return new Map(paths.map((path) => [path, known.get(path)!.parts]));
}

function versionOf(path: string): string {
  const info = statIfExistsSync(path);
  return `${info?.ino} ${info?.size} ${info?.mtime?.getTime()}`;
}

const LIST = 'while [ $# -gt 0 ]; do echo "= $2"; "$1" --list "$2" || :; shift 2; done';

async function listLibraries(pairs: readonly [string, string][]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>(pairs.map(([loader, program]) => [program, [loader]]));
  if (pairs.length === 0) return found;
  const show = ["--ro-bind", "/", "/", ...OWN_FOLDERS];
  const [program, ...args] = wrap(wrapTools(), show, ["/bin/sh", "-c", LIST, "sh", ...pairs.flat()]);
  const { exitCode, stdout, stderr } = await new SystemCommands().run({ program, args, env: {}, cwd: "/" });
  if (exitCode !== 0) throw wrapFailure(stderr);
  let libraries: string[] = [];
  for (const line of stdout.split("\n")) {
    if (line.startsWith("= ")) libraries = found.get(line.slice(2)) ?? [];
    else {
      // `libc.so.6 => /lib/libc.so.6 (0x…)`, or a path alone.
      const path = /(?:=> |^\s*)(\/.*) \(0x[0-9a-f]+\)$/.exec(line)?.[1];
      if (path !== undefined) libraries.push(path);
    }
  }
  return found;
}

function interpreterOf(head: Uint8Array): string[] {
  const line = /^#![ \t]*([^\n]*)/.exec(new TextDecoder().decode(head));
  return line ? line[1]!.split(/[ \t\r]+/).filter((word) => word !== "") : [];
}

const PT_INTERP = 3;

/** The loader that a 64-bit ELF file names; "" for everything else. */
function loaderOf(head: Uint8Array): string {
  if (head.length < 64 || String.fromCharCode(...head.subarray(0, 5)) !== "\x7fELF\x02") return "";
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const little = head[5] === 1;
  const number = (at: number) => Number(view.getBigUint64(at, little));
  const size = view.getUint16(54, little);
  const count = view.getUint16(56, little);
  for (let at = number(32), i = 0; i < count && at + size <= head.length; i++, at += size) {
    if (view.getUint32(at, little) !== PT_INTERP) continue;
    const from = number(at + 8);
    return new TextDecoder().decode(head.subarray(from, from + number(at + 32) - 1));
  }
  return "";
}
