/** YAML text -> plain values, for files that are not definitions of DAGs. */
import { SpecError } from "../core/errors.ts";
import { toJson } from "./yaml_node.ts";
import { parseYaml } from "./yaml_parse.ts";
import { Source } from "./yaml_source.ts";

/**
 * The first document of a text as a plain value; null when there is none.
 * @throws SpecError with every position at which the text cannot be read.
 */
export function yamlValue(text: string, file: string): unknown {
  const { roots, issues } = parseYaml(new Source(file, text));
  if (issues.length > 0) throw new SpecError(issues);
  return roots.length === 0 ? null : toJson(roots[0]);
}
