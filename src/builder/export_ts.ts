/** The YAML text of a definition -> TypeScript. */
import { SpecError } from "../core/errors.ts";
import { parseYaml } from "../spec/yaml/yaml_parse.ts";
import { Source } from "../spec/yaml/yaml_source.ts";
import type { YamlNode } from "../spec/yaml/yaml_node.ts";
import { tsComments } from "./ts_comments.ts";
import { type TsDocument, tsText } from "./ts_text.ts";
import { yamlComments } from "./yaml_comments.ts";
import { isWellTyped } from "./well_typed.ts";
import { yamlText } from "./yaml_text.ts";

/** @throws SpecError when the text is no YAML */
export function exportTs(text: string, file: string): string {
  const source = new Source(file, text);
  const { roots, issues } = parseYaml(source);
  if (issues.length > 0) throw new SpecError(issues);
  return tsText(roots.map((node) => ({ node, maker: makerOf(node) })), yamlComments(source, roots));
}

function makerOf(node: YamlNode): TsDocument["maker"] {
  if (!isWellTyped(node) || node.kind !== "map") return "untyped";
  const steps = node.entries.find(({ key }) => key.text === "steps")?.value;
  return steps?.kind === "map" ? "dagByName" : "dag";
}

/** The YAML text of a module with its comments. @param yaml the text that it stands for @param code its own */
export function exportYaml(yaml: string, code: string, file: string): string {
  const { roots } = parseYaml(new Source(file, yaml));
  return yamlText(roots, tsComments(code));
}
