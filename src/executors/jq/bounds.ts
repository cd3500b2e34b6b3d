/** What a program of jq may take: a short one can ask for all memory that there is. */

/** Bytes. */
export const MAX_MEMORY = 1 << 30;
/** Bytes that one program prints, all of which are held until its end. */
export const MAX_OUTPUT = 64 << 20;
const MB = 1 << 20;

/** A program wants more than there is for it. */
export class TooMuch extends Error {}

export interface Bounds {
  /** To be instantiated with in place of those given. */
  readonly imports: WebAssembly.Imports;
  /** A further program begins. */
  reset(): void;
}

/** @param memory the memory of the instance, which is there when it asks for anything */
export function boundsOf(given: WebAssembly.Imports, memory: () => WebAssembly.Memory): Bounds {
  let printed = 0;
  const resize = (wanted: number) => {
    if (wanted >>> 0 > MAX_MEMORY) throw new TooMuch(`it needs more than ${MAX_MEMORY / MB} MB of memory`);
  };
  const write = (_stream: number, at: number, count: number) => {
    const view = new DataView(memory().buffer);
    for (let i = 0; i < count; i++) printed += view.getUint32(at + 8 * i + 4, true);
    if (printed > MAX_OUTPUT) throw new TooMuch(`it prints more than ${MAX_OUTPUT / MB} MB`);
  };
  const guards: Readonly<Record<string, (...args: number[]) => void>> = {
    emscripten_resize_heap: resize,
    fd_write: write,
  };
  const guarded = (functions: WebAssembly.ModuleImports) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, value]) => {
        const guard = guards[name];
        if (!guard) return [name, value];
        return [name, (...args: number[]) => {
          guard(...args);
          return (value as (...args: number[]) => number)(...args);
        }];
      }),
    );
  return {
    imports: Object.fromEntries(
      Object.entries(given).map(([name, functions]) => [name, guarded(functions)]),
    ),
    reset: () => printed = 0,
  };
}
