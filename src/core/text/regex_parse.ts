/** Parses regular expressions in the syntax of RE2 (that of Go) into a program for an automaton. */
import { DaguError } from "../errors.ts";

/** Whether a character (code point) belongs to a class. */
export type CharTest = (char: number) => boolean;

export type Assertion = "begin" | "end" | "lineBegin" | "lineEnd" | "word" | "notWord";

export type Instruction =
  | { readonly op: "char"; readonly test: CharTest }
  | { readonly op: "split"; next: number; other: number }
  | { readonly op: "jump"; next: number }
  | { readonly op: "assert"; readonly what: Assertion }
  | { readonly op: "match" };

const MAX_REPEAT = 1000;
const MAX_SIZE = 50_000;
const MAX_VISITS = 4 * MAX_SIZE;
const MAX_DEPTH = 200;

/**
 * The program of a pattern; execution begins at instruction 0.
 * @throws DaguError when the pattern is not valid or too large.
 */
export function parseRegex(pattern: string): Instruction[] {
  const parser = new Parser(pattern);
  const program = emit(parser.parse());
  program.push({ op: "match" });
  return program;
}

type Node =
  | { readonly kind: "char"; readonly test: CharTest }
  | { readonly kind: "assert"; readonly what: Assertion }
  | { readonly kind: "concat" | "either"; readonly items: readonly Node[] }
  | { readonly kind: "repeat"; readonly item: Node; readonly min: number; readonly max: number };

const EMPTY: Node = { kind: "concat", items: [] };

function emit(root: Node): Instruction[] {
  const program: Instruction[] = [];
  const add = (instruction: Instruction): void => {
    if (program.length >= MAX_SIZE) throw new DaguError("Invalid regular expression: it is too large");
    program.push(instruction);
  };
  let visits = 0;
  const visit = (node: Node): void => {
    // What makes no instruction may stand within repetitions, too.
    if (++visits > MAX_VISITS) throw new DaguError("Invalid regular expression: it is too large");
    switch (node.kind) {
      case "char":
        return add({ op: "char", test: node.test });
      case "assert":
        return add({ op: "assert", what: node.what });
      case "concat":
        return node.items.forEach(visit);
      case "either": {
        const jumps: { op: "jump"; next: number }[] = [];
        node.items.forEach((item, index) => {
          if (index === node.items.length - 1) return visit(item);
          const split = { op: "split" as const, next: program.length + 1, other: 0 };
          add(split);
          visit(item);
          const jump = { op: "jump" as const, next: 0 };
          add(jump);
          jumps.push(jump);
          split.other = program.length;
        });
        for (const jump of jumps) jump.next = program.length;
        return;
      }
      case "repeat": {
        for (let n = 0; n < node.min; n++) visit(node.item);
        if (node.max === Infinity) {
          const split = { op: "split" as const, next: program.length + 1, other: 0 };
          const start = program.length;
          add(split);
          visit(node.item);
          add({ op: "jump", next: start });
          split.other = program.length;
          return;
        }
        const splits: { other: number }[] = [];
        for (let n = node.min; n < node.max; n++) {
          const split = { op: "split" as const, next: program.length + 1, other: 0 };
          splits.push(split);
          add(split);
          visit(node.item);
        }
        for (const split of splits) split.other = program.length;
      }
    }
  };
  visit(root);
  return program;
}

interface Flags {
  fold: boolean;
  multiline: boolean;
  dotAll: boolean;
}

