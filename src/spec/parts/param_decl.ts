/** `params` in all its forms: a text, a list, a map, a JSON Schema with values. Nothing is evaluated. */
import type { Param, ParamDecl } from "../../core/dag.ts";
import { parseParams } from "../../core/text/params_text.ts";
import type { Value } from "../decode.ts";
import { isNull, type MapNode, toText, type YamlNode } from "../yaml/yaml_node.ts";

/** The parameters that a DAG declares. */
export function paramDecl(value: Value | undefined): ParamDecl {
  if (!value) return { defaults: [], schema: "" };
  const schema = schemaForm(value.node);
  if (schema) return { schema: schema.schema, defaults: schema.values ? readParams(schema.values) : [] };
  return { defaults: readParams(value.node), schema: "" };
}

/** The parameters that a step gives; positional ones have their number as name. */
export function stepParams(value: Value | undefined): Param[] {
  return value ? readParams(value.node) : [];
}

/** Whether `params` has the form `{schema, values}`. */
export function isSchemaForm(node: YamlNode): boolean {
  return schemaForm(node) !== null;
}

function schemaForm(node: YamlNode): { schema: string; values: YamlNode | null } | null {
  if (node.kind !== "map") return null;
  let schema = "";
  let values: YamlNode | null = null;
  for (const { key, value } of node.entries) {
    if (key.text === "schema" && value.kind === "scalar") schema = value.text.trim();
    else if (key.text === "values") values = isNull(value) ? null : value;
    else return null;
  }
  return schema === "" ? null : { schema, values };
}

function readParams(node: YamlNode): Param[] {
  if (node.kind === "map") return mapParams(node);
  if (node.kind === "scalar") {
    return node.type === "string" ? parseParams(node.text) : [{ name: "1", value: node.text }];
  }
  const params: Param[] = [];
  let source = node.items[0]?.source;
  let first = 0;
  for (const item of node.items) {
    if (item.source !== source) {
      // What follows the parameters of the base configuration is numbered anew, so that it replaces them.
      source = item.source;
      first = params.length;
    }
    const parsed = readParams(item);
    const before = params.length - first;
    for (let index = 0; index < parsed.length; index++) {
      const { name, value } = parsed[index];
      const positional = item.kind === "scalar" && name === String(index + 1);
      params.push({ name: positional ? String(before + index + 1) : name, value });
    }
  }
  return params;
}

/** In the order of the names, as Dagu does: ids of sub-runs are computed from the text of their parameters. */
function mapParams(node: MapNode): Param[] {
  const params = node.entries.map(({ key, value }) => ({ name: key.text, value: toText(value) }));
  return params.sort((a, b) => a.name < b.name ? -1 : 1);
}
