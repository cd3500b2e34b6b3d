/** What `Deno` does with files, for the processes of a simulated world. */
import { fileInfo, OpenFile } from "./open_file.ts";
import { current, type Process } from "./process.ts";
import { procEntries, procText } from "./proc_table.ts";
import { type Disk, missing } from "./disk.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The process that asks, its disk, and the path there: each process has the disk at a place of its own. */
function at(path: string | URL): { readonly process: Process; readonly disk: Disk; readonly path: string } {
  const process = current();
  process.alive();
  const text = String(path);
  const inside = text.startsWith("/m") ? text.indexOf("/", 1) : 0;
  return { process, disk: process.world.disk, path: inside < 0 ? "" : text.slice(inside) };
}

function toChange(path: string | URL) {
  const place = at(path);
  place.process.beforeChange();
  return place;
}

function openSync(given: string | URL, options: Deno.OpenOptions = { read: true }): OpenFile {
  const { process, disk, path } = at(given);
  let node = options.createNew ? null : disk.find(path);
  if (!node && (options.create || options.createNew)) {
    process.beforeChange();
    node = disk.make(path, false);
  }
  if (!node) throw missing(path);
  if (node.isFolder && (options.write || options.append)) {
    throw new Deno.errors.IsADirectory(`Is a directory: "${path}"`);
  }
  const file = new OpenFile(process, node, options.append === true);
  if (options.truncate) file.truncateSync();
  return file;
}

function readFileSync(given: string | URL): Uint8Array {
  const { disk, path } = at(given);
  if (path.startsWith("/proc/")) return encoder.encode(procText(path));
  const node = disk.node(path);
  if (node.isFolder) throw new Deno.errors.IsADirectory(`Is a directory: "${path}"`);
  return node.bytes;
}

function readTextFileSync(given: string | URL): string {
  const path = String(given);
  if (path.startsWith("/proc/")) return procText(path);
  return decoder.decode(readFileSync(given));
}

function writeFileSync(
  given: string | URL,
  bytes: Uint8Array,
  options: Deno.WriteFileOptions = {},
): void {
  const file = openSync(given, {
    write: true,
    create: options.create ?? true,
    createNew: options.createNew,
    append: options.append,
    truncate: !options.append,
  });
  try {
    for (let from = 0; from < bytes.length;) from += file.writeSync(bytes.subarray(from));
  } finally {
    file.drop();
  }
}

function statSync(given: string | URL): Deno.FileInfo {
  const { disk, path, process } = at(given);
  return fileInfo(disk.node(path), process);
}

function* readDirSync(given: string | URL): Generator<Deno.DirEntry> {
  if (String(given) === "/proc") return yield* procEntries();
  const { disk, path } = at(given);
  const node = disk.node(path);
  if (!node.entries) throw new Deno.errors.NotADirectory(`Not a directory: "${path}"`);
  for (const [name, { isFolder }] of node.entries) {
    yield { name, isFile: !isFolder, isDirectory: isFolder, isSymlink: false };
  }
}

function watchFs(given: string | readonly string[], options: { recursive?: boolean } = {}): Deno.FsWatcher {
  const folders = [given].flat().map((folder) => at(folder as string));
  const { process, disk } = folders[0]!;
  for (const { path } of folders) disk.node(path);
  const paths = folders.map(({ path }) => path);
  return process.world.watches.open(process, paths, options.recursive ?? true) as unknown as Deno.FsWatcher;
}

/** By name, as in `Deno`. */
export const FILE_CALLS: Readonly<Record<string, unknown>> = {
  openSync,
  readFileSync,
  readTextFileSync,
  writeFileSync,
  statSync,
  lstatSync: statSync,
  readDirSync,
  watchFs,
  stat: async (path: string) => await statSync(path),
  readTextFile: async (path: string) => await readTextFileSync(path),
  writeTextFileSync: (path: string, text: string, options?: Deno.WriteFileOptions) =>
    writeFileSync(path, encoder.encode(text), options),
  mkdirSync: (path: string) => {
    const place = toChange(path);
    place.disk.make(place.path, true);
  },
  removeSync: (path: string, options: Deno.RemoveOptions = {}) => {
    const place = toChange(path);
    place.disk.remove(place.path, options.recursive === true);
  },
  renameSync: (from: string, to: string) => {
    const { disk, path } = toChange(from);
    disk.rename(path, at(to).path);
  },
  linkSync: (from: string, to: string) => {
    const { disk, path } = toChange(from);
    disk.link(path, at(to).path);
  },
  utimeSync: (path: string) => {
    const { disk, path: inside, process } = toChange(path);
    disk.node(inside).mtime = process.world.timeline.now;
  },
  realPathSync: (path: string) => String(path),
};
