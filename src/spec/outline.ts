/** Where the top-level entries of a text stand, told by its lines alone: a tenth of what it costs to read them. */

export interface OutlineEntry {
  readonly key: string;
  /** The lines of key and value. */
  readonly text: string;
}

const KEY = /([A-Za-z_]\w*) *:(?=[ \n]|$)/y;
/** Anchors, aliases and tags, and what is opened within a line and not closed in it. */
const UNSURE = / *(?:[&*!]|"(?![^"\\\n]*" *$)|'(?![^'\n]*' *$)|[[{](?!.*[\]}] *$))/my;

/** null for a text of which the lines alone do not tell enough: only the parser knows. */
export function outline(text: string): readonly OutlineEntry[] | null {
  const entries: OutlineEntry[] = [];
  let key = "";
  let begin = 0;
  for (let at = 0, next = 0; at < text.length; at = next) {
    next = text.indexOf("\n", at) + 1 || text.length;
    const kind = lineKind(text, at, next);
    if (kind === "unknown" || kind === (key === "" ? "inner" : "mark")) return null;
    if (kind !== "entry") continue;
    if (key !== "") entries.push({ key, text: text.slice(begin, at) });
    KEY.lastIndex = at;
    key = KEY.exec(text)?.[1] ?? "";
    UNSURE.lastIndex = KEY.lastIndex;
    if (key === "" || UNSURE.test(text)) return null;
    begin = at;
  }
  if (key !== "") entries.push({ key, text: text.slice(begin) });
  return entries;
}

type LineKind = "entry" | "inner" | "empty" | "mark" | "unknown";

/** By how a line begins: text that ends with CR and LF, or is cut into documents, is left to the parser. */
function lineKind(text: string, at: number, end: number): LineKind {
  switch (text[at]) {
    case "\n":
    case "#":
      return "empty";
    case " ":
      return text.slice(at, end).trim() === "" ? "empty" : "inner";
    case "-":
      if (text.slice(at, end).trimEnd() === "---") return "mark";
      return text[at + 1] === " " || text[at + 1] === "\n" ? "inner" : "unknown";
  }
  return /[A-Za-z_]/.test(text[at]) && text[end - 2] !== "\r" ? "entry" : "unknown";
}
