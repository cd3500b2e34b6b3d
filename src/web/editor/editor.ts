/** The editor for definitions. Its code is loaded when one is opened. */
import {
  autocompletion,
  closeBrackets,
  type CompletionContext,
  completionKeymap,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import {
  foldGutter,
  foldKeymap,
  foldService,
  HighlightStyle,
  StreamLanguage,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type JsonSchema, offersAt } from "./schema_completion.ts";
import { spotAt } from "./yaml_path.ts";
import { endOfBlock, yamlTokens } from "./yaml_tokens.ts";

/** What is wrong in the text. */
export interface EditorProblem {
  readonly message: string;
  /** From 1; absent when it is about the whole. */
  readonly line?: number;
  readonly column?: number;
}

export interface EditorOptions {
  readonly text: string;
  readonly readOnly: boolean;
  /** null while it is not known: then nothing is offered. */
  readonly schema: () => JsonSchema | null;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
}

export interface Editor {
  readonly setText: (text: string) => void;
  readonly setProblems: (problems: readonly EditorProblem[]) => void;
  /** @param line from 1 */
  readonly goTo: (line: number, column?: number) => void;
  readonly close: () => void;
}

export function openEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const save = () => {
    options.onSave();
    return true;
  };
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        highlightActiveLine(),
        history(),
        closeBrackets(),
        highlightSelectionMatches(),
        StreamLanguage.define(yamlTokens),
        foldService.of(fold),
        syntaxHighlighting(COLOURS),
        THEME,
        autocompletion({ override: [(context) => complete(context, options.schema())], icons: false }),
        EditorState.tabSize.of(2),
        EditorState.readOnly.of(options.readOnly),
        EditorView.contentAttributes.of({ "aria-label": "Definition", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
        keymap.of([
          { key: "Mod-s", run: save, preventDefault: true },
          indentWithTab,
          ...completionKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...foldKeymap,
        ]),
      ],
    }),
  });
  return {
    setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    setProblems: (problems) =>
      view.dispatch(setDiagnostics(view.state, problems.map(diagnostic(view.state)))),
    goTo: (line, column = 1) => {
      const { from, to } = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
      const at = Math.min(to, from + column - 1);
      view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

function fold({ doc }: EditorState, from: number): { from: number; to: number } | null {
  const { number, to } = doc.lineAt(from);
  const end = endOfBlock(doc.toString().split("\n"), number - 1) + 1;
  return end > number ? { from: to, to: doc.line(end).to } : null;
}

function diagnostic(state: EditorState): (problem: EditorProblem) => Diagnostic {
  return ({ message, line = 1, column = 1 }) => {
    const place = state.doc.line(Math.max(1, Math.min(line, state.doc.lines)));
    const from = Math.min(place.to, place.from + column - 1);
    const word = /^[^\s:]+/.exec(state.sliceDoc(from, place.to))?.[0].length ?? 0;
    return { from, to: from + word, severity: "error", message };
  };
}

function complete(context: CompletionContext, schema: JsonSchema | null): CompletionResult | null {
  if (!schema) return null;
  const { doc } = context.state;
  const line = doc.lineAt(context.pos);
  const lines = doc.sliceString(0, line.to).split("\n");
  const spot = spotAt(lines, line.number - 1, context.pos - line.from);
  if (!spot || !context.explicit && spot.word === "" && spot.key === "") return null;
  const indent = line.text.length - line.text.replace(/^[\s-]+/, "").length;
  const offers = offersAt(
    schema,
    spot,
    siblings(doc.toString().split("\n"), line.number - 1, indent),
    indent,
  );
  return {
    from: context.pos - spot.word.length,
    options: offers.map(({ label, detail, info, insert }) => ({
      label,
      detail,
      apply: insert,
      ...(info === "" ? {} : { info }),
    })),
    validFor: /^[\w-]*$/,
  };
}

/** Keys of the same map, but that of the line itself. */
function siblings(lines: readonly string[], row: number, indent: number): ReadonlySet<string> {
  const keys = new Set<string>();
  const look = (from: number, step: number) => {
    for (let i = from; i >= 0 && i < lines.length; i += step) {
      const text = lines[i];
      if (/^\s*(#|$)/.test(text)) continue;
      const lead = /^[\s-]*/.exec(text)![0].length;
      if (lead < indent || step > 0 && text.trimStart().startsWith("-") && lead === indent) break;
      if (lead === indent) keys.add(/^[\s-]*([\w-]*)/.exec(text)![1]);
      if (step < 0 && text.trimStart().startsWith("-") && lead === indent) break;
    }
  };
  if (!lines[row].trimStart().startsWith("-")) look(row - 1, -1);
  look(row + 1, 1);
  return keys;
}

const THEME = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", backgroundColor: "var(--panel)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "19px" },
  ".cm-content": { caretColor: "var(--ink)", padding: "6px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--ink-3)", border: "0" },
  ".cm-activeLine": { backgroundColor: "var(--hover)" },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--wait) 22%, transparent)" },
  ".cm-foldGutter .cm-gutterElement": { color: "var(--ink-3)", cursor: "pointer" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--hover)",
    borderColor: "var(--edge)",
    color: "var(--ink-2)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--edge)",
    borderRadius: "6px",
    boxShadow: "var(--shadow)",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "18em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "18px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--chosen)",
    color: "var(--ink)",
  },
  ".cm-completionDetail": { color: "var(--ink-3)", fontStyle: "normal", marginLeft: "1em" },
  ".cm-completionInfo": {
    padding: "6px 10px",
    maxWidth: "320px",
    whiteSpace: "pre-wrap",
    fontFamily: "var(--font)",
  },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--ink)" },
  ".cm-textfield, .cm-button": {
    backgroundColor: "var(--panel)",
    backgroundImage: "none",
    color: "var(--ink)",
    border: "1px solid var(--edge-strong)",
    borderRadius: "4px",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
});

const COLOURS = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--ansi-4)" },
  { tag: [tags.string, tags.content], color: "var(--ink)" },
  { tag: [tags.special(tags.string), tags.attributeValue], color: "var(--ansi-2)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: "var(--ansi-5)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: "var(--ink-2)" },
  { tag: [tags.meta, tags.typeName, tags.labelName], color: "var(--ansi-6)" },
]);
