/** Regular expressions whose cost grows with the length of the text only, whatever the pattern. */
import { DaguError } from "../errors.ts";
import { type Assertion, type Instruction, isWordChar, parseRegex } from "./regex_parse.ts";

/** What stands before a place. */
type Before = "begin" | "newline" | "word" | "other";

interface State {
  /** Instructions to go on from, before assertions are looked at. */
  readonly starts: readonly number[];
  readonly before: Before;
  /** Next state by ASCII character, and at the end under {@link END}. */
  readonly next: (State | undefined)[];
}

const END = 128;
/** Some seconds. A megabyte of a foreign script takes a tenth of it. */
const MAX_WORK = 100_000_000;
/** A cache beyond this is begun anew, which bounds its memory. */
const MAX_STATES = 1000;
const FOUND: State = { starts: [], before: "other", next: [] };
const LOST: State = { starts: [], before: "other", next: [] };

/** A pattern in the syntax of Go's `regexp`, without captures: the syntax of Dagu's `re:`. */
export class LinearRegex {
  readonly #program: Instruction[];
  readonly #literal: string | null;
  #states = new Map<string, State>();

  /** Instructions that the current search looked at. */
  #work = 0;
  readonly #maxWork: number;

  /**
   * @param maxWork how many instructions one search may look at: less than one for a character, as a rule
   * @throws DaguError when the pattern is not valid.
   */
  constructor(pattern: string, maxWork = MAX_WORK) {
    this.#maxWork = maxWork;
    this.#literal = /^[^\\^$.|?*+()[\]{}]*$/.test(pattern) ? pattern : null;
    this.#program = this.#literal === null ? parseRegex(pattern) : [];
  }

  /** Whether the pattern matches anywhere in the text. @throws DaguError when that takes too much work. */
  test(text: string): boolean {
    return this.some([text]);
  }

  /** Whether it matches anywhere in one of the texts. @throws DaguError when they take too much work together. */
  some(texts: readonly string[]): boolean {
    this.#work = 0;
    return texts.some((text) => this.#isIn(text));
  }

  #isIn(text: string): boolean {
    if (this.#literal !== null) return text.includes(this.#literal);
    let state = this.#state([0], "begin");
    for (let at = 0; at < text.length; at++) {
      let char = text.charCodeAt(at);
      if (char < 128) state = state.next[char] ??= this.#step(state, char);
      else {
        char = text.codePointAt(at) ?? char;
        if (char > 0xffff) at++;
        state = this.#step(state, char);
      }
      if (state === FOUND) return true;
    }
    return (state.next[END] ??= this.#step(state, -1)) === FOUND;
  }

  #state(starts: readonly number[], before: Before): State {
    const key = `${before} ${starts.join(" ")}`;
    let state = this.#states.get(key);
    if (!state) {
      if (this.#states.size >= MAX_STATES) this.#states = new Map();
      state = { starts, before, next: [] };
      this.#states.set(key, state);
    }
    return state;
  }

  /** The state after `char`; -1 is the end of the text. */
  #step(state: State, char: number): State {
    const program = this.#program;
    const seen = new Set<number>();
    const stack = [...state.starts].reverse();
    // The search may begin at every place.
    const after = new Set<number>([0]);
    while (stack.length > 0) {
      const at = stack.pop() as number;
      if (seen.has(at)) continue;
      seen.add(at);
      const instruction = program[at];
      switch (instruction.op) {
        case "match":
          return FOUND;
        case "split":
          stack.push(instruction.other, instruction.next);
          break;
        case "jump":
          stack.push(instruction.next);
          break;
        case "assert":
          if (holds(instruction.what, state.before, char)) stack.push(at + 1);
          break;
        case "char":
          if (char >= 0 && instruction.test(char)) after.add(at + 1);
      }
    }
    this.#work += seen.size;
    if (this.#work > this.#maxWork) {
      throw new DaguError("The regular expression takes too long, expected one with fewer ways to match");
    }
    if (char < 0) return LOST;
    const before = char === 10 ? "newline" : isWordChar(char) ? "word" : "other";
    return this.#state([...after].sort((a, b) => a - b), before);
  }
}

function holds(what: Assertion, before: Before, char: number): boolean {
  switch (what) {
    case "begin":
      return before === "begin";
    case "end":
      return char < 0;
    case "lineBegin":
      return before === "begin" || before === "newline";
    case "lineEnd":
      return char < 0 || char === 10;
    default:
      return ((before === "word") !== (char >= 0 && isWordChar(char))) === (what === "word");
  }
}
