/** Whether a definition is one that the types of `@x/dagu/dag` let pass: keys and words as the tables spell them. */
import { DAG } from "../spec/tables/dag_table.ts";
import { StepKinds } from "../spec/step_kinds.ts";
import { STEP } from "../spec/tables/step_table.ts";
import { fieldsOf, namesOf, type Shape, snakeCase, type Table } from "../spec/shape.ts";
import type { DataMap, DataNode } from "./data_node.ts";

const KINDS = new StepKinds();
const MADE_UP = /^(?:cmd|script)_\d+$/;

export function isWellTyped(document: DataNode): boolean {
  return document.kind === "map" && fitsTable(document, DAG) && dependsOnSteps(document);
}

function fits(node: DataNode, shape: Shape): boolean {
  switch (shape.kind) {
    case "any":
      return true;
    case "either":
      return shape.of.some((one) => fits(node, one));
    case "list":
      return node.kind === "list" && node.items.every((item) => fits(item, shape.of));
    case "map":
      return node.kind === "map" && node.entries.every(({ value }) => fits(value, shape.of));
    case "object":
      return node.kind === "map" && fitsTable(node, shape.table);
  }
  if (node.kind !== "scalar" || node.type === "null") return false;
  switch (shape.kind) {
    case "scalar":
      return true;
    case "text":
      return node.type === "string";
    case "bool":
      return node.type === "bool";
    case "word":
      return node.type === "string" && (node.text === "" || shape.words.includes(node.text));
    default:
      return (node.type === "int" || node.type === "float") &&
        Number.isSafeInteger(Math.trunc(Number(node.text)));
  }
}

function fitsTable(map: DataMap, table: Table): boolean {
  const fields = new Map(
    fieldsOf(table).flatMap((field) =>
      namesOf(field).flatMap((name) => [name, snakeCase(name)]).map((name) => [name, field] as const)
    ),
  );
  const settings = table === STEP ? settingsOf(map) : undefined;
  return map.entries.every(({ key, value }) => {
    const field = fields.get(key.text);
    if (field === undefined) return false;
    if (isNull(value)) {
      return !field.required || namesOf(field).length > 1 || snakeCase(field.name) !== field.name;
    }
    return settings && field.name === "config"
      ? value.kind === "map" && fitsTable(value, settings)
      : fits(value, field.shape);
  });
}

/** What `config` may hold, by the type that the step names. */
function settingsOf(step: DataMap): Table | undefined {
  return KINDS.config(textOf(step, "type"));
}

/** What the compiler compares: names and ids of steps, texts exactly as they are written. */
function dependsOnSteps(document: DataMap): boolean {
  const steps = stepsOf(memberOf(document, "steps"));
  const names = new Set(steps.flatMap(({ name, step }) => [name, textOf(step, "id")]));
  return steps.every(({ step }) => {
    const depends = memberOf(step, "depends");
    if (depends === undefined || isNull(depends)) return true;
    return (depends.kind === "list" ? depends.items : [depends]).every((one) =>
      one.kind === "scalar" && one.type === "string" && (names.has(one.text) || MADE_UP.test(one.text))
    );
  });
}

interface NamedStep {
  readonly name: string;
  readonly step: DataMap;
}

function stepsOf(steps: DataNode | undefined): NamedStep[] {
  if (steps?.kind === "map") {
    return steps.entries.flatMap(({ key, value }) =>
      value.kind === "map" ? [{ name: key.text, step: value }] : []
    );
  }
  if (steps?.kind !== "list") return [];
  return steps.items.flatMap((item) => item.kind === "list" ? item.items : [item]).flatMap((step) =>
    step.kind === "map" ? [{ name: textOf(step, "name"), step }] : []
  );
}

function memberOf(map: DataMap, name: string): DataNode | undefined {
  return map.entries.find(({ key }) => key.text === name)?.value;
}

function textOf(map: DataMap, name: string): string {
  const value = memberOf(map, name);
  return value?.kind === "scalar" && value.type === "string" ? value.text : "";
}

function isNull(node: DataNode): boolean {
  return node.kind === "scalar" && node.type === "null";
}
