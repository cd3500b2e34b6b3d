/** `$X` outside of quotes: the shell splits its value at blanks and takes `*` in it for file names. */
import type { Dag, Step } from "../../core/dag.ts";
import { declaredOutputs } from "../../core/declared_outputs.ts";
import { ARITHMETIC, type ShellReference, shellReferences } from "../../eval/shell_lexer.ts";
import type { Edit } from "../finding.ts";
import type { ShellScript } from "../lint_document.ts";
import type { Report, Rule } from "../rule.ts";
import { scalarPlace } from "../scalar_place.ts";

/** In one script. */
const MAX_FINDINGS = 100;
/** Characters before a reference that tell what it is for. */
const CONTEXT = 300;

export const unquotedExpansion: Rule = {
  name: "unquoted-expansion",
  level: "warning",
  doc: "A parameter, output or variable of the definition stands in a command without quotes.",
  check: ({ scripts, dag }) => {
    const names = namesOf(dag);
    return scripts.flatMap((script) => {
      const own = new Set([...names, ...script.step.env.map(({ name }) => name)]);
      return shellReferences(script.text)
        .filter((one) => own.has(one.name) && isSplit(script.text, one))
        .slice(0, MAX_FINDINGS)
        .map((one) => reportOf(script, one));
    });
  },
};

/** Names whose values come from outside of the script. */
function namesOf(dag: Dag): Set<string> {
  const steps: readonly Step[] = [...dag.steps, ...Object.values(dag.handlers)];
  return new Set([
    ...dag.params.defaults.map(({ name }) => name),
    ...dag.env.map(({ name }) => name),
    ...dag.secrets.map(({ name }) => name),
    ...steps.flatMap(declaredOutputs),
    "ITEM",
  ]);
}

function isSplit(text: string, { segment, start, length, path }: ShellReference): boolean {
  if (segment.quoting !== "open" || segment === ARITHMETIC || length || path !== "") return false;
  const before = text.slice(Math.max(0, start - CONTEXT), start);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const command = line.slice(
    Math.max(...["&&", "||", ";", "|", "("].map((end) => line.lastIndexOf(end) + 1)),
  );
  // In these places a value stays one word, or is meant to be split.
  return !/(?:^|\s)[A-Za-z_]\w*\+?=[^\s]*$/.test(line) && !/\[\[(?:(?!\]\]).)*$/.test(line) &&
    !/\bcase\s+\S*$/.test(command) && !/<<<\s*\S*$/.test(line) &&
    !/^\s*(?:for\s+\w+\s+in|set\s+--)\s/.test(command);
}

function reportOf({ node, text }: ShellScript, { name, start, end }: ShellReference): Report {
  const reference = text.slice(start, end);
  const place = scalarPlace(node, start);
  return {
    node,
    at: place.at,
    message:
      `${reference} is not quoted: blanks in ${name} make several words of it, and * becomes file names`,
    fix: `write "${reference}"`,
    edits: place.exact ? quoted(node.source.text, node.at, place.at, place.at + end - start) : [],
  };
}

/** A value that begins with a quote would be another kind of YAML. */
function quoted(source: string, value: number, start: number, end: number): Edit[] {
  if (start === value) return [];
  const quote = source[value] === '"' ? '\\"' : '"';
  return [{ start, end: start, text: quote }, { start: end, end, text: quote }];
}
