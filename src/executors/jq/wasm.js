// @ts-self-types="./wasm.d.ts"
// JavaScript, because TypeScript does not know this form of import. It needs no permission to read.
import source wasm from "jq-web/jq.wasm";

export default wasm;
