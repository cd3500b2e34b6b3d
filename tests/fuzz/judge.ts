/** Whether what came of one input is fit for people, in bounded time and without harm to others. */
import { DaguError } from "../../src/core/errors.ts";
import { PATIENCE_MS, type Target } from "./target.ts";

const MAX_SAID = 200_000;

/** What only a defect says. */
const DEFECT_WORDS = [
  "undefined",
  "[object ",
  "NaN",
  "Infinity",
  "Cannot read properties",
  "is not a function",
  "is not iterable",
  "Maximum call stack",
  "Invalid time value",
  "Invalid regular expression: /",
  "Invalid array length",
  "Invalid string length",
  "Unexpected token",
  "in JSON at position",
  "internal error",
  "defect of the program",
  "\n    at ",
];

/** @returns what is wrong, "" for nothing */
export async function judge(target: Target, input: string): Promise<string> {
  const start = performance.now();
  let said: string;
  try {
    said = await target.check(input);
  } catch (error) {
    if (!(error instanceof DaguError)) {
      return error instanceof Error ? error.stack ?? error.message : `${error}`;
    }
    said = error.message;
  }
  const took = performance.now() - start;
  if (took > (target.patienceMs ?? PATIENCE_MS)) return `It took ${Math.round(took / 1000)} s`;
  if (isPolluted()) return "Every object has a member more";
  return unfit(said, input);
}

/** What is wrong with a text for people. Its input may be quoted in it. */
function unfit(said: string, input: string): string {
  if (said.length > MAX_SAID) return `It says ${said.length} characters`;
  const word = DEFECT_WORDS.find((one) => said.includes(one) && !input.includes(one));
  return word === undefined ? "" : `It says "${word}": ${said}`;
}

function isPolluted(): boolean {
  for (const _ in {}) return true;
  return "polluted" in {};
}
