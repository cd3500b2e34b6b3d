/** Runs the YAML parser over a source and turns its complaints into issues. */
import { type Event, parseEvents, YAMLException } from "js-yaml";
import type { Issue } from "../../core/errors.ts";
import { closingLines, type OpenConstruct, openLines, PADDING, withoutTabs } from "./yaml_indent.ts";
import { syntaxAdvice, TAB } from "./syntax_advice.ts";
import { lineStarts, type Source } from "./yaml_source.ts";

/** Deeper nesting is refused. */
export const MAX_DEPTH = 64;

/** Each repair reads the text anew: this bounds the characters that are read in all. */
const REPAIR_BUDGET = 20_000_000;
const TOO_SHALLOW = "deficient indentation";

export interface ParsedText {
  readonly events: readonly Event[];
  /** The text that the offsets of the events belong to: that of the source with more blanks in some lines. */
  readonly text: string;
  /** Translates such an offset into one of the source. */
  readonly original: (offset: number) => number;
}

/** The events of a text, or what is wrong with it. */
export function readEvents(source: Source): ParsedText | Issue {
  let text = source.text;
  const padded = new Map<number, number>();
  for (let budget = REPAIR_BUDGET;; budget -= text.length) {
    try {
      const events = parseEvents(text, { maxDepth: MAX_DEPTH });
      return { events, text, original: padded.size === 0 ? (at) => at : unpadded(source, text, padded) };
    } catch (error) {
      if (!(error instanceof YAMLException) || !error.mark) throw error;
      const mended = error.reason === TOO_SHALLOW && budget > 0
        ? mend(text, error.mark.line, error.mark.position, padded)
        : null;
      if (mended === null || mended === text) return syntaxIssue(source, text, error, padded);
      text = mended;
    }
  }
}

function mend(text: string, line: number, at: number, padded: Map<number, number>): string | null {
  const starts = lineStarts(text);
  const open = openAt(text.slice(0, starts[line]));
  const tabless = withoutTabs(text, at);
  if (
    tabless !== null && (open === null || at > starts[line] && text.slice(starts[line], at).trim() !== "")
  ) {
    return tabless;
  }
  if (open === null) return null;
  const lines = new Set(padded.size === 0 ? closingLines(text, starts) : []);
  for (const number of openLines(text, starts, line, open)) lines.add(number);
  return pad(text, starts, [...lines].sort((a, b) => a - b), padded);
}

function pad(
  text: string,
  starts: readonly number[],
  lines: readonly number[],
  padded: Map<number, number>,
): string {
  let result = "";
  let copied = 0;
  for (const line of lines) {
    result += text.slice(copied, starts[line]) + PADDING;
    copied = starts[line];
    padded.set(line, (padded.get(line) ?? 0) + PADDING.length);
  }
  return result + text.slice(copied);
}

/** What the text leaves open at its end, learned from the parser itself. */
function openAt(text: string): OpenConstruct | null {
  const reason = unclosed(text);
  if (reason === null) return null;
  return reason.endsWith("flow collection")
    ? "flow"
    : reason.endsWith("double quoted scalar")
    ? "double"
    : "single";
}

/** The parser's complaint about a text that ends within brackets or quotes; null when it does not. */
function unclosed(text: string): string | null {
  try {
    parseEvents(text.trimEnd(), { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    if (/^unexpected end of the stream within a (?:flow|double|single)/.test(error.reason)) {
      return error.reason;
    }
  }
  return null;
}

/** Where the bracket stands that is never closed: in the first line after which everything is within brackets. */
function openingBracket(text: string): number {
  const starts = [...lineStarts(text), text.length];
  let closed = 0;
  let open = starts.length - 1;
  while (open - closed > 1) {
    const middle = (closed + open) >> 1;
    if (openAt(text.slice(0, starts[middle])) === "flow") open = middle;
    else closed = middle;
  }
  const line = text.slice(starts[closed], starts[open]);
  return starts[closed] + Math.max(line.lastIndexOf("["), line.lastIndexOf("{"), 0);
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const line = lineStarts(text.slice(0, offset)).length - 1;
  return { line, column: offset - lineStarts(text)[line] };
}

function unpadded(source: Source, text: string, padded: ReadonlyMap<number, number>): (at: number) => number {
  const starts = lineStarts(text);
  return (at) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle] <= at) low = middle;
      else high = middle - 1;
    }
    const column = Math.max(0, at - starts[low] - (padded.get(low) ?? 0));
    return source.lineStarts[low] + column;
  };
}

/** Complaints that say no more than that the parser could not go on. */
const UNCLEAR =
  /^bad indentation|multiline key may not be|must contain at least one character|^end of the stream/;

/** Explanations of the complaints that a text meets most often. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^tab characters/, TAB],
  [
    /^bad indentation of a mapping entry|multiline key may not be|must contain at least one character/,
    'This does not fit: check the indentation, and put quotes around texts with ": " or that begin with one of ` @ % * & ! | > { [',
  ],
  [/^bad indentation/, "The indentation does not match the lines above"],
  [/^end of the stream or a document/, "This does not belong to what stands above: check the indentation"],
  [/within a double quoted scalar/, 'A text that begins with a double quote is never closed with "'],
  [/within a single quoted scalar/, "A text that begins with a single quote is never closed with '"],
  [/within a flow collection/, "A bracket [ or { is never closed"],
  [
    /^a line break is expected/,
    "A text that begins with | or > continues on the next line; quote it if it is a single line",
  ],
  [
    /^missed comma/,
    "A comma is missing between two entries in brackets; put quotes around texts with one of { } [ ] and the comma",
  ],
  [/^deficient indentation/, "This line must be indented more than the key it belongs to"],
  [/^nesting exceeded/, `Nested deeper than ${MAX_DEPTH} levels`],
  [/^null byte/, "The text has a zero byte"],
  [/non-printable|valid JSON character/, "The text has a control character"],
  [
    /^unknown escape sequence|hexadecimal character/,
    "Unknown escape sequence after a backslash: use single quotes to keep backslashes",
  ],
];

function syntaxIssue(
  source: Source,
  text: string,
  error: YAMLException,
  padded: ReadonlyMap<number, number>,
): Issue {
  const reason = error.reason === TOO_SHALLOW ? unclosed(text) ?? error.reason : error.reason;
  const quoted = /within a (double|single) quoted scalar/.exec(reason)?.[1];
  // A text that is not closed goes on to the end of the file: its beginning is the place to look at.
  const opening = quoted
    ? text.lastIndexOf(quoted === "double" ? '"' : "'")
    : /within a flow collection/.test(reason)
    ? openingBracket(text)
    : -1;
  const mark = opening < 0 ? null : lineAndColumn(text, opening);
  const { line, column } = mark ?? error.mark!;
  const known = REASONS.find(([pattern]) => pattern.test(reason));
  const place = Math.max(0, column - (padded.get(line) ?? 0));
  const message = (UNCLEAR.test(reason) ? syntaxAdvice(source.text, line, place) : null) ??
    known?.[1] ?? `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`;
  return {
    field: "",
    message: `Cannot read the YAML: ${message}`,
    position: { file: source.file, line: line + 1, column: place + 1 },
  };
}
