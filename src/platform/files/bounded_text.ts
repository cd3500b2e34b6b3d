/** Texts of files of any kind: devices never end, and a path may lead to one. */
import { DaguError } from "../../core/errors.ts";

/** What is larger is no text of ours. */
const MAX_BYTES = 128 * 1024 * 1024;

/** @throws DaguError when there is more than 128 MiB, and what the system says */
export async function readBounded(path: string): Promise<string> {
  return hasSize(path, await Deno.stat(path)) ? await Deno.readTextFile(path) : await readStream(path);
}

/** Like {@link readBounded}. */
export function readBoundedSync(path: string): string {
  return hasSize(path, Deno.statSync(path)) ? Deno.readTextFileSync(path) : readStreamSync(path);
}

/**
 * Text of a regular file, links followed. Nothing else is opened: a pipe would make the reader wait.
 * @throws DaguError for anything else and for more than `max` bytes, and what the system says
 */
export function readRegularSync(path: string, max = MAX_BYTES): string {
  const { isFile, size } = Deno.statSync(path);
  if (!isFile) throw new DaguError(`Cannot read "${path}": it is not a regular file`);
  if (size > max) throw tooLarge(path, max);
  return Deno.readTextFileSync(path);
}

/** Pipes and devices do not say how much they have. */
function hasSize(path: string, { isFile, isDirectory, size }: Deno.FileInfo): boolean {
  if (size > MAX_BYTES) throw tooLarge(path, MAX_BYTES);
  return isFile || isDirectory;
}

function tooLarge(path: string, max: number): DaguError {
  return new DaguError(`Cannot read "${path}": it has more than ${max} bytes`);
}

/** Pipes and devices. */
async function readStream(path: string): Promise<string> {
  using file = await Deno.open(path);
  const text = new GrowingText(path);
  const chunk = new Uint8Array(64 * 1024);
  for (let count; (count = await file.read(chunk)) !== null;) text.add(chunk.subarray(0, count));
  return text.end();
}

function readStreamSync(path: string): string {
  using file = Deno.openSync(path);
  const text = new GrowingText(path);
  const chunk = new Uint8Array(64 * 1024);
  for (let count; (count = file.readSync(chunk)) !== null;) text.add(chunk.subarray(0, count));
  return text.end();
}

class GrowingText {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #text = "";
  #bytes = 0;

  constructor(readonly path: string) {}

  add(bytes: Uint8Array): void {
    if ((this.#bytes += bytes.length) > MAX_BYTES) throw tooLarge(this.path, MAX_BYTES);
    this.#text += this.#decoder.decode(bytes, { stream: true });
  }

  end(): string {
    return this.#text + this.#decoder.decode();
  }
}
