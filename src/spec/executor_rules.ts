/** Which fields each kind of step takes. */
import type { ObjectValue } from "./decode.ts";
import { checkHostsOfCommands } from "./parts/permission_decl.ts";
import { suggest } from "../core/text/suggest.ts";
import { type Ability, CODE, SHELL } from "./step_abilities.ts";
import type { StepKinds } from "./step_kinds.ts";

/** What a step wants of its executor. */
export interface StepNeeds {
  readonly type: string;
  readonly commands: number;
  readonly script: boolean;
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reports the fields of a step that its kind does not take, and those that it needs. */
export function checkExecutor(step: ObjectValue, needs: StepNeeds, kinds: StepKinds): void {
  const abilities = kinds.abilities(needs.type);
  if (!abilities) {
    const near = suggest(needs.type, kinds.types);
    const help = near ? `did you mean "${near}"?` : `known types are ${kinds.types.join(", ")}`;
    step.issue(step.has("type") ? "type" : "executor", `Unknown executor type "${needs.type}"; ${help}`);
    return;
  }
  const refuse = (field: string, what = `the field "${field}"`) =>
    step.issue(field, `A step of type "${needs.type || "shell"}" does not support ${what}`);
  const takes = (ability: Ability) => abilities.includes(ability);
  if (step.has("command") && !takes("command")) refuse("command");
  else if (needs.commands > 1 && !takes("commands")) refuse("command", "several commands, only one command");
  if (step.has("exec") && !takes("exec")) refuse("exec");
  if (needs.script && !takes("script")) {
    if (step.has("script")) refuse("script");
    else if (takes("command")) refuse("command", "a command of several lines (a script)");
  }
  if (step.has("shell") && !takes("shell")) refuse("shell");
  if (step.has("container") && !takes("container")) refuse("container");
  if (step.text("call") !== "" && !takes("call")) refuse("call");
  if (step.has("workerSelector") && !takes("workerSelector")) refuse("workerSelector");
  if (step.has("messages") && !takes("messages")) {
    refuse("messages", 'the field "messages", use "type: chat"');
  }
  checkRequired(step, needs, abilities);
}

function checkRequired(step: ObjectValue, needs: StepNeeds, abilities: readonly Ability[]): void {
  // A command or script that is there but of no use has been reported already.
  const reported = step.hasUnknown || step.has("command") || step.has("exec") ||
    ["command", "script", "exec"].some((field) => step.written(field) && !step.has(field));
  const commandless = needs.commands === 0 && !needs.script && !reported;
  if (commandless && (abilities === SHELL || needs.type === "archive")) {
    step.issue("", 'Step command is required: give "command", "script" or "call"');
  }
  if (abilities.includes("call") && step.text("call") === "" && !step.written("parallel")) {
    step.issue("", `"call" is required for a step of type "${needs.type}"`);
  }
  if (needs.type === "parallel" && !step.written("parallel")) {
    step.issue("", '"parallel" is required for a step of type "parallel"');
  }
  if (abilities.includes("messages") && !step.written("messages")) {
    step.issue("", 'At least one of "messages" is required for a step of type "chat"');
  } else if (step.has("messages") && step.items("messages").length === 0) {
    step.issue("messages", "At least one message is required");
  }
  if (abilities === SHELL) checkHostsOfCommands(step);
  if (abilities === CODE) checkCode(step, needs);
  if (needs.type === "hitl") checkApproval(step, needs.config);
}

/** Code stands in the script or in a file. */
function checkCode(step: ObjectValue, { script, config }: StepNeeds): void {
  const file = typeof config.file === "string" && config.file !== "";
  if (script && file) step.issue("script", 'The code of the step is given twice: by "script" and by "file"');
  if (!script && !file && !step.hasUnknown && !step.has("command")) {
    step.issue("", 'The code of the step is missing: give "script", or "file" in "config"');
  }
}

function checkApproval(step: ObjectValue, config: Readonly<Record<string, unknown>>): void {
  const names = (value: unknown) => Array.isArray(value) ? value.map(String) : [];
  const offered = names(config.input);
  for (const name of names(config.required)) {
    if (!offered.includes(name)) {
      step.issue(
        step.has("config") ? "config" : "executor",
        `The required name "${name}" is not in the list "input"`,
      );
    }
  }
}
