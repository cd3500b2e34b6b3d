/** Reads and writes tar archives. */
import { createTarDecoder, createTarPacker, type TarHeader } from "modern-tar";
import type { ArchiveEntry, NewEntry } from "./entry.ts";
import type { ArchiveRequest } from "./request.ts";
import { compressor, decompressor } from "./worker_compression.ts";

const KINDS: Readonly<Record<string, ArchiveEntry["kind"]>> = {
  file: "file",
  directory: "folder",
  symlink: "link",
  link: "hard",
};

export async function* readTar(request: ArchiveRequest): AsyncGenerator<ArchiveEntry> {
  const file = await Deno.open(request.source);
  const filter = decompressor(request.format.compression, request.filter);
  const bytes = filter ? file.readable.pipeThrough(filter) : file.readable;
  const entries = bytes.pipeThrough(createTarDecoder({ strict: true }));
  for await (const { header, body } of entries) {
    yield {
      name: header.name,
      kind: KINDS[header.type ?? "file"] ?? "other",
      size: header.size,
      mode: header.mode ?? 0o644,
      modified: header.mtime ?? new Date(0),
      target: header.linkname ?? "",
      body: () => body,
    };
    // What nobody asked for still has to be passed over.
    if (!body.locked) await body.cancel();
  }
}

export async function writeTar(
  request: ArchiveRequest,
  entries: AsyncIterable<NewEntry>,
  to: WritableStream<Uint8Array>,
): Promise<void> {
  const { readable, controller } = createTarPacker();
  const filter = compressor(request.format.compression, request.level, request.filter);
  const written = (filter ? readable.pipeThrough(filter) : readable).pipeTo(to);
  // A failure of one side ends the other; both are waited for.
  const packed = pack(entries, controller).catch((error) => {
    controller.error(error);
    throw error;
  });
  const [pack1, write1] = await Promise.allSettled([packed, written]);
  if (pack1.status === "rejected") throw pack1.reason;
  if (write1.status === "rejected") throw write1.reason;
}

type Controller = ReturnType<typeof createTarPacker>["controller"];

async function pack(entries: AsyncIterable<NewEntry>, controller: Controller): Promise<void> {
  for await (const entry of entries) {
    const body = controller.add(headerOf(entry));
    if (entry.open) await entry.open().pipeTo(body);
    else await body.close();
  }
  controller.finalize();
}

function headerOf({ name, kind, size, mode, modified, target }: NewEntry): TarHeader {
  return {
    name: kind === "folder" ? `${name}/` : name,
    size,
    mode,
    mtime: modified,
    type: kind === "folder" ? "directory" : kind === "link" ? "symlink" : "file",
    ...(kind === "link" ? { linkname: target } : {}),
  };
}
