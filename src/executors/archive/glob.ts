/** Patterns of paths: `*` and `?` within one part, `**` across parts, `[a-z]`, `{a,b}`. */

import { LinearRegex } from "../../core/text/regex.ts";

/** Its cost grows with the path only, whatever the pattern. @throws SyntaxError for a pattern that has no meaning. */
export function globRegex(pattern: string): LinearRegex {
  const source = sourceOf(pattern);
  try {
    return new LinearRegex(`(?s)^${source}$`);
  } catch {
    const why = 'is too long, or has a range such as "[z-a]" that ends before it begins';
    throw new SyntaxError(`The pattern "${pattern.slice(0, 200)}" ${why}`);
  }
}

function sourceOf(pattern: string): string {
  let source = "";
  let depth = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === "*") {
      if (pattern[i + 1] !== "*") source += "[^/]*";
      else if (pattern[i + 2] === "/") {
        source += "(?:[^/]+/)*";
        i += 2;
      } else {
        source += ".*";
        i++;
      }
    } else if (char === "?") source += "[^/]";
    else if (char === "{") {
      depth++;
      source += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      source += ")";
    } else if (char === "," && depth > 0) source += "|";
    else if (char === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) throw new SyntaxError(`"${pattern}" has a "[" without "]"`);
      const set = pattern.slice(i + 1, end).replace(/^!/, "^").replaceAll("\\", "\\\\").replaceAll(
        "[",
        "\\[",
      );
      source += `[${set}]`;
      i = end;
    } else if (char === "\\" && i + 1 < pattern.length) source += escapeRegExp(pattern[++i]!);
    else source += escapeRegExp(char);
  }
  if (depth > 0) throw new SyntaxError(`"${pattern}" has a "{" without "}"`);
  return source;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Whether a path is wanted: it matches an `include` (or there is none) and no `exclude`. */
export class PathFilter {
  readonly #include: readonly LinearRegex[];
  readonly #exclude: readonly LinearRegex[];

  /** @throws SyntaxError */
  constructor(include: readonly string[], exclude: readonly string[]) {
    this.#include = include.map(globRegex);
    this.#exclude = exclude.map(globRegex);
  }

  wants(path: string): boolean {
    if (this.#exclude.some((pattern) => pattern.test(path))) return false;
    return this.#include.length === 0 || this.#include.some((pattern) => pattern.test(path));
  }
}
