/** Reads and writes zip archives. */
import { configure, type Entry, Reader, ZipReader, ZipWriter } from "@zip.js/zip.js";
import type { ArchiveEntry, NewEntry } from "./entry.ts";
import { ArchiveError, type ArchiveRequest } from "./request.ts";

const TYPE_BITS = 0o170000;
const LINK_BITS = 0o120000;

export async function* readZip(request: ArchiveRequest): AsyncGenerator<ArchiveEntry> {
  configure({ useWebWorkers: false });
  using file = await Deno.open(request.source);
  const zip = new ZipReader(new FileReader(file), { checkSignature: true });
  for await (const entry of zip.getEntriesGenerator()) yield toEntry(entry, request.password);
  await zip.close();
}

function toEntry(entry: Entry, password: string): ArchiveEntry {
  const mode = entry.unixMode ?? (entry.directory ? 0o755 : 0o644);
  const link = (mode & TYPE_BITS) === LINK_BITS;
  return {
    name: entry.filename,
    kind: entry.directory ? "folder" : link ? "link" : "file",
    size: entry.uncompressedSize,
    mode: mode & 0o777,
    modified: entry.lastModDate,
    target: "",
    body: () => {
      if (entry.directory) return new Blob([]).stream();
      if (entry.encrypted && password === "") {
        throw new ArchiveError(
          "password",
          `The entry "${entry.filename}" is encrypted: "password" is missing`,
        );
      }
      const pipe = new TransformStream<Uint8Array, Uint8Array>();
      entry.getData(pipe.writable, password === "" ? {} : { password })
        .catch((error) => pipe.writable.abort(error).catch(() => {}));
      return pipe.readable;
    },
  };
}

export async function writeZip(
  request: ArchiveRequest,
  entries: AsyncIterable<NewEntry>,
  to: WritableStream<Uint8Array>,
): Promise<void> {
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(to, request.level < 0 ? {} : { level: Math.min(request.level, 9) });
  for await (const { name, kind, mode, modified, target, open } of entries) {
    const content = open ? open() : kind === "link" ? new Blob([target]).stream() : undefined;
    await zip.add(kind === "folder" ? `${name}/` : name, content, {
      directory: kind === "folder",
      lastModDate: modified,
      unixMode: kind === "link" ? LINK_BITS | 0o777 : kind === "folder" ? 0o040000 | mode : 0o100000 | mode,
    });
  }
  await zip.close();
}

/** Reads parts of an open file. */
class FileReader extends Reader<Deno.FsFile> {
  readonly #file: Deno.FsFile;
  #last: Promise<unknown> = Promise.resolve();

  constructor(file: Deno.FsFile) {
    super(file);
    this.#file = file;
  }

  override async init(): Promise<void> {
    await super.init?.();
    this.size = (await this.#file.stat()).size;
  }

  override readUint8Array(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    // One after the other: they share the position in the file.
    const read = this.#last.then(() => this.#readAt(offset, length));
    this.#last = read.catch(() => {});
    return read;
  }

  async #readAt(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    await this.#file.seek(offset, Deno.SeekMode.Start);
    let filled = 0;
    while (filled < bytes.length) {
      const count = await this.#file.read(bytes.subarray(filled));
      if (count === null) break;
      filled += count;
    }
    return bytes.subarray(0, filled);
  }
}