class Parser {
  readonly #chars: string[];
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #flags: Flags = { fold: false, multiline: false, dotAll: false };

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#chars = [...withoutLiteralText(pattern)];
  }

  parse(): Node {
    const node = this.#either();
    if (this.#at < this.#chars.length) throw this.#invalid("unexpected )");
    return node;
  }

  #invalid(why: string): DaguError {
    return new DaguError(`Invalid regular expression "${this.#pattern}": ${why}`);
  }

  #either(): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#invalid("it is nested too deep");
    const items = [this.#concat()];
    while (this.#chars[this.#at] === "|") {
      this.#at++;
      items.push(this.#concat());
    }
    this.#depth--;
    return items.length === 1 ? items[0] : { kind: "either", items };
  }

  #concat(): Node {
    const items: Node[] = [];
    while (this.#at < this.#chars.length && this.#chars[this.#at] !== "|" && this.#chars[this.#at] !== ")") {
      items.push(this.#repeated());
    }
    return items.length === 1 ? items[0] : { kind: "concat", items };
  }

  #repeated(): Node {
    if (/[*+?]/.test(this.#chars[this.#at])) {
      throw this.#invalid(`missing argument to repetition operator ${this.#chars[this.#at]}`);
    }
    const item = this.#atom();
    const bounds = this.#bounds();
    if (!bounds) return item;
    if (this.#chars[this.#at] === "?") this.#at++;
    if (this.#bounds()) throw this.#invalid("invalid nested repetition operator");
    return { kind: "repeat", item, min: bounds[0], max: bounds[1] };
  }

  #bounds(): [number, number] | null {
    const char = this.#chars[this.#at];
    const simple = char === "*" ? [0, Infinity] : char === "+" ? [1, Infinity] : char === "?" ? [0, 1] : null;
    if (simple) {
      this.#at++;
      return [simple[0], simple[1]];
    }
    if (char !== "{") return null;
    const match = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#chars.slice(this.#at, this.#at + 16).join(""));
    if (!match) return null;
    this.#at += match[0].length;
    const min = Number(match[1]);
    const max = match[2] === undefined ? min : match[3] === "" ? Infinity : Number(match[3]);
    if (min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT) || max < min) {
      throw this.#invalid(`invalid repeat count ${match[0]}, at most ${MAX_REPEAT} is possible`);
    }
    return [min, max];
  }

  #atom(): Node {
    const char = this.#chars[this.#at++];
    switch (char) {
      case "(":
        return this.#group();
      case "[":
        return { kind: "char", test: this.#folded(this.#set()) };
      case ".":
        return { kind: "char", test: this.#flags.dotAll ? () => true : (c) => c !== 10 };
      case "^":
        return { kind: "assert", what: this.#flags.multiline ? "lineBegin" : "begin" };
      case "$":
        return { kind: "assert", what: this.#flags.multiline ? "lineEnd" : "end" };
      case "\\":
        return this.#escape();
      default:
        return this.#literal(char);
    }
  }

  #literal(char: string): Node {
    const code = char.codePointAt(0) ?? 0;
    return { kind: "char", test: this.#folded((c) => c === code) };
  }

  #folded(test: CharTest): CharTest {
    if (!this.#flags.fold) return test;
    return (c) => {
      if (test(c)) return true;
      const text = String.fromCodePoint(c);
      const variants = [text.toLowerCase(), text.toUpperCase()];
      return variants.some((variant) => [...variant].length === 1 && test(variant.codePointAt(0) ?? 0));
    };
  }

  #group(): Node {
    const before = { ...this.#flags };
    if (this.#chars[this.#at] === "?") {
      const rest = this.#chars.slice(this.#at, this.#at + 64).join("");
      const name = /^\?P?<[A-Za-z_]\w*>/.exec(rest);
      const flags = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
      if (name) this.#at += name[0].length;
      else if (flags && flags[0] !== "?)") {
        this.#at += flags[0].length;
        this.#setFlags(flags[1], true);
        this.#setFlags(flags[2] ?? "", false);
        // Flags without a group last to the end of the group around them.
        if (flags[3] === ")") return EMPTY;
      } else {throw this.#invalid(
          `unknown group (${rest.slice(0, 4)}; look-around and references do not exist`,
        );}
    }
    const node = this.#either();
    if (this.#chars[this.#at] !== ")") throw this.#invalid("missing closing )");
    this.#at++;
    this.#flags = before;
    return node;
  }

  #setFlags(letters: string, on: boolean): void {
    const flags = { ...this.#flags };
    if (letters.includes("i")) flags.fold = on;
    if (letters.includes("m")) flags.multiline = on;
    if (letters.includes("s")) flags.dotAll = on;
    this.#flags = flags;
  }

  #escape(): Node {
    const char = this.#chars[this.#at];
    const assertion = ASSERTIONS[char];
    if (assertion) {
      this.#at++;
      return { kind: "assert", what: assertion };
    }
    return { kind: "char", test: this.#folded(this.#escapedClass() ?? equals(this.#escapedChar())) };
  }

  /** `\d`, `\pL` and their like; null for an escaped single character. The backslash is already read. */
  #escapedClass(): CharTest | null {
    const char = this.#chars[this.#at];
    const known = PERL[char?.toLowerCase()];
    if (known) {
      this.#at++;
      return char === char.toLowerCase() ? known : (c) => !known(c);
    }
    if (char !== "p" && char !== "P") return null;
    const match = /^[pP](?:\{(\^?)(\w+)\}|(\w))/.exec(this.#chars.slice(this.#at, this.#at + 48).join(""));
    if (!match) throw this.#invalid("invalid character class range \\p");
    this.#at += match[0].length;
    const test = this.#unicode(match[2] ?? match[3]);
    return (char === "P") !== (match[1] === "^") ? (c) => !test(c) : test;
  }

  #unicode(name: string): CharTest {
    if (name === "Any") return () => true;
    for (const property of [name, `Script=${name}`]) {
      try {
        const regex = new RegExp(`^\\p{${property}}$`, "u");
        return (c) => regex.test(String.fromCodePoint(c));
      } catch {
        // Not a property of that kind.
      }
    }
    throw this.#invalid(`unknown character class \\p{${name}}`);
  }

  #escapedChar(): number {
    const rest = this.#chars.slice(this.#at, this.#at + 12).join("");
    const hex = /^x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(rest);
    if (hex) {
      this.#at += hex[0].length;
      return parseInt(hex[1] ?? hex[2], 16);
    }
    const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
    if (octal) {
      this.#at += octal[0].length;
      return parseInt(octal[0], 8);
    }
    const char = this.#chars[this.#at++];
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (char === undefined) throw this.#invalid("trailing backslash");
    const code = char.codePointAt(0) ?? 0;
    if (code < 128 && !/[A-Za-z0-9]/.test(char)) return code;
    throw this.#invalid(`invalid escape sequence \\${char}`);
  }

  #set(): CharTest {
    const tests: CharTest[] = [];
    const negated = this.#chars[this.#at] === "^";
    if (negated) this.#at++;
    for (let first = true; first || this.#chars[this.#at] !== "]"; first = false) {
      if (this.#at >= this.#chars.length) throw this.#invalid("missing closing ]");
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.#chars.slice(this.#at, this.#at + 16).join(""));
      if (posix) {
        const test = Object.hasOwn(POSIX, posix[2]) ? POSIX[posix[2]] : undefined;
        if (!test) throw this.#invalid(`unknown character class ${posix[0]}`);
        tests.push(posix[1] ? (c) => !test(c) : test);
        this.#at += posix[0].length;
      } else tests.push(this.#setItem());
    }
    this.#at++;
    // A negated class folds before it is negated: (?i)[^a] has no A.
    const test = this.#folded((c) => tests.some((one) => one(c)));
    return negated ? (c) => !test(c) : test;
  }

  #setItem(): CharTest {
    const low = this.#setChar();
    if (typeof low !== "number") return low;
    const next = this.#chars[this.#at + 1];
    if (this.#chars[this.#at] !== "-" || next === undefined || next === "]") return equals(low);
    this.#at++;
    const high = this.#setChar();
    if (typeof high !== "number" || high < low) throw this.#invalid("invalid character class range");
    return (c) => c >= low && c <= high;
  }

  #setChar(): number | CharTest {
    const char = this.#chars[this.#at++];
    if (char !== "\\") return char?.codePointAt(0) ?? 0;
    return this.#escapedClass() ?? this.#escapedChar();
  }
}

/** `\Q...\E` with its characters escaped one by one. */
function withoutLiteralText(pattern: string): string {
  return pattern.replace(/\\Q([^]*?)(?:\\E|$)|\\[^]/g, (part, literal?: string) => {
    return literal === undefined ? part : literal.replace(/[^A-Za-z0-9\s\x80-\uffff]/g, "\\$&");
  });
}

function equals(code: number): CharTest {
  return (c) => c === code;
}

export const isWordChar: CharTest = ascii("A-Za-z0-9_");

const ASSERTIONS: Readonly<Record<string, Assertion>> = { A: "begin", z: "end", b: "word", B: "notWord" };
const CONTROLS: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const PERL: Readonly<Record<string, CharTest>> = {
  d: ascii("0-9"),
  s: ascii("\\t\\n\\f\\r "),
  w: isWordChar,
};
const POSIX: Readonly<Record<string, CharTest>> = {
  alnum: ascii("0-9A-Za-z"),
  alpha: ascii("A-Za-z"),
  ascii: ascii("\\x00-\\x7f"),
  blank: ascii("\\t "),
  cntrl: ascii("\\x00-\\x1f\\x7f"),
  digit: ascii("0-9"),
  graph: ascii("!-~"),
  lower: ascii("a-z"),
  print: ascii(" -~"),
  punct: ascii("!-\\/:-@\\[-`{-~"),
  space: ascii("\\t-\\r "),
  upper: ascii("A-Z"),
  word: isWordChar,
  xdigit: ascii("0-9A-Fa-f"),
};

function ascii(set: string): CharTest {
  const regex = new RegExp(`[${set}]`);
  const table = Array.from({ length: 128 }, (_, code) => regex.test(String.fromCharCode(code)));
  return (c) => c < 128 && table[c];
}
