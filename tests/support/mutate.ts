/** Damages YAML text in the ways in which people, editors and transfers do. */
import type { Random } from "../fakes/random.ts";

/** What is put into a text: indicators of YAML, control characters, values of wrong types, typing errors. */
const PIECES = [
  ..."[]{}:-?|>&*!%@#,'\"\t",
  "\0",
  "\x1b[31m",
  "\ufeff",
  "\ud83d\ude00",
  "\u2028",
  "\r",
  "\r\n",
  "- ",
  "? ",
  "<<: *a\n",
  "&a ",
  "*a",
  "!!binary ",
  "!!python/object ",
  "---\n",
  "...\n",
  "%YAML 9.9\n",
  "null",
  "true",
  "-1",
  "1e999",
  "0x",
  "99999999999999999999",
  "[[[[[[[[",
  "{a: {b: {c: {d: ",
  "steps: 5\n",
  "steps:\n",
  "  depends: [nobody]\n",
  "unknownField: 1\n",
];

const VALUES = [
  "[]",
  "{}",
  "[1, {a: b}]",
  "{x: 1}",
  "12",
  "-3",
  "true",
  "~",
  "''",
  "2026-01-01",
  ".inf",
  "!!null",
];

type Mutation = (text: string, random: Random) => string;

function lines(change: (all: string[], at: number, random: Random) => void): Mutation {
  return (text, random) => {
    const all = text.split("\n");
    change(all, random.below(all.length), random);
    return all.join("\n");
  };
}

const MUTATIONS: readonly Mutation[] = [
  // One piece somewhere.
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + random.pick(PIECES) + text.slice(at);
  },
  // A hole.
  (text, random) => {
    const at = random.below(text.length + 1);
    return text.slice(0, at) + text.slice(at + 1 + random.below(12));
  },
  // Cut off.
  (text, random) => text.slice(0, random.below(text.length + 1)),
  // Another character.
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
  },
  lines((all, at) => all.splice(at, 1)),
  lines((all, at) => all.splice(at, 0, all[at]!)),
  lines((all, at, random) => all[at] = " ".repeat(random.below(7)) + all[at]!.trimStart()),
  lines((all, at, random) => {
    const other = random.below(all.length);
    [all[at], all[other]] = [all[other]!, all[at]!];
  }),
  // A value of another type.
  lines((all, at, random) => all[at] = all[at]!.replace(/:( .*)?$/, `: ${random.pick(VALUES)}`)),
  // A mistyped key.
  lines((all, at) => all[at] = all[at]!.replace(/(\w)(\w)(\w*):/, "$2$1$3:")),
];

/** The text with one to four kinds of damage. */
export function mutate(text: string, random: Random): string {
  let result = text;
  for (let n = 1 + random.below(4); n > 0; n--) result = random.pick(MUTATIONS)(result, random);
  return result;
}

/** Texts that are bad in one particular way, by name. */
export const NASTY: Readonly<Record<string, string>> = {
  "deep lists": "steps: " + "[".repeat(20_000),
  "deep maps": "a: {".repeat(5000),
  "closed deep lists": `steps: ${"[".repeat(3000)}${"]".repeat(3000)}`,
  "an alias bomb": `a: &a [x, x, x, x, x, x, x, x, x]\n${
    Array.from("bcdefgh", (name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]}, `.repeat(9)}]`).join("\n")
  }\nsteps: *h\n`,
  "an alias of itself": "steps: &s\n  - *s\n",
  "a map that merges itself": "steps:\n  - &s\n    <<: *s\n    name: a\n",
  "an empty file": "",
  "a comment": "# nothing\n",
  "a scalar": "hello\n",
  "a list at the top that holds numbers": "- 1\n- 2\n",
  "no text at all": "\0\0\0\0\0\0",
  "not UTF-8": "steps:\n  - name: \ufffd\ufffe\n    command: 5: 6\n",
  "ten thousand wrong steps": `steps:\n${"  - {name: a, nonsense: 1}\n".repeat(10_000)}`,
  "a cycle of steps":
    "type: graph\nsteps:\n  - {name: a, command: x, depends: b}\n  - {name: b, command: x, depends: a}\n",
  "__proto__ as a field": "__proto__: {polluted: 1}\nsteps:\n  - {name: a, command: x, constructor: 1}\n",
  "a long line": `name: ${"x".repeat(500_000)}\nsteps: [}\n`,
};
