/** Search by a pattern of a stranger: its cost grows with the text only. */
import { messageOf } from "../../core/errors.ts";
import { LinearRegex } from "../../core/text/regex.ts";

/** What is wrong with a pattern; "" when it can be used. */
export function regexProblem(pattern: string): string {
  try {
    new LinearRegex(`(?i)${pattern}`);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}

/** Finds a regular expression, whatever its case; a text that is none is looked for as it stands. */
export function searcher(pattern: string): (text: string) => boolean {
  const plain = pattern.toLowerCase();
  const literal = (text: string) => text.toLowerCase().includes(plain);
  if (/^[^\\^$.|?*+()[\]{}]*$/.test(pattern) || regexProblem(pattern) !== "") return literal;
  const regex = new LinearRegex(`(?i)${pattern}`);
  return (text) => regex.test(text);
}
