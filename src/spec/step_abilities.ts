/** Fields that each kind of step takes, beside those that all steps have. */

export type Ability =
  | "command"
  | "commands"
  | "script"
  | "shell"
  | "exec"
  | "container"
  | "call"
  | "workerSelector"
  | "messages";

export const SHELL: readonly Ability[] = ["command", "commands", "script", "shell", "exec"];
const DOCKER: readonly Ability[] = ["command", "commands", "container", "exec"];
const ACTION: readonly Ability[] = ["command"];
const QUERY: readonly Ability[] = ["command", "script"];
export const CODE: readonly Ability[] = ["script"];
const SUB_DAG: readonly Ability[] = ["call", "workerSelector"];

/** By type of step. */
export const ABILITIES: ReadonlyMap<string, readonly Ability[]> = new Map([
  ["", SHELL],
  ["shell", SHELL],
  ["command", SHELL],
  ["docker", DOCKER],
  ["container", DOCKER],
  ["ssh", ["command", "commands", "script", "shell"]],
  ["http", QUERY],
  ["jq", QUERY],
  ["ts", CODE],
  ["typescript", CODE],
  ["archive", ACTION],
  ["gha", ACTION],
  ["github_action", ACTION],
  ["github-action", ACTION],
  ["mail", []],
  ["hitl", []],
  ["dag", SUB_DAG],
  ["subworkflow", SUB_DAG],
  ["parallel", SUB_DAG],
  ["chat", ["messages"]],
]);
