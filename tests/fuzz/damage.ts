/** Ways to damage texts, bytes and JSON. */
import type { Random } from "../fakes/random.ts";
import { mutate } from "../support/mutate.ts";

/** Pieces that readers of all kinds may trip over. */
const PIECES = [
  "\0",
  "\ufeff",
  "\r\n",
  "\t",
  "\ud800",
  "\u202e",
  "\u2028",
  "🙂",
  "ａ",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "../../",
  "%00",
  "-",
  "--",
  "'",
  '"',
  "`",
  "\\",
  "$",
  "${",
  "}",
  "$(",
  ")",
  "[",
  "]",
  "{",
  "(",
  "*",
  "+",
  "?",
  "|",
  "^",
  ".",
  ",",
  ":",
  ";",
  "/",
  "=",
  "#",
  "!",
  "@",
  "%",
  "~",
  "-1",
  "0",
  "1e999",
  "-0",
  "0x10",
  "9007199254740993",
  "99999999999999999999999",
  "null",
  "true",
];

/** Far more of one piece than anybody writes. */
function flood(random: Random): string {
  return random.pick(PIECES).repeat(random.pick([10, 300, 5000]));
}

/** A text of such pieces and those of the language. */
export function soup(random: Random, words: readonly string[], most = 12): string {
  return Array.from(
    { length: 1 + random.below(most) },
    () => random.chance(0.03) ? flood(random) : random.pick(random.chance(0.75) ? words : PIECES),
  ).join("");
}

/** The text with some changes; now and then it is put together anew. */
export function damage(text: string, random: Random): string {
  let result = text;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(result.length + 1);
    const end = at + random.below(random.chance(0.8) ? 8 : result.length + 1);
    const by = random.chance(0.02) ? flood(random) : random.chance(0.7) ? random.pick(PIECES) : "";
    const twice = random.chance(0.1) ? result.slice(at, end).repeat(2) : by;
    result = result.slice(0, at) + twice + result.slice(random.chance(0.5) ? at : end);
  }
  return result;
}

/** YAML that is damaged as people, editors and enemies do. */
export function damageYaml(text: string, random: Random): string {
  const changed = random.chance(0.7) ? mutate(text, random) : damage(text, random);
  return random.chance(0.05) ? changed.replaceAll("\n", random.pick(["\r\n", "\r", "\n\n"])) : changed;
}

/** Bytes, a character each, of which some are others, are gone or come twice. */
export function damageBytes(chars: string, random: Random): string {
  let result = chars;
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(result.length + 1);
    const by = random.pick(["", "\0", "\xff", "\x80", "\x7f", String.fromCharCode(random.below(256))]);
    const gone = random.pick([0, 1, 1, 1, 4, random.below(result.length + 1)]);
    result = result.slice(0, at) + by.repeat(random.pick([1, 1, 1, 10])) + result.slice(at + gone);
  }
  return result;
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  9007199254740993,
  "",
  "x",
  "\0",
  "../../x",
  "x".repeat(5000),
  "__proto__",
  "9999-99-99T99:99:99Z",
  [],
  [[]],
  [null],
  {},
  { x: {} },
  { length: 5 },
];

/** JSON in which some values are of other kinds, members are gone, or have names that objects have anyhow. */
export function damageJson(json: string, random: Random): string {
  const places: [Record<string, unknown>, string][] = [];
  const root = { "": JSON.parse(json) };
  const look = (parent: Record<string, unknown>) => {
    for (const key of Object.keys(parent)) {
      places.push([parent, key]);
      const value = parent[key];
      if (typeof value === "object" && value !== null) look(value as Record<string, unknown>);
    }
  };
  look(root);
  for (let n = 1 + random.below(3); n > 0; n--) {
    const [parent, key] = random.pick(places);
    if (random.chance(0.15)) delete parent[key];
    else if (random.chance(0.1)) define(parent, random.pick(["__proto__", "constructor", "x"]), parent[key]);
    else if (random.chance(0.8)) define(parent, key, random.pick(STRANGE));
    else {
      const [other, name] = random.pick(places);
      define(parent, key, other[name]);
    }
  }
  let text: string;
  try {
    text = JSON.stringify(root[""]) ?? "";
  } catch {
    text = json; // It has become a part of itself.
  }
  return random.chance(0.1) ? damage(text, random) : text;
}

function define(parent: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true });
}
