/** Loads jq without any permission. */
import glue from "./glue.js";
import wasm from "./wasm.js";

export interface Jq {
  /**
   * What jq prints, undefined when that is nothing. What a successful program wrote to stderr goes to `console.warn`.
   * @throws JqError when it fails; what was printed before is lost
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
  const streaming = async (_response: unknown, imports: WebAssembly.Imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
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
  return await module.exports as Jq;
}
