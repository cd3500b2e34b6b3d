/** References that nothing stands behind. */
import type { Dag } from "../../core/dag.ts";
import { declaredOutputs } from "../../core/declared_outputs.ts";
import { suggest } from "../../core/text/suggest.ts";
import { type ShellReference, shellReferences } from "../../eval/shell_lexer.ts";
import type { ShellScript } from "../lint_document.ts";
import type { Report, Rule } from "../rule.ts";
import { scalarPlace } from "../scalar_place.ts";

/** In one script. */
const MAX_FINDINGS = 100;

export const unknownReference: Rule = {
  name: "unknown-reference",
  level: "error",
  doc: "A reference with a path, such as `${id.stdout}`, names no step, output, parameter or variable.",
  check: ({ dag, scripts }) => {
    const known = namesOf(dag);
    return scripts.flatMap((script) =>
      shellReferences(script.text).filter((one) => isUnknown(one, known)).slice(0, MAX_FINDINGS)
        .map((one) => reportOf(script, one, known))
    );
  },
};

function namesOf(dag: Dag): Set<string> {
  const steps = [...dag.steps, ...Object.values(dag.handlers)];
  return new Set([
    ...steps.flatMap(({ id }) => id === "" ? [] : [id]),
    ...steps.flatMap(declaredOutputs),
    ...steps.flatMap(({ env }) => env.map(({ name }) => name)),
    ...dag.params.defaults.map(({ name }) => name),
    ...dag.env.map(({ name }) => name),
    ...dag.secrets.map(({ name }) => name),
    "ITEM",
    "DAGU_PARAMS_JSON",
  ]);
}

/** Names may hold dots themselves. */
function isUnknown({ name, path, braced }: ShellReference, known: ReadonlySet<string>): boolean {
  return braced && path !== "" && !known.has(name) && !known.has(`${name}.${path}`);
}

function reportOf({ text, node }: ShellScript, one: ShellReference, known: ReadonlySet<string>): Report {
  const near = suggest(one.name, [...known]);
  const reference = text.slice(one.start, one.end);
  return {
    node,
    at: scalarPlace(node, one.start).at,
    message: `${reference} refers to "${one.name}", which is no id of a step and no output or variable`,
    fix: near ? `write \${${near}.${one.path}}` : 'give the step an "id", or an "output"',
  };
}
