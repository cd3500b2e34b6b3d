/** A document as rules look at it: the DAG that it stands for, with the places of its fields. */
import { type Dag, HANDLER_NAMES, type Step } from "../core/dag.ts";
import { dialectOf } from "../eval/dialect.ts";
import { DAG } from "../spec/tables/dag_table.ts";
import { decodeObject, type ObjectValue, type Value } from "../spec/decode.ts";
import { IssueList } from "../spec/issue_list.ts";
import type { MapNode, ScalarNode, YamlNode } from "../spec/yaml/yaml_node.ts";

export interface LintStep {
  readonly step: Step;
  /** null for a step that is only a command. */
  readonly fields: ObjectValue | null;
  readonly node: YamlNode;
}

/** A text that a shell will read. */
export interface ShellScript {
  readonly step: Step;
  readonly text: string;
  readonly node: ScalarNode;
  /** Whether the shell goes on after a command that fails. */
  readonly goesOn: boolean;
}

export class LintDocument {
  readonly fields: ObjectValue;
  /** With handlers. */
  readonly steps: readonly LintStep[];
  readonly scripts: readonly ShellScript[];

  constructor(readonly root: MapNode, readonly dag: Dag) {
    this.fields = decodeObject(root, DAG, "", new IssueList());
    this.steps = [...stepsOf(this.fields, dag), ...handlersOf(this.fields, dag)];
    this.scripts = this.steps.flatMap((step) => scriptsOf(step, dag));
  }

  /** The place of a field, or of the whole document. */
  at(field: string): YamlNode {
    return this.fields.get(field)?.node ?? this.root;
  }
}

function stepsOf(fields: ObjectValue, dag: Dag): LintStep[] {
  const steps = fields.get("steps");
  const values = [
    ...(steps?.items ?? []).flatMap((item) => item.items ?? [item]),
    ...(steps?.members ?? []).map(({ value }) => value),
  ];
  // Steps that come from the base configuration have no place here.
  if (values.length !== dag.steps.length) return [];
  return values.map((value, index) => lintStep(dag.steps[index]!, value));
}

function handlersOf(fields: ObjectValue, dag: Dag): LintStep[] {
  const handlers = fields.object("handlerOn");
  return HANDLER_NAMES.flatMap((name) => {
    const step = dag.handlers[name];
    const value = handlers?.get(name);
    return step && value ? [lintStep(step, value)] : [];
  });
}

function lintStep(step: Step, { object, node }: Value): LintStep {
  return { step, fields: object, node };
}

const SHELL_TYPES = ["", "shell", "command", "ssh"];

function scriptsOf({ step, fields, node }: LintStep, dag: Dag): ShellScript[] {
  const shell = step.shell ?? dag.shell;
  if (!SHELL_TYPES.includes(step.executor.type) || dialectOf(shell?.program ?? "") !== "posix") return [];
  // Only shells that nobody chose for this step stop at the first failure.
  const goesOn = step.shell !== null && step.shell.program !== "" && !step.shell.args.includes("-e");
  const command = fields ? fields.get("command") : undefined;
  const nodes = fields ? [...(command?.items ?? (command ? [command] : [])).map((one) => one.node)] : [node];
  // A command beside a script is what interprets it.
  const script = fields?.get("script")?.node;
  if (script) nodes.splice(0, nodes.length, ...step.commands.length === 0 ? [script] : []);
  return nodes.flatMap((one) =>
    one.kind === "scalar" && !foreign(one.text) ? [{ step, text: one.text, node: one, goesOn }] : []
  );
}

function foreign(text: string): boolean {
  const [, program] = /^\s*#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(text) ?? [];
  return program !== undefined && dialectOf(program) !== "posix";
}
