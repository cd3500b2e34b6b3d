/** Looks for what is allowed in a definition, but will hurt. */
import type { Dag } from "../core/dag.ts";
import { parseYaml } from "../spec/yaml/yaml_parse.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import type { Edit, Finding } from "./finding.ts";
import { LintDocument } from "./lint_document.ts";
import type { Report, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";

/** @param dag what the text stands for */
export function lint(text: string, file: string, dag: Dag): Finding[] {
  const source = new Source(file, text);
  const findings = parseYaml(source).roots.flatMap((root, index) => {
    if (root.kind !== "map") return [];
    const name = root.entries.find(({ key }) => key.text === "name")?.value;
    const own = index === 0 ? dag : name?.kind === "scalar" ? dag.localDags[name.text] : undefined;
    if (!own) return [];
    const document = new LintDocument(root, own);
    return RULES.flatMap((rule) => rule.check(document).map((report) => findingOf(rule, report)));
  });
  const ignored = ignoredIn(source.text);
  return unique(findings).filter(({ rule, line }) => !ignored(rule, line))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

function findingOf({ name, level }: Rule, { node, at = node.at, message, fix, edits = [] }: Report): Finding {
  // A block of lines begins with the blanks of its first line.
  const blanks = /\S/.exec(node.source.text.slice(at, at + 200))?.index ?? 0;
  const { file, line, column } = node.source.positionAt(at + blanks);
  return { rule: name, level, message, fix, file, line, column, edits };
}

/** A value that an alias repeats is found more than once. */
function unique(findings: readonly Finding[]): Finding[] {
  return [
    ...new Map(findings.map((one) => [`${one.rule} ${one.line}:${one.column} ${one.message}`, one])).values(),
  ];
}

/** `# lint-ignore RULE ...` at the end of a line or on the line above; `# lint-ignore-file RULE ...` anywhere. */
function ignoredIn(text: string): (rule: string, line: number) => boolean {
  const all = new Set<string>();
  const lines = new Map<number, readonly string[]>();
  text.split("\n").forEach((line, index) => {
    const [, file, rules] = /#\s*lint-ignore(-file)?\s+([\w, -]+)/.exec(line) ?? [];
    if (rules === undefined) return;
    const names = rules.split(/[\s,]+/).filter((name) => name !== "");
    if (file) names.forEach((name) => all.add(name));
    else lines.set(index + 1, names);
  });
  return (rule, line) =>
    all.has(rule) || [line, line - 1].some((one) => lines.get(one)?.includes(rule) ?? false);
}

/** The text with the edits of the findings made. */
export function mended(text: string, findings: readonly Finding[]): string {
  const edits = findings.flatMap((finding) => finding.edits).sort((a, b) =>
    a.start - b.start || a.end - b.end
  );
  let result = "";
  let at = 0;
  for (const edit of edits satisfies readonly Edit[]) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}
