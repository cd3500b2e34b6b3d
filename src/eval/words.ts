/** Splits a command into words where no shell does it. */
import type { Variables } from "../ports/executor.ts";
import { closingBacktick } from "./reference.ts";
import { expandText, type TextOptions } from "./text.ts";

/** A stretch of a word; nothing is replaced in a literal one. */
export interface WordPart {
  readonly text: string;
  readonly literal: boolean;
}

/**
 * The words of a text by the quoting rules of a shell; operators, patterns and comments mean nothing. A quote that is
 * never closed stands for itself.
 */
export function splitWords(text: string): string[] {
  return wordParts(text).map((parts) => parts.map((part) => part.text).join(""));
}

/**
 * The words with references replaced. Splitting comes first: a value with blanks stays within its word, and an empty
 * one leaves an empty word. Single quotes keep references from being replaced.
 */
export async function expandWords(
  text: string,
  variables: Variables,
  options: TextOptions = {},
): Promise<string[]> {
  const words: string[] = [];
  for (const parts of wordParts(text)) {
    let word = "";
    for (const part of parts) {
      word += part.literal ? part.text : await expandText(part.text, variables, options);
    }
    words.push(word);
  }
  return words;
}

/** The words with what was quoted told apart: for whoever replaces references in another way. */
export function wordParts(text: string): WordPart[][] {
  const words: WordPart[][] = [];
  let word: WordPart[] | null = null;
  const add = (part: string, literal: boolean): void => {
    word ??= [];
    const last = word.at(-1);
    if (last && last.literal === literal) word[word.length - 1] = { text: last.text + part, literal };
    else word.push({ text: part, literal });
  };
  for (let at = 0; at < text.length;) {
    const char = text[at];
    if (/\s/.test(char)) {
      if (word) words.push(word);
      word = null;
      at++;
    } else if (char === "\\" && at + 1 < text.length) {
      if (text[at + 1] !== "\n") add(text[at + 1], true);
      at += 2;
    } else if (char === "'" && text.indexOf("'", at + 1) > 0) {
      const close = text.indexOf("'", at + 1);
      add(text.slice(at + 1, close), true);
      at = close + 1;
    } else if (char === '"' && closingQuote(text, at) > 0) {
      const close = closingQuote(text, at);
      addQuoted(text.slice(at + 1, close), add);
      at = close + 1;
    } else {
      const end = stretchEnd(text, at);
      add(text.slice(at, end), false);
      at = end;
    }
  }
  if (word) words.push(word);
  return words;
}

/** End of what begins at `at` without quotes; braces and backticks keep their blanks. */
function stretchEnd(text: string, at: number): number {
  if (text[at] === "`") {
    const close = closingBacktick(text, at);
    if (close > 0) return close + 1;
  }
  if (text.startsWith("${", at)) {
    const close = text.indexOf("}", at);
    if (close > 0) return close + 1;
  }
  return at + 1;
}

function closingQuote(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === '"') return i;
  }
  return -1;
}

function addQuoted(text: string, add: (part: string, literal: boolean) => void): void {
  add("", true);
  let from = 0;
  for (let at = text.indexOf("\\"); at >= 0; at = text.indexOf("\\", at + 2)) {
    add(text.slice(from, at), false);
    const next = text[at + 1] ?? "";
    if ('"\\$`'.includes(next)) add(next, true);
    else if (next !== "\n") add(`\\${next}`, true);
    from = at + 2;
  }
  add(text.slice(from), false);
}
