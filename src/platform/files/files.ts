/**
 * Files under the home. There are two ways to write one: a replacement through a temporary file, or an append of
 * whole lines (see journal.ts). Nothing is ever overwritten in place. Files are made 0600, folders 0700.
 */
import { readBounded, readBoundedSync, readRegularSync } from "./bounded_text.ts";
import { basename, dirname } from "./path.ts";

const encoder = new TextEncoder();
let temporaries = 0;

/**
 * Thrown errors that mean "there is nothing of that name": a link to itself leads to nothing, and no file has a name
 * with a NUL or one that is too long.
 */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory ||
    error instanceof Deno.errors.FilesystemLoop ||
    error instanceof TypeError && error.message.includes("unexpected NUL byte") ||
    error instanceof Error && "code" in error && error.code === "ENAMETOOLONG";
}

/**
 * Replaces or creates a file so that it holds either the old or the new content after a power cut, and the new one
 * once this resolves.
 */
export async function durableReplace(path: string, content: string | Uint8Array): Promise<void> {
  const { temporary, synced } = prepareReplace(path, content);
  try {
    await synced;
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfExistsSync(temporary);
    throw error;
  }
  await syncDir(dirname(path));
}

/** As {@link durableReplace}, without letting anything else run meanwhile. */
export function durableReplaceSync(path: string, content: string | Uint8Array): void {
  const temporary = writeTemporary(path, content);
  try {
    syncSync(temporary);
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfExistsSync(temporary);
    throw error;
  }
  syncSync(dirname(path));
}

/** As {@link syncDir}, of a file or a folder, without letting anything else run meanwhile. */
export function syncSync(path: string): void {
  const file = Deno.openSync(path, { read: true });
  try {
    file.syncSync();
  } finally {
    file.close();
  }
}

/** A file that does not have its name yet. */
export interface PreparedFile {
  /** Name that it has until then, in the same folder. */
  readonly temporary: string;
  /** Settles when its content is on the disk, or cannot be brought there. */
  readonly synced: Promise<void>;
}

/** The first half of {@link durableReplace}: the second one is a rename, and {@link syncDir} of the folder. */
export function prepareReplace(path: string, content: string | Uint8Array): PreparedFile {
  const temporary = writeTemporary(path, content);
  const synced = syncFile(temporary);
  // Whoever gives the file up does not ask.
  synced.catch(() => {});
  return { temporary, synced };
}

async function syncFile(path: string): Promise<void> {
  const file = Deno.openSync(path, { read: true });
  try {
    await file.sync();
  } finally {
    file.close();
  }
}

/** Replaces or creates a file in one step for every reader, without waiting for the disk: for views and caches. */
export function replaceFileSync(path: string, content: string | Uint8Array): void {
  const temporary = writeTemporary(path, content);
  try {
    Deno.renameSync(temporary, path);
  } catch (error) {
    removeIfExistsSync(temporary);
    throw error;
  }
}

/** As {@link replaceFileSync}; a promise for callers that treat all file work alike. */
export function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  return Promise.resolve().then(() => replaceFileSync(path, content));
}

/** Name of a file for this process alone. After a kill it is known as left behind. */
export function temporaryBeside(path: string): string {
  return `${dirname(path)}/.${basename(path)}.${Deno.pid}-${++temporaries}.tmp`;
}

function writeTemporary(path: string, content: string | Uint8Array): string {
  const temporary = temporaryBeside(path);
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  try {
    Deno.writeFileSync(temporary, bytes, { createNew: true, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) removeIfExistsSync(temporary);
    throw error;
  }
  return temporary;
}

/** Writes every byte: the system may take fewer than asked in one call. */
export function writeAllSync(file: Deno.FsFile, bytes: Uint8Array): void {
  let from = file.writeSync(bytes);
  while (from < bytes.length) from += file.writeSync(bytes.subarray(from));
}

/**
 * Creates a file that must not exist yet.
 * @returns false when there is one already.
 */
export function createFileSync(path: string, content: string | Uint8Array, mode = 0o600): boolean {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { write: true, createNew: true, mode });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
  try {
    writeAllSync(file, typeof content === "string" ? encoder.encode(content) : content);
  } finally {
    file.close();
  }
  return true;
}

