/** The YAML text of a definition -> TypeScript. */
import { SpecError } from "../core/errors.ts";
import { parseYaml } from "../spec/yaml_parse.ts";
import { Source } from "../spec/yaml_source.ts";
import type { YamlNode } from "../spec/yaml_node.ts";
import { type TsDocument, tsText } from "./ts_text.ts";
import { isWellTyped } from "./well_typed.ts";

/** @throws SpecError when the text is no YAML */
export function exportTs(text: string, file: string): string {
  const { roots, issues } = parseYaml(new Source(file, text));
  if (issues.length > 0) throw new SpecError(issues);
  return tsText(roots.map((node) => ({ node, maker: makerOf(node) })));
}

function makerOf(node: YamlNode): TsDocument["maker"] {
  if (!isWellTyped(node) || node.kind !== "map") return "untyped";
  const steps = node.entries.find(({ key }) => key.text === "steps")?.value;
  return steps?.kind === "map" ? "dagByName" : "dag";
}
