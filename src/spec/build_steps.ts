/** The steps of a DAG: names, ids, groups and who depends on whom. */
import type { Step } from "../core/dag.ts";
import { buildGraph, findCycle } from "../core/graph.ts";
import { checkStepId, checkStepName } from "../core/names.ts";
import { buildStep, type StepDefaults, type UnnamedStep } from "./build_step.ts";
import { decodeObject, type ObjectValue, type Value } from "./decode.ts";
import type { IssueList } from "./issue_list.ts";
import { STEP } from "./tables/step_table.ts";
import { StepNames } from "./step_names.ts";
import { suggest } from "../core/text/suggest.ts";
import type { ScalarNode, YamlNode } from "./yaml/yaml_node.ts";

const MAX_STEPS = 10_000;

/** Two groups of a thousand steps each have this many. */
const MAX_EDGES = 1_000_000;

interface Draft {
  readonly step: UnnamedStep;
  readonly fields: ObjectValue;
  /** As given, "" when a name has to be made up. */
  readonly name: string;
  /** Position of the element of `steps` that it belongs to; the members of a group share it. */
  readonly element: number;
}

/** `chain`: every step but those with `depends: []` waits for the element before it as well. */
export function buildSteps(dag: ObjectValue, chain: boolean, defaults: StepDefaults): Step[] {
  const steps = dag.get("steps");
  if (!steps) return [];
  const drafts = readDrafts(steps, defaults, dag.issues);
  if (drafts === null) return [];
  const names = nameAll(drafts);
  const byName = new Map(names.map((name, index) => [name, index]));
  checkNames(drafts, names);
  checkIds(drafts, names);
  const byId = new Map(
    drafts.flatMap(({ step }, index) => step.id === "" ? [] : [[step.id, names[index]] as const]),
  );
  // A map of steps has no order in Dagu, so that nothing follows from it there.
  const before = chain && steps.items ? previousElements(drafts, names) : () => [];
  const built = drafts.map((draft, index) => {
    draft.step.name = names[index];
    draft.step.depends = dependsOf(draft, names[index], before(draft.element), byName, byId);
    return draft.step;
  });
  const edges = built.reduce((sum, step) => sum + step.depends.length, 0);
  if (edges > MAX_EDGES) {
    dag.issue("steps", `The steps have ${edges} dependencies, at most ${MAX_EDGES} are allowed`);
    for (const step of built) step.depends = [];
  } else if (byName.size === built.length) checkCycles(drafts, built, chain);
  return built;
}

function readDrafts(steps: Value, defaults: StepDefaults, issues: IssueList): Draft[] | null {
  const drafts: Draft[] = [];
  const add = (fields: ObjectValue, name: string, element: number) =>
    drafts.push({ step: buildStep(fields, defaults), fields, name: name || fields.text("name"), element });
  let count = 0;
  for (const item of steps.items ?? steps.members ?? []) {
    count += "node" in item ? item.items?.length ?? 1 : 1;
  }
  if (count > MAX_STEPS) {
    issues.add(steps.path, `The DAG has ${count} steps, at most ${MAX_STEPS} are allowed`, steps.node);
    return null;
  }
  steps.items?.forEach((item, element) => {
    for (const member of item.items ?? [item]) add(fieldsOf(member, issues), "", element);
  });
  steps.members?.forEach(({ key, value }, element) => add(fieldsOf(value, issues), key.text.trim(), element));
  return drafts;
}

/** A text stands for a step with that command. */
function fieldsOf(value: Value, issues: IssueList): ObjectValue {
  if (value.object) return value.object;
  const { source, at } = value.node;
  const key: ScalarNode = { kind: "scalar", source, at, type: "string", text: "command" };
  const entries = [{ key, value: value.node as YamlNode }];
  return decodeObject({ kind: "map", source, at, entries }, STEP, value.path, issues);
}

function nameAll(drafts: readonly Draft[]): string[] {
  const taken = drafts.flatMap(({ name, step }) => [name, step.id]).filter((word) => word !== "");
  const made = new StepNames(taken);
  return drafts.map(({ name, step, element }) => {
    if (name !== "") return name;
    const prefix = step.executor.type ||
      (step.script !== "" ? "script" : step.commands.length > 0 ? "cmd" : "step");
    return made.make(prefix, element + 1);
  });
}

function checkNames(drafts: readonly Draft[], names: readonly string[]): void {
  const seen = new Set<string>();
  drafts.forEach(({ fields }, index) => {
    const wrong = checkStepName(names[index]);
    if (wrong !== "") fields.issue("name", wrong);
    if (seen.has(names[index])) {
      fields.issue("name", `The step name "${names[index]}" is given twice, names must be unique`);
    }
    seen.add(names[index]);
  });
}

function checkIds(drafts: readonly Draft[], names: readonly string[]): void {
  const owner = new Map(names.map((name, index) => [name, index]));
  const seen = new Set<string>();
  drafts.forEach(({ step, fields }, index) => {
    if (step.id === "") return;
    const wrong = checkStepId(step.id);
    const other = owner.get(step.id);
    if (wrong !== "") fields.issue("id", wrong);
    else if (seen.has(step.id)) {
      fields.issue("id", `The step id "${step.id}" is given twice, ids must be unique`);
    } else if (other !== undefined && other !== index) {
      fields.issue("id", `The step id "${step.id}" conflicts with the name of another step`);
    }
    seen.add(step.id);
  });
}

/** For an element, the names of the steps in the element before it; empty groups do not count. */
function previousElements(drafts: readonly Draft[], names: readonly string[]): (element: number) => string[] {
  const members = new Map<number, string[]>();
  drafts.forEach(({ element }, index) => {
    const list = members.get(element);
    if (list) list.push(names[index]);
    else members.set(element, [names[index]]);
  });
  const before = new Map<number, string[]>();
  let last: string[] = [];
  for (const [element, list] of members) {
    before.set(element, last);
    last = list;
  }
  return (element) => before.get(element) ?? [];
}

function dependsOf(
  draft: Draft,
  name: string,
  before: readonly string[],
  byName: ReadonlyMap<string, number>,
  byId: ReadonlyMap<string, string>,
): readonly string[] {
  if (!draft.fields.written("depends")) return before;
  const value = draft.fields.get("depends");
  if (!value || value.items?.length === 0) return [];
  const found = new Set<string>();
  for (const { node, path } of value.items ?? [value]) {
    const written = node.kind === "scalar" ? node.text.trim() : "";
    const resolved = byId.get(written) ?? written;
    if (byName.has(resolved)) found.add(resolved);
    else {
      const near = suggest(written, [...byName.keys(), ...byId.keys()].slice(0, 1000));
      const help = near ? `; did you mean "${near}"?` : "";
      draft.fields.issues.add(
        path,
        `Step "${name}" depends on "${written}", which does not exist${help}`,
        node,
      );
    }
  }
  for (const other of before) found.add(other);
  return [...found];
}

function checkCycles(drafts: readonly Draft[], steps: readonly Step[], chain: boolean): void {
  const cycle = findCycle(buildGraph(steps));
  if (!cycle) return;
  const walk = cycle.map((index) => steps[index].name).join(" -> ");
  const at = cycle.find((index) => drafts[index].fields.has("depends")) ?? cycle[0];
  const help = chain ? '; in a chain each step waits for the one before it, "type: graph" prevents that' : "";
  drafts[at].fields.issue("depends", `The steps depend on each other in a cycle: ${walk}${help}`);
}
