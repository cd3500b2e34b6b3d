/** One line of a log. */
import type { Colour, Span, Style } from "./sgr.ts";
import { styleLine } from "./sgr.ts";

/** Longer lines are cut, until all of them is asked for. */
const MAX_SHOWN = 8 * 1024;

export interface LineTextProps {
  readonly text: string;
  /** With what the line begins. */
  readonly style: Style;
  /** What is marked in it; has the flag `g`. */
  readonly mark: RegExp | null;
  readonly whole: boolean;
  readonly onWhole: () => void;
}

export function LineText({ text, style, mark, whole, onWhole }: LineTextProps) {
  const cut = !whole && text.length > MAX_SHOWN;
  const { spans } = styleLine(cut ? text.slice(0, MAX_SHOWN) : text, style);
  return (
    <span class="log-text">
      {marked(spans, mark).map((piece, i) => <Piece key={i} {...piece} />)}
      {cut && (
        <button type="button" class="log-whole" onClick={onWhole}>
          {Math.ceil((text.length - MAX_SHOWN) / 1024)} KB more: show all
        </button>
      )}
    </span>
  );
}

interface MarkedSpan extends Span {
  readonly found: boolean;
}

/** Spans, cut where what is looked for begins and ends: it may reach over several of them. */
function marked(spans: readonly Span[], mark: RegExp | null): MarkedSpan[] {
  const text = mark ? spans.map((span) => span.text).join("") : "";
  const ranges = mark ? [...text.matchAll(mark)].filter(([found]) => found !== "") : [];
  if (ranges.length === 0) return spans.map((span) => ({ ...span, found: false }));
  const pieces: MarkedSpan[] = [];
  let at = 0;
  for (const { text, style } of spans) {
    let from = 0;
    for (const range of ranges) {
      const begin = Math.max(from, range.index - at);
      const end = Math.min(text.length, range.index + range[0].length - at);
      if (begin >= end) continue;
      if (begin > from) pieces.push({ text: text.slice(from, begin), style, found: false });
      pieces.push({ text: text.slice(begin, end), style, found: true });
      from = end;
    }
    if (from < text.length) pieces.push({ text: text.slice(from), style, found: false });
    at += text.length;
  }
  return pieces;
}

function Piece({ text, style, found }: MarkedSpan) {
  if (found) return <mark>{text}</mark>;
  const look = lookOf(style);
  return look ? <span {...look}>{text}</span> : <>{text}</>;
}

/** Colours of the theme are classes, others stand in the style. */
function lookOf(style: Style): { class: string; style?: Record<string, string> } | null {
  const classes: string[] = [];
  const own: Record<string, string> = {};
  const [fg, bg] = style.inverse ? [style.bg ?? "back", style.fg ?? "ink"] : [style.fg, style.bg];
  paint(fg, "fg", "color", classes, own);
  paint(bg, "bg", "backgroundColor", classes, own);
  if (style.bold) classes.push("ansi-bold");
  if (style.dim) classes.push("ansi-dim");
  if (style.italic) classes.push("ansi-italic");
  if (style.underline) classes.push("ansi-under");
  if (style.struck) classes.push("ansi-struck");
  const styled = Object.keys(own).length > 0;
  if (classes.length === 0 && !styled) return null;
  return { class: classes.join(" "), ...(styled ? { style: own } : {}) };
}

function paint(
  colour: Colour,
  kind: "fg" | "bg",
  property: string,
  classes: string[],
  own: Record<string, string>,
): void {
  if (typeof colour === "string" && colour.startsWith("#")) own[property] = colour;
  else if (colour !== null) classes.push(`ansi-${kind}-${colour}`);
}
