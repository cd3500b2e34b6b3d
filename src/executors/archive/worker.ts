/** Makes, unpacks and lists archives; runs in a worker that reads and writes only the paths of the step. */
import { DaguError, messageOf } from "../../core/errors.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import { type SandboxIo, serveSandbox } from "../sandbox/worker_runtime.ts";
import { type ArchiveEntry, modeText } from "./entry.ts";
import { entryName } from "./entry_path.ts";
import { PathFilter } from "./glob.ts";
import { type ArchiveRequest, CODES } from "./request.ts";
import { create, prepareFolder } from "./worker_create.ts";
import { extract } from "./worker_extract.ts";
import { readTar } from "./worker_tar.ts";
import { readZip } from "./worker_zip.ts";

async function work(request: ArchiveRequest, io: SandboxIo): Promise<StepOutcome> {
  const began = performance.now();
  try {
    const result = await OPERATIONS[request.operation](
      request,
      io,
      () => goDuration(performance.now() - began),
    );
    await io.write("stdout", `${JSON.stringify(result, null, 2)}\n`);
    return { exitCode: 0, error: "" };
  } catch (error) {
    if (io.signal.aborted || error instanceof Deno.errors.NotCapable) throw error;
    const { code, text } = problemOf(request, error);
    return { exitCode: code, error: text };
  }
}

type Run = (
  request: ArchiveRequest,
  io: SandboxIo,
  duration: () => string,
) => Promise<Record<string, unknown>>;

const OPERATIONS: Readonly<Record<ArchiveRequest["operation"], Run>> = {
  create: async (request, io, duration) => {
    if (!request.dryRun) await prepareFolder(request);
    const { filesAdded, bytesArchived, errors } = await create(request, io);
    const verify = request.verify && !request.dryRun;
    if (verify) await readAll({ ...request, source: request.destination }, io);
    return {
      operation: "create",
      source: request.shown.source,
      destination: request.shown.destination,
      filesAdded,
      bytesArchived,
      duration: duration(),
      ...(errors.length > 0 ? { errors } : {}),
      verifyPerformed: verify,
    };
  },
  extract: async (request, io, duration) => {
    if (request.verify) await readAll(request, io);
    const { filesExtracted, bytesExtracted, filesSkipped, errors } = await extract(
      request,
      entriesOf(request),
      io,
    );
    return {
      operation: "extract",
      source: request.shown.source,
      destination: request.shown.destination,
      filesExtracted,
      bytesExtracted,
      filesSkipped,
      duration: duration(),
      ...(errors.length > 0 ? { errors } : {}),
      verifyPerformed: request.verify,
    };
  },
  list: async (request, io, duration) => {
    if (request.verify) await readAll(request, io);
    const filter = new PathFilter(request.include, request.exclude);
    const files: Record<string, unknown>[] = [];
    let totalSize = 0;
    for await (const entry of entriesOf(request)) {
      io.signal.throwIfAborted();
      const path = entryName(entry.name);
      if (path === "" || !filter.wants(path)) continue;
      const { size, modified, kind } = entry;
      const modTime = modified.toISOString().replace(/\.\d+Z$/, "Z");
      files.push({ path, size, mode: modeText(entry), modTime, isDir: kind === "folder" });
      totalSize += size;
    }
    return {
      operation: "list",
      source: request.shown.source,
      totalFiles: files.length,
      totalSize,
      files,
      verified: request.verify,
      duration: duration(),
    };
  },
};

function entriesOf(request: ArchiveRequest): AsyncIterable<ArchiveEntry> {
  return request.format.container === "zip" ? readZip(request) : readTar(request);
}

/** Reads every member to its end: what does not fit its check sum is found. */
async function readAll(request: ArchiveRequest, { signal }: SandboxIo): Promise<void> {
  for await (const entry of entriesOf(request)) await entry.body().pipeTo(new WritableStream(), { signal });
}

function problemOf({ operation, shown }: ArchiveRequest, error: unknown): { code: number; text: string } {
  const what = `Cannot ${operation} "${operation === "create" ? shown.destination : shown.source}"`;
  const text = `${what}: ${messageOf(error)}`;
  if (error instanceof DaguError) return { code: error.exitCode, text };
  if (/^Invalid password/.test(messageOf(error))) return { code: CODES.password, text };
  if (error instanceof Deno.errors.PermissionDenied) return { code: CODES.permission, text };
  if (/No space left|os error 28/.test(text)) return { code: CODES.disk, text };
  if (error instanceof Deno.errors.NotFound) return { code: CODES.source, text };
  return { code: operation === "create" ? CODES.create : CODES.corrupt, text };
}

/** `1.2ms`, `3.4s`. */
function goDuration(ms: number): string {
  return ms < 1000 ? `${Number(ms.toFixed(3))}ms` : `${Number((ms / 1000).toFixed(3))}s`;
}

serveSandbox(work);
