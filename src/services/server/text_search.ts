/** Search by a pattern of a stranger: its cost grows with the text only, and is bounded. */
import { messageOf } from "../../core/errors.ts";
import { LinearRegex } from "../../core/text/regex.ts";
import { badRequest } from "./http/api_error.ts";

/** Instructions of an expression that are looked at for one text: far less than a second. */
const MAX_WORK = 5_000_000;
/** Nobody else is answered while texts are looked through. */
const MAX_MS = 1000;

/** What is wrong with a pattern; "" when it can be used. */
export function regexProblem(pattern: string): string {
  try {
    new LinearRegex(`(?i)${pattern}`);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Finds a regular expression, whatever its case; a text that is none is looked for as it stands. The search throws
 * ApiError when it takes too long in one text.
 */
export function searcher(pattern: string): (text: string) => boolean {
  const plain = pattern.toLowerCase();
  const literal = (text: string) => text.toLowerCase().includes(plain);
  if (/^[^\\^$.|?*+()[\]{}]*$/.test(pattern) || regexProblem(pattern) !== "") return literal;
  const regex = new LinearRegex(`(?i)${pattern}`, MAX_WORK);
  return (text) => {
    try {
      return regex.test(text);
    } catch (error) {
      throw badRequest(messageOf(error));
    }
  };
}

/** The search, which throws ApiError when it goes on for too long. @param now milliseconds */
export function inTime(test: (text: string) => boolean, now: () => number): typeof test {
  const end = now() + MAX_MS;
  return (text) => {
    if (now() > end) {
      throw badRequest(`The search took more than ${MAX_MS} ms, expected a simpler expression`);
    }
    return test(text);
  };
}
