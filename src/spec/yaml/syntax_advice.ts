/** Says what a line that is no YAML most probably lacks: the parser only tells where it could not go on. */

/** A key at the beginning of a line; what stands before it is as wide as its column. */
const KEY = /^(\s*(?:-\s+)*)(?:"[^"]*"|'[^']*'|[\w.$-][^:#"']*?)\s*:(?:\s|$)/;
const ENTRY = /^(\s*)-(?:\s|$)/;
const BLOCK_TEXT = /:\s+[|>][-+0-9]*\s*(?:#.*)?$/;
/** What stands before the value of a line. */
const BEFORE_VALUE = /^\s*(?:-\s+)*(?:[\w.$-]+\s*:\s+)?/;
export const TAB = "A tab is used for indentation, only blanks are allowed";
/** Of longer lines only the beginning is looked at: the patterns would take too long. */
const MAX_LINE = 1000;
/** Longer values are not repeated in a message. */
const MAX_VALUE = 60;

/**
 * Advice for the place at which a parser gave up, null when there is none.
 *
 * @param line counted from 0
 * @param column counted from 0
 */
export function syntaxAdvice(text: string, line: number, column: number): string | null {
  if (column >= MAX_LINE) return null;
  const lines = text.split(/\r\n|\n|\r/, line + 1).map((one) => one.slice(0, MAX_LINE));
  if (lines.length <= line) return null;
  return adviceOnValue(lines[line], column) ?? adviceOnBlanks(lines, line) ??
    adviceOnBlockText(lines, line) ??
    adviceOnColumn(lines, line);
}

function adviceOnValue(text: string, column: number): string | null {
  const start = BEFORE_VALUE.exec(text)![0].length;
  const value = text.slice(start).replace(/\s+#.*$/, "").trimEnd();
  const first = value[0] ?? "";
  if (/[@`%*&?]/.test(first) && column <= start + 1) {
    return `A text that begins with ${first} needs quotes${written(value)}`;
  }
  if (column <= start) return null;
  const before = text.slice(start, column).trimEnd();
  if (/^(["']).*\1$/.test(before)) {
    return `The text ends at its second quote, and more follows: put quotes around all of it${
      written(unquoted(value))
    }`;
  }
  if (/^[[{].*[\]}]$/.test(before)) {
    return `Something follows the closing bracket; a text that begins with ${first} needs quotes${
      written(value)
    }`;
  }
  if (text[column] === ":" && text.slice(0, start).includes(":") && before !== "") {
    return `A text with ": " needs quotes${written(value)}`;
  }
  return null;
}

function adviceOnBlanks(lines: readonly string[], line: number): string | null {
  const above = filledAbove(lines, line);
  if (/^\s*\t/.test(lines[line])) return TAB;
  if (/^\s*[\w.$-]+$/.test(lines[above] ?? "")) return `A colon is missing: "${lines[above].trim()}:"`;
  for (const text of above < 0 ? [lines[line]] : [lines[line], lines[above]]) {
    const dash = /^\s*-([A-Za-z_]\w*):(?:\s|$)/.exec(text);
    if (dash) return `A blank is missing after the dash: "- ${dash[1]}:"`;
    const key = /^\s*(?:-\s+)?([A-Za-z_]\w*):(?!\/\/)[^\s:]/.exec(text);
    if (key) return `A blank is missing after "${key[1]}:"`;
  }
  return null;
}

/** A text behind `|` or `>` whose lines begin where its key does. */
function adviceOnBlockText(lines: readonly string[], line: number): string | null {
  const column = indentOf(lines[line]);
  for (let at = filledAbove(lines, line); at >= 0; at = filledAbove(lines, at)) {
    const key = KEY.exec(lines[at]);
    if (key && BLOCK_TEXT.test(lines[at])) {
      return key[1].length === column
        ? "The lines of a text behind | or > are indented more than its key"
        : null;
    }
    if (key || indentOf(lines[at]) < column) return null;
  }
  return null;
}

function adviceOnColumn(lines: readonly string[], line: number): string | null {
  const text = lines[line];
  const entry = ENTRY.exec(text);
  const key = KEY.exec(text);
  if (!entry && !key) return null;
  const column = indentOf(text);
  const open = columnsAbove(lines, line, entry !== null);
  if (open.length === 0 || open.includes(column)) return null;
  const places = [...new Set(open)].sort((a, b) => a - b).map((one) => one + 1).join(" or ");
  if (entry) {
    return `Check the indentation: this "-" stands in column ${
      column + 1
    }; the lists above have theirs in column ${places}`;
  }
  const dash = columnsAbove(lines, line, true).includes(column)
    ? '; a further entry of the list begins with "- "'
    : "";
  return `Check the indentation: this key stands in column ${
    column + 1
  }; the keys above stand in column ${places}${dash}`;
}

/** Columns of the keys, or of the dashes, to which a line may belong. */
function columnsAbove(lines: readonly string[], line: number, dashes: boolean): number[] {
  let found: number[] = [];
  let least = Infinity;
  for (let at = filledAbove(lines, line); at >= 0 && least > 0; at = filledAbove(lines, at)) {
    const indent = indentOf(lines[at]);
    if (indent >= least) continue;
    least = indent;
    // What seemed to be keys were lines of a text.
    if (BLOCK_TEXT.test(lines[at])) found = [];
    const key = KEY.exec(lines[at]);
    if (dashes && ENTRY.test(lines[at])) found.push(indent);
    else if (!dashes && key) found.push(key[1].length);
  }
  return found;
}

/** The next line upwards that is neither empty nor a comment; -1 when there is none. */
function filledAbove(lines: readonly string[], line: number): number {
  let at = line - 1;
  while (at >= 0 && /^\s*(?:#|$)/.test(lines[at])) at--;
  return at;
}

function indentOf(text: string): number {
  return /^\s*/.exec(text)![0].length;
}

function unquoted(value: string): string {
  return value.length > 1 && value[0] === value.at(-1) ? value.slice(1, -1) : value;
}

/** `: 'value'`, in the quotes that suit it; nothing for a long one. */
function written(value: string): string {
  if (value.length > MAX_VALUE) return "";
  if (!value.includes("'")) return `: '${value}'`;
  return /["\\]/.test(value) ? `: '${value.replaceAll("'", "''")}'` : `: "${value}"`;
}
