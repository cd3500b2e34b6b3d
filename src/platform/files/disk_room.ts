/** How much may still be written to a disk. */
import { INT, int, libc } from "../libc.ts";

const SYMBOLS = { statvfs: { parameters: ["buffer", "buffer"], result: INT } } as const;

/** Members of struct statvfs on systems of 64 bits, each as long as that; the structure has 14 at most. */
const FRAGMENT_BYTES = 1, FRAGMENTS = 2, FREE_FRAGMENTS = 4;
const MEMBERS = 16;

let functions: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"] | null | undefined;

/** Bytes that this program may still write to the file system of a path; Infinity where nobody can tell. */
export function freeBytes(path: string): number {
  functions ??= libc(SYMBOLS);
  if (!functions) return Infinity;
  const answer = new BigUint64Array(MEMBERS);
  const name = new TextEncoder().encode(`${path}\0`);
  const failed = int(functions.statvfs(name, new Uint8Array(answer.buffer)) as Uint8Array<ArrayBuffer>);
  // Some file systems have no size.
  if (failed !== 0 || answer[FRAGMENTS] === 0n) return Infinity;
  return Number(answer[FRAGMENT_BYTES]! * answer[FREE_FRAGMENTS]!);
}
