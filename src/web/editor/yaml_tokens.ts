/** What the words of a YAML text are, line by line: for their colours. */
import type { StreamParser, StringStream } from "@codemirror/language";

interface State {
  /** Column of the key or dash whose block of text goes on below it; -1 outside of such a block. */
  block: number;
  /** Column of the last key or dash of the line. */
  column: number;
  /** Brackets that are open. */
  depth: number;
  /** A key stands last: what it means comes below. */
  open: boolean;
}

/** Kinds as `tags` of highlighting knows them, tried in this order. */
const SCALARS: readonly (readonly [RegExp, string])[] = [
  [/^#.*/, "comment"],
  [
    /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>@`-][^#[\]{},"']*?)(?=\s*:(?:\s|$))/,
    "propertyName",
  ],
  [/^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/, "string.special"],
  [/^(?:[&*]|!)[^\s,\]}]*/, "labelName"],
  [/^(?:true|false|null|~|[-+]?\d[\d_]*(?:\.\d+)?)(?=\s*(?:$|\s#|[,\]}]))/i, "number"],
];
const TEXT = /^(?:[^\s#]|#(?!\s))(?:[^\s]|\s(?!#))*/;
const FLOW_TEXT = /^[^,[\]{}#]+/;
const BLOCK_HEAD = /^[|>][-+\d]{0,2}(?=\s*(?:#.*)?$)/;

export const yamlTokens: StreamParser<State> = {
  name: "yaml",
  startState: () => ({ block: -1, column: 0, depth: 0, open: false }),
  token(stream, state) {
    if (stream.sol()) {
      if (inBlock(stream, state)) {
        stream.skipToEnd();
        return "content";
      }
      state.block = -1;
      if (stream.match(/^(?:---|\.\.\.)(?=\s|$)/)) return "meta";
    }
    if (stream.eatSpace()) return null;
    const kind = word(stream, state);
    if (kind !== "comment") state.open = stream.string[stream.start] === ":" && kind === "punctuation";
    return kind;
  },
  indent: ({ block, column, open }, after, { unit }) =>
    after.trim() !== "" ? null : block >= 0 ? block + unit : column + (open ? unit : 0),
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["[", "{", '"', "'"] } },
};

function inBlock(stream: StringStream, { block }: State): boolean {
  return block >= 0 && (/^\s*$/.test(stream.string) || stream.indentation() > block);
}

function word(stream: StringStream, state: State): string | null {
  const { start } = stream;
  if (stream.match(BLOCK_HEAD)) {
    state.block = state.column;
    return "keyword";
  }
  if (state.depth === 0 && stream.match(/^[-?](?=\s|$)/)) {
    state.column = start;
    return "punctuation";
  }
  for (const [pattern, kind] of SCALARS) {
    if (!stream.match(pattern)) continue;
    if (kind === "propertyName") state.column = start;
    return kind;
  }
  if (stream.match(/^[[{]/)) return bracket(state, 1);
  if (stream.match(/^[\]}]/)) return bracket(state, -1);
  if (stream.match(/^[,:]/)) return "punctuation";
  if (stream.match(state.depth > 0 ? FLOW_TEXT : TEXT)) return "content";
  stream.next();
  return null;
}

function bracket(state: State, by: number): string {
  state.depth = Math.max(0, state.depth + by);
  return "punctuation";
}

/** The last line, from 0, that belongs to what the line `at` begins; `at` itself where nothing does. */
export function endOfBlock(lines: readonly string[], at: number): number {
  const indent = (text: string) => text.search(/\S/);
  const own = indent(lines[at]);
  if (own < 0) return at;
  let end = at;
  for (let i = at + 1; i < lines.length; i++) {
    const its = indent(lines[i]);
    if (its < 0) continue;
    if (its <= own) break;
    end = i;
  }
  return end;
}
