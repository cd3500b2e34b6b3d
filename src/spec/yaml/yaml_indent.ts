/**
 * The parser insists that the lines of `[...]`, `{...}` and of quoted texts are indented more than the key they belong
 * to. Nearly every other reader, and so many files, let the closing bracket stand below the key. Blanks at the
 * beginning of such lines have no meaning: these functions say which lines may get more of them.
 */

/** Wider than any indentation that a readable file has. */
export const PADDING = " ".repeat(120);

/** What the text before a line leaves open. */
export type OpenConstruct = "flow" | "double" | "single";

/**
 * The lines, counted from 0, of the construct that is open where line `first` begins: from `first` to the line with
 * the closing bracket of the innermost collection, or with the closing quote.
 */
export function openLines(
  text: string,
  starts: readonly number[],
  first: number,
  open: OpenConstruct,
): number[] {
  const end = open === "flow" ? flowEnd(text, starts[first]) : quoteEnd(text, starts[first], open);
  const lines: number[] = [];
  for (let line = first; line < starts.length && starts[line] < end; line++) lines.push(line);
  return lines;
}

/** Offset behind the closing quote when a quoted text is open at `from`. */
function quoteEnd(text: string, from: number, open: "double" | "single"): number {
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (open === "double" && char === "\\") at++;
    else if (open === "double" && char === '"') return at + 1;
    else if (open === "single" && char === "'") {
      if (text[at + 1] !== "'") return at + 1;
      at++;
    }
  }
  return text.length;
}

/** Offset behind the bracket that closes the innermost collection open at `from`. */
function flowEnd(text: string, from: number): number {
  let depth = 0;
  let before = text.slice(0, from).trimEnd().at(-1) ?? "";
  for (let at = from; at < text.length; at++) {
    const char = text[at];
    if (char === "#" && /\s/.test(text[at - 1] ?? " ")) {
      while (at + 1 < text.length && text[at + 1] !== "\n" && text[at + 1] !== "\r") at++;
      continue;
    }
    if (/\s/.test(char)) continue;
    if ((char === '"' || char === "'") && "[{,:".includes(before)) {
      at = quoteEnd(text, at + 1, char === '"' ? "double" : "single") - 1;
    } else if (char === "[" || char === "{") depth++;
    else if ((char === "]" || char === "}") && --depth < 0) return at + 1;
    before = char;
  }
  return text.length;
}

/**
 * The lines with nothing but closing brackets, outside of block texts (`|`, `>`): more blanks never change what they
 * mean, so that all of them can be moved at once.
 */
export function closingLines(text: string, starts: readonly number[]): number[] {
  const lines: number[] = [];
  let block = -1;
  for (let line = 0; line < starts.length; line++) {
    const content = text.slice(starts[line], starts[line + 1]).trimEnd();
    const indent = content.search(/[^ ]/);
    if (indent < 0 || (block >= 0 && indent > block)) continue;
    block = /(?:^|[\s:-])[|>][-+0-9]*(?:\s+#.*)?$/.test(content) ? indent : -1;
    if (/^[ \t]*[\]}][\]},\s]*(?:#.*)?$/.test(content)) lines.push(line);
  }
  return lines;
}

/** Tabs among the blanks that end at `at` become blanks; null when there is none. */
export function withoutTabs(text: string, at: number): string | null {
  let start = at;
  while (start > 0 && (text[start - 1] === " " || text[start - 1] === "\t")) start--;
  const blanks = text.slice(start, at);
  return blanks.includes("\t") ? text.slice(0, start) + " ".repeat(blanks.length) + text.slice(at) : null;
}