/** Text of a file, null when there is none. @throws DaguError when it has more than 128 MiB */
export async function readTextIfExists(path: string): Promise<string | null> {
  try {
    return await readBounded(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Like {@link readTextIfExists}. */
export function readTextIfExistsSync(path: string): string | null {
  try {
    return readBoundedSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/**
 * Text of a regular file, null when there is none: for files that only programs write.
 * @throws DaguError for what is no regular file, which is not opened, and for more than `max` bytes, 128 MiB at first
 */
export function readRegularIfExistsSync(path: string, max?: number): string | null {
  try {
    return readRegularSync(path, max);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** Metadata of what a path leads to, links followed; null when there is nothing. */
export function statIfExistsSync(path: string): Deno.FileInfo | null {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

export function existsSync(path: string): boolean {
  return statIfExistsSync(path) !== null;
}

/**
 * Makes a folder (0700) with all its parents. One that exists, the usual case, costs one call and no thrown error.
 * @returns the folders that were made, outermost first.
 */
export function ensureDirSync(path: string): string[] {
  return statIfExistsSync(path)?.isDirectory ? [] : makeDirSync(path);
}

/** As {@link ensureDirSync}, for a folder that is usually new. */
export function makeDirSync(path: string): string[] {
  try {
    Deno.mkdirSync(path, { mode: 0o700 });
    return [path];
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) {
      if (Deno.statSync(path).isDirectory) return [];
      throw new Deno.errors.NotADirectory(
        `Cannot make the folder "${path}": a file of that name is in the way`,
      );
    }
    if (!(error instanceof Deno.errors.NotFound) || dirname(path) === path) throw error;
    const made = makeDirSync(dirname(path));
    return [...made, ...makeDirSync(path)];
  }
}

/**
 * As {@link ensureDirSync}. With `durable`, resolves when the entries of the folders that were made are on the
 * disk; folders that existed cost nothing.
 */
export async function ensureDir(path: string, options: { durable?: boolean } = {}): Promise<string[]> {
  const made = ensureDirSync(path);
  if (options.durable) await Promise.all(made.map((folder) => syncDir(dirname(folder))));
  return made;
}

/** Resolves when the entries of a folder are on the disk. */
export async function syncDir(path: string): Promise<void> {
  const folder = Deno.openSync(path, { read: true });
  try {
    await folder.sync();
  } finally {
    folder.close();
  }
}

/** Only regular files: to open a pipe would wait for a writer. */
function openIfExistsSync(path: string): Deno.FsFile | null {
  try {
    if (!Deno.statSync(path).isFile) return null;
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

/** The last `max` bytes of a file, but nothing before the offset `from`; empty when there is no regular file. */
export function readTailSync(path: string, max: number, from = 0): Uint8Array {
  const file = openIfExistsSync(path);
  if (!file) return new Uint8Array();
  try {
    const size = file.statSync().size;
    const start = Math.max(from, size - max);
    if (start >= size) return new Uint8Array();
    file.seekSync(start, Deno.SeekMode.Start);
    const bytes = new Uint8Array(size - start);
    let length = 0;
    while (length < bytes.length) {
      const read = file.readSync(bytes.subarray(length));
      if (read === null) break;
      length += read;
    }
    return bytes.subarray(0, length);
  } finally {
    file.close();
  }
}

/** The first `max` bytes of a file; empty when there is no regular file. */
export function readHeadSync(path: string, max: number): Uint8Array {
  const file = openIfExistsSync(path);
  if (!file) return new Uint8Array();
  try {
    const bytes = new Uint8Array(max);
    return bytes.subarray(0, file.readSync(bytes) ?? 0);
  } finally {
    file.close();
  }
}

/** @returns false when there was nothing to remove. */
export function removeIfExistsSync(path: string, options: { recursive?: boolean } = {}): boolean {
  try {
    Deno.removeSync(path, options);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
