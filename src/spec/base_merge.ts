/**
 * Puts a document on top of the base configuration, before any default is filled in. Lists of env, tags, dotenv and
 * params are appended to those of the base, `mailOn`, steps, handlers and other lists replace them, maps are merged
 * field by field, everything else overrides.
 */
import { isSchemaForm } from "./parts/param_decl.ts";
import { DAG } from "./tables/dag_table.ts";
import { type Field, findField, type Table, tableOf } from "./shape.ts";
import { isNull, type MapEntry, type MapNode, type ScalarNode, type YamlNode } from "./yaml/yaml_node.ts";

/** Fields of the base that a document never takes: its name, and the handlers when it runs as a sub-DAG. */
export function mergeBase(base: MapNode, own: MapNode, isSubDag: boolean): MapNode {
  const skipped = isSubDag ? ["name", "handlerOn"] : ["name"];
  const kept = base.entries.filter(({ key }) => !skipped.includes(findField(DAG, key.text)?.name ?? ""));
  return mergeMaps({ ...base, entries: kept }, own, DAG);
}

function mergeMaps(base: MapNode, own: MapNode, table: Table | null): MapNode {
  const identity = (key: string) => table ? fieldName(table, key) : key;
  const mine = new Map<string, MapEntry>();
  for (const entry of own.entries) {
    if (!isNull(entry.value)) mine.set(identity(entry.key.text), entry);
  }
  const merged = new Map<MapEntry, YamlNode>();
  const inherited: MapEntry[] = [];
  for (const entry of base.entries) {
    const over = mine.get(identity(entry.key.text));
    if (over === undefined) inherited.push(entry);
    else if (!isNull(entry.value)) {
      const field = table ? findField(table, entry.key.text) : undefined;
      merged.set(over, mergeValues(entry.value, merged.get(over) ?? over.value, field));
    }
  }
  const entries = own.entries.filter((entry) =>
    mine.get(identity(entry.key.text)) === entry || !isNull(entry.value)
  );
  return {
    ...own,
    entries: [
      ...inherited,
      ...entries.map((entry) => ({ key: entry.key, value: merged.get(entry) ?? entry.value })),
    ],
  };
}

/** Both spellings of the preconditions are one field here: what a document says replaces those of the base. */
function fieldName(table: Table, key: string): string {
  const name = findField(table, key)?.name ?? key;
  return name === "precondition" ? "preconditions" : name;
}

function mergeValues(base: YamlNode, own: YamlNode, field: Field | undefined): YamlNode {
  switch (field?.name) {
    case "preconditions":
    case "precondition":
      return own;
    case "schedule":
      return mergeDeep(asSchedules(base), asSchedules(own), field);
    case "container":
      return isRunning(base) || isRunning(own) ? own : mergeDeep(base, own, field);
    case "env":
      // A text is a mistake, and would not be told as an item of a list.
      return own.kind === "scalar" ? own : append(base, own);
    case "params":
      return isSchemaForm(base) || isSchemaForm(own) ? own : append(base, own);
  }
  if (field?.merge === "append") return append(base, own);
  return field?.merge === "replace" ? own : mergeDeep(base, own, field);
}

function mergeDeep(base: YamlNode, own: YamlNode, field: Field | undefined): YamlNode {
  if (base.kind !== "map" || own.kind !== "map") return own;
  return mergeMaps(base, own, field ? tableOf(field.shape) : null);
}

function append(base: YamlNode, own: YamlNode): YamlNode {
  const items = [base, own].flatMap((node) => node.kind === "list" ? node.items : [node]);
  return { kind: "list", source: own.source, at: own.at, items };
}

/** A container given by name or `exec` has nothing in common with one that is made from an image. */
function isRunning(node: YamlNode): boolean {
  return node.kind !== "map" || node.entries.some(({ key }) => key.text.toLowerCase() === "exec");
}

function asSchedules(node: YamlNode): YamlNode {
  if (node.kind === "map") return node;
  const { source, at } = node;
  const key: ScalarNode = { kind: "scalar", source, at, type: "string", text: "start" };
  return { kind: "map", source, at, entries: [{ key, value: node }] };
}
