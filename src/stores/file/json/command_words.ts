/** Words of a command line, for records: `command` and `args` beside the text that is run. */
import { quoteWord } from "../../../core/text/quote_word.ts";

/** Splits at blanks outside of quotes; quotes are taken away, backslashes outside of them stay. */
export function commandWords(line: string): string[] {
  const words: string[] = [];
  let word = "";
  let open = false;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const c = line[i];
    if (quote) {
      if (c === quote) quote = "";
      else if (c === "\\" && quote === '"' && /["\\$`]/.test(line[i + 1] ?? "")) word += line[++i];
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      open = true;
    } else if (c === "\\" && i + 1 < line.length) {
      word += c + line[++i];
    } else if (/\s/.test(c)) {
      if (open || word) words.push(word);
      word = "";
      open = false;
    } else word += c;
  }
  if (open || word) words.push(word);
  return words;
}

/** A command line whose words are the given ones. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => /^[\w@%+=:,./-]+$/.test(word) ? word : quoteWord(word))
    .join(" ");
}
