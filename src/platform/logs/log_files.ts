/** Reading and writing of log files: parts of them, line by line, of any size. */
import { statIfExistsSync } from "../files/files.ts";

/** A file that is open. */
export type OpenFile = Deno.FsFile;

/** Opens a file for appending; it is made (0600) when it does not exist. */
export function openAppend(path: string): OpenFile {
  return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
}

/** Cuts a file off behind so many bytes. @returns whether it was longer */
export function cutFile(path: string, size: number): boolean {
  try {
    if (Deno.statSync(path).size <= size) return false;
    Deno.truncateSync(path, size);
    return true;
  } catch {
    // It is gone, or was never there.
    return false;
  }
}

/** Adds a text to the end of a file, if it can be added. */
export function appendNote(path: string, text: string): void {
  try {
    Deno.writeTextFileSync(path, text, { append: true, create: false });
  } catch {
    // Without the file, or room for it, there is nobody to tell.
  }
}

/** Bytes in a file; 0 when it does not exist. */
export function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/**
 * At most `length` bytes from `offset` on; fewer at the end of the file, none of what is no regular file: a pipe would
 * make the reader wait.
 */
export function readRange(path: string, offset: number, length: number): Uint8Array {
  const info = statIfExistsSync(path);
  if (!info?.isFile) return new Uint8Array(0);
  const file = Deno.openSync(path, { read: true });
  try {
    const size = Math.max(0, Math.min(length, info.size - offset));
    const bytes = new Uint8Array(size);
    file.seekSync(offset, Deno.SeekMode.Start);
    let at = 0;
    while (at < size) {
      const read = file.readSync(bytes.subarray(at));
      if (read === null) break;
      at += read;
    }
    return bytes.subarray(0, at);
  } finally {
    file.close();
  }
}

const CHUNK = 64 * 1024;
/** Longer lines are handed out in pieces, so that memory stays bounded. */
const MAX_LINE = 1024 * 1024;

/** The lines of a file without their ends; none of what is no regular file: a pipe would make the reader wait. */
export async function* readLines(path: string): AsyncGenerator<string> {
  if (!statIfExistsSync(path)?.isFile) return;
  const file = await Deno.open(path, { read: true });
  try {
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(CHUNK);
    let rest = "";
    for (;;) {
      const read = await file.read(chunk);
      rest += decoder.decode(read === null ? undefined : chunk.subarray(0, read), { stream: read !== null });
      const lines = rest.split("\n");
      rest = lines.pop()!;
      yield* lines;
      if (rest.length > MAX_LINE) {
        yield rest;
        rest = "";
      }
      if (read === null) break;
    }
    if (rest !== "") yield rest;
  } finally {
    file.close();
  }
}

/** The first `size` bytes of a file, read as they are taken. */
export function fileStream(path: string, size: number): ReadableStream<Uint8Array> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      const bytes = readRange(path, offset, Math.min(CHUNK, size - offset));
      offset += bytes.length;
      if (bytes.length > 0) controller.enqueue(bytes);
      if (bytes.length === 0 || offset >= size) controller.close();
    },
  });
}

/** Writes bytes that belong at an offset to the end of a file; those that it has already are passed over. */
export function writeAt(path: string, offset: number, bytes: Uint8Array): void {
  const missing = bytes.subarray(Math.max(0, sizeOf(path) - offset));
  if (missing.length === 0) return;
  const file = openAppend(path);
  try {
    for (let at = 0; at < missing.length;) at += file.writeSync(missing.subarray(at));
  } finally {
    file.close();
  }
}
