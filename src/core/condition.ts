/** Compares texts with what is expected of them: literal, or `re:` and a regular expression in Go's syntax. */
import { LinearRegex } from "./text/regex.ts";

const PREFIX = "re:";
const MAX_CACHED = 64;

/**
 * Whether `actual`, or one of its lines, equals `expected` or matches its pattern.
 * @throws DaguError when the pattern is not valid, or takes too long for the text.
 */
export function matches(actual: string, expected: string): boolean {
  if (!expected.startsWith(PREFIX)) return actual === expected || actual.split("\n").includes(expected);
  return compiled(expected.slice(PREFIX.length)).some(actual.split("\n"));
}

/**
 * Whether one line of output holds one of the texts or matches one of the patterns (`continueOn.output`).
 * @throws DaguError when a pattern is not valid, or takes too long for the line.
 */
export function outputMatches(line: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) =>
    pattern.startsWith(PREFIX) ? compiled(pattern.slice(PREFIX.length)).test(line) : line.includes(pattern)
  );
}

const cache = new Map<string, LinearRegex>();

function compiled(pattern: string): LinearRegex {
  let regex = cache.get(pattern);
  if (!regex) {
    regex = new LinearRegex(pattern);
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(pattern, regex);
  }
  return regex;
}
