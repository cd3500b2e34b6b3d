/** `create`: walks the source and writes the archive beside its place before it is put there. */
import { missingText } from "../../core/permissions.ts";
import { messageOf } from "../../core/errors.ts";
import { basename, dirname, isInside, join } from "../../platform/files/path.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type { NewEntry } from "./entry.ts";
import { PathFilter } from "./glob.ts";
import { ArchiveError, type ArchiveRequest, partOf } from "./request.ts";
import { makeFolders } from "./worker_folders.ts";
import { writeTar } from "./worker_tar.ts";
import { writeZip } from "./worker_zip.ts";

export interface Created {
  readonly filesAdded: number;
  readonly bytesArchived: number;
  readonly errors: readonly string[];
}

export async function create(request: ArchiveRequest, io: SandboxIo): Promise<Created> {
  const walk = new Walk(request, io);
  if (request.dryRun) {
    for await (const _ of walk.entries()) io.signal.throwIfAborted();
    return walk;
  }
  const part = partOf(request.destination);
  const file = await Deno.open(part, { write: true, create: true, truncate: true, mode: 0o600 });
  try {
    const write = request.format.container === "zip" ? writeZip : writeTar;
    await write(request, walk.entries(), file.writable);
    await Deno.chmod(part, 0o666 & ~request.umask);
    await Deno.rename(part, request.destination);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw error;
  }
  return walk;
}

class Walk implements Created {
  filesAdded = 0;
  bytesArchived = 0;
  readonly errors: string[] = [];
  readonly #filter: PathFilter;

  constructor(readonly request: ArchiveRequest, readonly io: SandboxIo) {
    this.#filter = new PathFilter(request.include, request.exclude);
  }

  entries(): AsyncGenerator<NewEntry> {
    return this.#visit(this.request.source, basename(this.request.source), []);
  }

  /** @param above real paths of the folders in which this one is, against links that go round in circles */
  async *#visit(path: string, name: string, above: readonly string[]): AsyncGenerator<NewEntry> {
    const { request, io } = this;
    io.signal.throwIfAborted();
    // The archive itself may stand in the folder that goes into it.
    if (path === request.destination || path === partOf(request.destination)) return;
    let info: Deno.FileInfo;
    let real = path;
    try {
      info = await Deno.lstat(path);
      if (info.isSymlink && request.followLinks) {
        real = await this.#followed(path);
        info = await Deno.stat(real);
      }
    } catch (error) {
      await this.#fail(path, error);
      return;
    }
    if (info.isDirectory && above.includes(real)) return;
    if (this.#filter.wants(name)) {
      const entry = await this.#entry(real, name, info);
      if (entry) {
        this.filesAdded++;
        this.bytesArchived += entry.kind === "file" ? entry.size : 0;
        if (request.verbose) await io.write("stderr", `adding ${name}\n`);
        yield entry;
      }
    }
    if (!info.isDirectory) return;
    const names = [...Deno.readDirSync(real)].map((one) => one.name).sort();
    for (const one of names) yield* this.#visit(join(real, one), `${name}/${one}`, [...above, real]);
  }

  async #followed(path: string): Promise<string> {
    const real = await Deno.realPath(path);
    const { source, destination, alsoRead } = this.request;
    this.io.uses("read", real);
    if (alsoRead.includes("*") || [source, ...alsoRead].some((root) => isInside(root, real))) return real;
    const held = { read: [source, ...alsoRead, destination], write: [destination] };
    const missing = missingText([{ kind: "read", entry: real }], held);
    throw new ArchiveError("permission", `The link "${path}" leads to "${real}". ${missing}`);
  }

  async #entry(path: string, name: string, info: Deno.FileInfo): Promise<NewEntry | null> {
    const common = { name, mode: (info.mode ?? 0o644) & 0o777, modified: info.mtime ?? new Date(0) };
    if (info.isSymlink) {
      return { ...common, kind: "link", size: 0, target: await Deno.readLink(path), open: null };
    }
    if (info.isDirectory) return { ...common, kind: "folder", size: 0, target: "", open: null };
    if (!info.isFile) {
      await this.io.write("stderr", `skipping ${name}: it is neither file nor folder nor link\n`);
      return null;
    }
    return {
      ...common,
      kind: "file",
      size: info.size,
      target: "",
      open: () => contentOf(path, info.size, this.io.signal),
    };
  }

  async #fail(path: string, error: unknown): Promise<void> {
    if (!this.request.continueOnError || error instanceof ArchiveError) throw error;
    const problem = `Cannot read "${path}": ${messageOf(error)}`;
    this.errors.push(problem);
    await this.io.write("stderr", `continuing after error: ${problem}\n`);
  }
}

/** A file may grow while it is read: the archive holds what it had when it was looked at. */
function contentOf(path: string, size: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  let left = size;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const wanted = chunk.subarray(0, left);
      left -= wanted.length;
      if (wanted.length > 0) controller.enqueue(wanted);
    },
    flush() {
      if (left > 0) throw new ArchiveError("create", `"${path}" became shorter while it was read`);
    },
  });
  const opened = Deno.openSync(path);
  return opened.readable.pipeThrough(limit, { signal });
}

/** Makes the folder of the archive where there is none. */
export async function prepareFolder({ destination, outermost, umask }: ArchiveRequest): Promise<void> {
  if (outermost !== destination) await makeFolders(dirname(destination), outermost, umask);
}
