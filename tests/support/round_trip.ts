/** YAML -> TypeScript -> YAML: the same definition with the same comments. */
import { dag, dagByName, float, treeOf, untyped } from "../../src/builder/dag.ts";
import type { DataNode } from "../../src/builder/data_node.ts";
import { exportTs, exportYaml } from "../../src/builder/export_ts.ts";
import { yamlComments } from "../../src/builder/yaml_comments.ts";
import { yamlText } from "../../src/builder/yaml_text.ts";
import { checkDag } from "../../src/spec/load.ts";
import { parseYaml } from "../../src/spec/yaml/yaml_parse.ts";
import { Source } from "../../src/spec/yaml/yaml_source.ts";
import { assertEquals } from "../assert.ts";

export interface Sample {
  readonly file: string;
  readonly text: string;
}

/** What the module of an export has as its default. */
function evaluated(module: string): unknown {
  const code = module.replace(/^import .*$/m, "").replace("export default", "return");
  return new Function("dag", "dagByName", "float", "untyped", code)(dag, dagByName, float, untyped);
}

function plain(node: DataNode): unknown {
  if (node.kind === "list") return node.items.map(plain);
  if (node.kind === "map") return node.entries.map(({ key, value }) => [key.text, plain(value)]);
  return [node.type === "int" || node.type === "float" ? "number" : node.type, node.text];
}

/** @returns whether the sample could be tried: its text is YAML */
export function roundTrip({ file, text }: Sample): boolean {
  const { roots, issues } = parseYaml(new Source(file, text));
  if (issues.length > 0) return false;
  const value = evaluated(exportTs(text, file));
  const documents = roots.length === 1 ? [value] : value as unknown[];
  const back = yamlText(documents.map((one) => treeOf(one)));
  const again = parseYaml(new Source(file, back));
  assertEquals(again.issues, [], file);
  assertEquals(again.roots.map(plain), roots.map(plain), `${file}: data\n${back}`);
  assertEquals(loaded(back, file), loaded(text, file), `${file}: DAG`);
  const module = exportTs(text, file);
  const commented = exportYaml(back, module, file);
  assertEquals(commentsOf(commented), commentsOf(text), `${file}: comments\n${module}`);
  assertEquals(exportTs(commented, file), module, `${file}: the same module again`);
  return true;
}

/** All comments of a text, sorted. */
function commentsOf(text: string): string[] {
  const source = new Source("", text);
  const found = [...yamlComments(source, parseYaml(source).roots).values()];
  const texts = found.flatMap(({ before, behind }) => [...before, ...behind]);
  // They would end the comment in TypeScript.
  return texts.map((one) => one.replace(/[\u2028\u2029]/g, " ").trimEnd()).sort();
}

/** The DAG or what is wrong with it, without places. */
function loaded(text: string, file: string): unknown {
  const { dag, issues } = checkDag({ text, file });
  const messages = issues.map(({ field, message }) => `${field}: ${message}`).sort();
  return JSON.parse(JSON.stringify({ dag, messages }, (key, value) => key === "source" ? "" : value));
}
