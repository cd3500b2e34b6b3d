/** The C library of Linux, where this program may call it. */

/**
 * An int as C hands it back, and a structure to the runtime: for functions with one it does not compile a call of their
 * own when they are loaded, which takes 0.2 ms each.
 */
export const INT = { struct: ["i32"] } as const;
/** As {@link INT}, for what fills a register: ssize_t and pointers. */
export const WORD = { struct: ["i64"] } as const;

export function int(value: Uint8Array<ArrayBuffer>): number {
  return new Int32Array(value.buffer, value.byteOffset, 1)[0]!;
}

export function word(value: Uint8Array<ArrayBuffer>): bigint {
  return new BigInt64Array(value.buffer, value.byteOffset, 1)[0]!;
}

/** null where the C library has not all of these functions, or this program may not use it. */
export function libc<const S extends Deno.ForeignLibraryInterface>(
  symbols: S,
): Deno.DynamicLibrary<S>["symbols"] | null {
  // Whoever has not been given the right must not be asked for it in the middle of a run.
  if (Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return null;
  }
  try {
    return Deno.dlopen("libc.so.6", symbols).symbols;
  } catch {
    return null;
  }
}
