import type { Part } from "./case.ts";
import type { Chance } from "./chance.ts";
import type { Scope } from "./scope.ts";

/** Runs of one definition at the same time have files of their own. */
const OWN = "$DAG_RUN_ID";

/** What a step does: commands whose outcome follows from the definition alone. */
export function work(chance: Chance, scope: Scope, name: string): Part {
  const lines = commands(chance, scope, name);
  switch (chance.below(8)) {
    case 0:
      return { script: lines.join("\n") };
    case 1:
      return { script: `#!/bin/sh\n${lines.join("\n")}\n` };
    case 2:
      return { command: lines };
    case 3:
      return { command: lines.join("; "), shell: chance.pick(["sh", "bash", "/bin/bash -e", "bash -eu"]) };
    case 4:
      return { command: lines.join("\n") };
    default:
      return { command: lines.join(chance.pick(["; ", " && "])) };
  }
}

function commands(chance: Chance, scope: Scope, name: string): string[] {
  const lines = [`echo ${name} >> marks`];
  for (let i = chance.from(0, 2); i > 0; i--) lines.push(says(chance, scope, name));
  if (chance.chance(0.2)) lines.push(ends(chance));
  if (chance.chance(0.15)) lines.shift();
  return lines.length > 0 ? lines : ["true"];
}

function says(chance: Chance, scope: Scope, name: string): string {
  const kinds = [
    () => `echo ${scope.text(chance)} ${scope.text(chance)}`,
    () => `echo ${name}:${scope.text(chance)}`,
    () => `printf '%s\\n' ${scope.text(chance)} "${scope.value(chance)}"`,
    () => `echo ${scope.text(chance)} >&2`,
    () => `echo ${scope.text(chance)} > ${fileOf(name)}`,
    () => `echo $DAG_NAME $DAG_RUN_STEP_NAME ${"$DAG_RUN_STATUS".slice(0, chance.pick([0, 15]))}`,
    () => `cat ${scope.files.length > 0 ? chance.pick(scope.files) : "flow.yaml | head -n 1"}`,
  ];
  return chance.pick(kinds)();
}

/** `test -f ok` and the counted one hold when the run is retried. */
function ends(chance: Chance): string {
  return chance.pick(["true", "false", "exit 3", "exit 4", "test -f ok || exit 5", "test -f ok", "exit 0"]);
}

/** A file that the step may leave for those behind it. */
export function fileOf(name: string): string {
  return `file-${name}-${OWN}`;
}

/** A file with a line for each execution of the step. */
function countOf(name: string): string {
  return `count-${name}-${OWN}`;
}

/** Fails until it was begun so many times. */
export function worksAtLast(name: string, times: number): string {
  const count = countOf(name);
  return `echo ${name} >> ${count}; echo try; test $(wc -l < ${count}) -ge ${times} || exit 7`;
}

/** One line, as those behind it want it. */
export function speaks(chance: Chance, scope: Scope, name: string): Part {
  return { command: `echo ${name} >> marks; echo ${scope.text(chance)}-${scope.text(chance)}` };
}

/** A JSON value, of which those behind it may take parts. */
export function speaksJson(chance: Chance, name: string): Part {
  const value = chance.pick(['{"a": {"b": "x"}, "c": [1, "two"]}', '{"a": {"b": 5}, "c": [true, 1.5]}']);
  return { command: `echo ${name} >> marks; echo '${value}'` };
}

/** A program in jq, in one of the forms that a type of step is given. */
export function filters(chance: Chance, scope: Scope): Part {
  const kind = chance.pick<Part>([
    { type: "jq" },
    { type: "jq", config: { raw: true } },
    { executor: "jq" },
    { executor: { type: "jq", config: { raw: true } } },
  ]);
  const command = chance.pick([".a", ".b[]", ".a, .b", ".", ".b | length", "{a} | keys", ".b[3] | not"]);
  return { ...kind, command, script: `{"a": "${scope.value(chance)}", "b": [1, "x", {"c": true}]}` };
}
