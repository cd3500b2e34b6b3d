/** What a program said, without what is meant for terminals. */

// deno-lint-ignore no-control-regex
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** Colours and other escapes are taken out; what a carriage return overwrites is gone. */
export function plainText(text: string): string {
  return text.replace(ESCAPES, "").replace(/\r\n/g, "\n").replace(/^.*\r(?!\n)/gm, "");
}
