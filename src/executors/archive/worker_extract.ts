/** `extract`: writes the members of an archive below the destination, never beside it. */
import { messageOf } from "../../core/errors.ts";
import { dirname, isInside, join } from "../../platform/files/path.ts";
import type { SandboxIo } from "../sandbox/worker_runtime.ts";
import type { ArchiveEntry } from "./entry.ts";
import { entryName, linkStays, targetPath } from "./entry_path.ts";
import { PathFilter } from "./glob.ts";
import { ArchiveError, type ArchiveRequest, type LinkEntry } from "./request.ts";
import { exists, makeFolders } from "./worker_folders.ts";

export interface Extracted {
  readonly filesExtracted: number;
  readonly bytesExtracted: number;
  readonly filesSkipped: number;
  readonly errors: readonly string[];
}

export async function extract(
  request: ArchiveRequest,
  entries: AsyncIterable<ArchiveEntry>,
  io: SandboxIo,
): Promise<Extracted> {
  const extraction = new Extraction(request, io);
  await extraction.run(entries);
  return extraction;
}

class Extraction implements Extracted {
  filesExtracted = 0;
  bytesExtracted = 0;
  filesSkipped = 0;
  readonly errors: string[] = [];
  readonly #links: LinkEntry[] = [];
  readonly #folders: { path: string; mode: number; modified: Date }[] = [];
  readonly #filter: PathFilter;

  constructor(readonly request: ArchiveRequest, readonly io: SandboxIo) {
    this.#filter = new PathFilter(request.include, request.exclude);
  }

  async run(entries: AsyncIterable<ArchiveEntry>): Promise<void> {
    const { request, io } = this;
    if (!request.dryRun) await makeFolders(request.destination, request.outermost, request.umask);
    for await (const entry of entries) {
      io.signal.throwIfAborted();
      try {
        await this.#take(entry);
      } catch (error) {
        if (!request.continueOnError || io.signal.aborted) throw error;
        this.errors.push(messageOf(error));
        await io.write("stderr", `continuing after error: ${messageOf(error)}\n`);
      }
    }
    // Now nothing is written into them any more that they could keep out or that would change their times.
    for (const { path, mode, modified } of this.#folders.reverse()) {
      await Deno.chmod(path, mode);
      await Deno.utime(path, modified, modified);
    }
    if (request.linksFile !== "" && this.#links.length > 0) {
      await Deno.writeTextFile(request.linksFile, JSON.stringify(this.#links));
    }
  }

  async #take(entry: ArchiveEntry): Promise<void> {
    const { request, io } = this;
    const name = entryName(entry.name);
    if (name === "") return;
    const path = targetPath(name, request.strip, request.preservePaths);
    if (path === "" || !this.#filter.wants(name)) {
      this.filesSkipped++;
      return;
    }
    if (request.verbose) await io.write("stderr", `extracting ${name}\n`);
    if (entry.kind === "folder") return await this.#folder(entry, path);
    if (entry.kind === "other") {
      this.filesSkipped++;
      return await io.write("stderr", `skipping ${name}: it is neither file nor folder nor link\n`);
    }
    const target = join(request.destination, path);
    if (!request.dryRun) await this.#clear(target, path);
    const written = entry.kind === "link"
      ? await this.#link(entry, path)
      : entry.kind === "hard"
      ? await this.#copy(entry, target)
      : await this.#file(entry, target);
    this.filesExtracted++;
    this.bytesExtracted += written;
  }

  async #folder(entry: ArchiveEntry, path: string): Promise<void> {
    if (this.request.dryRun) return;
    const folder = join(this.request.destination, path);
    await this.#parents(folder);
    await this.#make(folder);
    const mode = (entry.mode & 0o777 & ~this.request.umask) | 0o700;
    this.#folders.push({ path: folder, mode, modified: entry.modified });
  }

  /** The place is free, and its folder is really below the destination. */
  async #clear(target: string, path: string): Promise<void> {
    await this.#parents(target);
    if (this.#links.some((link) => link.path === path || path.startsWith(`${link.path}/`))) {
      throw new ArchiveError("corrupt", `The entry "${path}" lies behind a link of the same archive`);
    }
    const there = await Deno.lstat(target).catch(() => null);
    if (!there) return;
    if (there.isDirectory) {
      throw new ArchiveError("destination", `Cannot write "${target}": a folder of that name exists`);
    }
    if (!this.request.overwrite) {
      throw new ArchiveError(
        "destination",
        `Cannot write "${target}": it exists, and "overwrite" is not set`,
      );
    }
    await Deno.remove(target);
  }

  async #parents(target: string): Promise<void> {
    const { destination } = this.request;
    const parent = dirname(target);
    // A folder that is missing cannot be a link: what has to be proven is the deepest one that exists.
    let existing = parent;
    while (existing.length > destination.length && !await exists(existing)) existing = dirname(existing);
    if (!isInside(destination, await Deno.realPath(existing))) {
      throw new ArchiveError("destination", `Cannot write "${target}": a link leads out of "${destination}"`);
    }
    await this.#make(parent);
  }

  /** Folders that no entry describes are as open as the user's others. */
  async #make(folder: string): Promise<void> {
    await makeFolders(folder, this.request.destination, this.request.umask);
  }

  async #file(entry: ArchiveEntry, target: string): Promise<number> {
    let bytes = 0;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const content = entry.body().pipeThrough(count);
    const { signal } = this.io;
    if (this.request.dryRun) {
      await content.pipeTo(new WritableStream(), { signal });
      return bytes;
    }
    const file = await Deno.open(target, { write: true, createNew: true, mode: 0o600 });
    try {
      await content.pipeTo(file.writable, { signal });
    } catch (error) {
      // Half a file would pass for a whole one.
      await Deno.remove(target).catch(() => {});
      throw error;
    }
    await Deno.chmod(target, entry.mode & 0o777 & ~this.request.umask);
    await Deno.utime(target, entry.modified, entry.modified);
    return bytes;
  }

  /** A second name of a member: its content once more. */
  async #copy(entry: ArchiveEntry, target: string): Promise<number> {
    const { strip, preservePaths, destination, dryRun } = this.request;
    const path = targetPath(entryName(entry.target), strip, preservePaths);
    if (dryRun || path === "") return 0;
    const from = join(destination, path);
    await this.#parents(from);
    if (!(await Deno.lstat(from)).isFile) {
      throw new ArchiveError(
        "corrupt",
        `The entry "${entry.name}" is a second name of "${entry.target}", no file`,
      );
    }
    await Deno.copyFile(from, target);
    return 0;
  }

  async #link(entry: ArchiveEntry, path: string): Promise<number> {
    // In a zip archive the target is the content.
    const target = entry.target || await new Response(entry.body()).text();
    if (!linkStays(path, target)) {
      throw new ArchiveError(
        "corrupt",
        `The link "${entry.name}" to "${target}" would leave the destination`,
      );
    }
    if (!this.request.dryRun) this.#links.push({ path, target });
    return 0;
  }
}
