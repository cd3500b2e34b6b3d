/** Loads jq without any permission. */
import { type Bounds, boundsOf } from "./bounds.ts";
import glue from "./glue.js";
import wasm from "./wasm.js";

export interface Jq {
  /**
   * What jq prints, undefined when that is nothing. What a successful program wrote to stderr goes to `console.warn`.
   * @throws JqError when it fails; what was printed before is lost
   * @throws TooMuch when it needs more than it may have; it is not to be used again then
   */
  raw(input: string, program: string, flags: readonly string[]): string | undefined;
}

export interface JqError {
  readonly message: string;
  /** 3 when the program is not valid, 5 when it failed. */
  readonly exitCode?: number;
  readonly stderr?: string;
}

/**
 * The library is evaluated as a script, as a browser would: as a module it reads its compiled part from the disk and
 * brings Node's modules with it, which takes four times as long.
 */
export async function loadJq(): Promise<Jq> {
  const module: { exports: unknown } = { exports: {} };
  let bounds: Bounds;
  const streaming = async (_response: unknown, given: WebAssembly.Imports) => {
    bounds = boundsOf(given, () => instance.exports.memory as WebAssembly.Memory);
    const instance = await WebAssembly.instantiate(wasm, bounds.imports);
    return { module: wasm, instance };
  };
  const names = {
    module,
    exports: module.exports,
    WebAssembly: Object.create(WebAssembly, { instantiateStreaming: { value: streaming } }),
    fetch: () => Promise.resolve(null),
    process: undefined,
    // Any address that is no file.
    __filename: "jq:/jq.js",
  };
  new Function(...Object.keys(names), glue)(...Object.values(names));
  const jq = await module.exports as Jq;
  return {
    raw(input, program, flags) {
      bounds.reset();
      return jq.raw(input, program, flags);
    },
  };
}
