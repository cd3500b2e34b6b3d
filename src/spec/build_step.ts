/** One decoded step -> the core {@link Step}; its name and dependencies come from its surroundings. */
import { permissionDecl } from "./parts/permission_decl.ts";
import type { LlmDecl } from "../core/declarations.ts";
import type { Command, ExecutorDecl, OutputDecl, Step, SubDagCall } from "../core/dag.ts";
import { quoteParams } from "../core/text/params_text.ts";
import { conditionList } from "./parts/condition_list.ts";
import { containerDecl } from "./parts/container_decl.ts";
import { continueOn } from "./parts/continue_on.ts";
import type { ObjectValue } from "./decode.ts";
import { envEntries } from "./parts/env_entries.ts";
import { executorConfig } from "./executor_config.ts";
import { checkExecutor } from "./executor_rules.ts";
import { quote } from "./issue_list.ts";
import { llmDecl, messageDecls } from "./parts/llm_decl.ts";
import { parallelDecl } from "./parts/parallel_decl.ts";
import { stepParams } from "./parts/param_decl.ts";
import { repeatPolicy } from "./parts/repeat_policy.ts";
import { retryPolicy } from "./parts/retry_policy.ts";
import { shellDecl } from "./parts/shell_decl.ts";
import type { StepKinds } from "./step_kinds.ts";
import { toText } from "./yaml/yaml_node.ts";

/** What a step takes from its DAG. */
export interface StepDefaults {
  /** Kind of steps that do not say one: "container", "ssh" or "". */
  readonly type: string;
  readonly llm: LlmDecl | null;
  readonly kinds: StepKinds;
}

/** A step before its surroundings give it a name and dependencies. */
export type UnnamedStep = Omit<Step, "name" | "depends"> & { name: string; depends: readonly string[] };

const SIGNALS: ReadonlySet<string> = new Set(
  ("ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP " +
    "TSTP TTIN TTOU UNUSED URG USR1 USR2 VTALRM WINCH XCPU XFSZ").split(" ").map((name) => `SIG${name}`),
);

/** Everything of a step but its name and what it depends on. */
export function buildStep(step: ObjectValue, defaults: StepDefaults): UnnamedStep {
  const executor = executorDecl(step, defaults);
  const { commands, script } = work(step);
  const params = stepParams(step.get("params"));
  const call = step.text("call");
  const parallel = parallelDecl(step);
  if (parallel && call === "") {
    step.issue("parallel", '"parallel" runs sub-DAGs only: give the name of one in "call"');
  }
  checkExecutor(step, {
    type: executor.type,
    commands: commands.length,
    script: script !== "",
    config: executor.config,
  }, defaults.kinds);
  return {
    name: "",
    id: step.text("id"),
    description: step.text("description"),
    executor,
    shell: shellDecl(step, "shell"),
    shellPackages: step.texts("shellPackages"),
    workingDir: step.text("workingDir"),
    env: envEntries(step.get("env"), step.issues),
    commands,
    script,
    ...copies(step),
    logOutput: logOutput(step),
    output: outputDecl(step),
    depends: [],
    continueOn: continueOn(step.get("continueOn")),
    retry: retryPolicy(step.object("retryPolicy")),
    repeat: repeatPolicy(step.object("repeatPolicy")),
    preconditions: conditionList(step),
    mailOnError: step.bool("mailOnError"),
    signalOnStop: signal(step),
    timeoutMs: step.int("timeoutSec", 0) * 1000,
    call: call === "" ? null : subDag(call, params),
    params: call === "" ? params : [],
    parallel,
    workerSelector: step.record("workerSelector"),
    permissions: permissionDecl(step),
    container: containerDecl(step, "container"),
    llm: executor.type === "chat" ? llmDecl(step, defaults.llm) : llmDecl(step, null),
    messages: step.has("messages") ? messageDecls(step) : null,
  };
}

/** The value of a `logOutput` field, "" when absent. */
export function logOutput(owner: ObjectValue): Step["logOutput"] {
  return owner.text("logOutput").toLowerCase() as Step["logOutput"];
}

function executorDecl(step: ObjectValue, { type: inherited, kinds }: StepDefaults): ExecutorDecl {
  const old = step.get("executor");
  for (const name of ["type", "config"]) {
    if (old && step.has(name)) {
      step.issue(name, `"${name}" and "executor" exclude each other, use "type" and "config"`);
    }
  }
  const given = step.text("type") || (old?.object ? old.object.text("type") : step.text("executor"));
  const type = typeOf(step, given, inherited);
  return { type, config: executorConfig(old?.object ?? step, kinds.config(type)) };
}

function typeOf(step: ObjectValue, given: string, inherited: string): string {
  const parallel = step.has("parallel");
  if (given === "dag" || given === "subworkflow") return parallel ? "parallel" : given;
  if (given !== "") return given;
  if (step.has("container")) return "docker";
  if (parallel) return "parallel";
  return step.text("call") !== "" ? "dag" : inherited;
}

function work(step: ObjectValue): { commands: Command[]; script: string } {
  const script = scriptText(step.raw("script"));
  const exec = step.object("exec");
  if (exec) {
    for (const name of ["command", "script"]) {
      if (step.has(name)) step.issue(name, `"${name}" and "exec" exclude each other`);
    }
    const text = exec.text("command");
    if (text === "" && exec.has("command")) exec.issue("command", "The command of exec is empty");
    return { commands: [{ text, args: exec.texts("args") }], script };
  }
  const command = step.get("command");
  if (!command) return { commands: [], script };
  const texts: string[] = [];
  for (const item of command.items ?? [command]) {
    const text = toText(item.node).trim();
    if (text !== "") texts.push(text);
    else if (item.node.kind === "scalar" && item.node.type === "null") {
      step.issues.add(item.path, "A command must be a text, a number or a boolean, got nothing", item.node);
    }
  }
  if (texts.length === 0) step.issue("command", "The step command is empty");
  if (!command.items && texts.length === 1 && texts[0].includes("\n")) {
    if (script !== "") {
      step.issue("command", 'A command of several lines is a script: it and "script" exclude each other');
    }
    return { commands: [], script: scriptText(toText(command.node)) };
  }
  return { commands: texts.map((text) => ({ text, args: null })), script };
}

/** Without empty lines around it; the indentation of the first line stays. */
function scriptText(text: string): string {
  return text.replace(/^(?:[ \t]*\r?\n)+/, "").trimEnd();
}

function copies(step: ObjectValue): { stdout: string; stderr: string } {
  const stdout = step.text("stdout");
  const stderr = step.text("stderr");
  if (stdout !== "" && stdout === stderr) {
    step.issue(
      "stderr",
      `stdout and stderr cannot both be written to ${quote(stdout)}, use "logOutput: merged" instead`,
    );
  }
  return { stdout, stderr };
}

function outputDecl(step: ObjectValue): OutputDecl | null {
  const fields = step.object("output");
  const name = variableName(fields ? fields.text("name") : step.text("output"));
  if (name !== "") return { name, key: fields?.text("key") ?? "", omit: fields?.bool("omit") ?? false };
  if (fields?.has("name")) fields.issue("name", "The name of the output is empty");
  return null;
}

/** `NAME`, `$NAME` and `${NAME}` mean the same here. */
function variableName(text: string): string {
  return text.replace(/^\$\{(.*)\}$/, "$1").replace(/^\$/, "").trim();
}

function signal(step: ObjectValue): string {
  const name = step.text("signalOnStop");
  if (name !== "" && !SIGNALS.has(name)) {
    step.issue("signalOnStop", `Unknown signal ${quote(name)}, expected a name such as "SIGINT"`);
  }
  return name;
}

function subDag(name: string, params: Step["params"]): SubDagCall {
  return { name, params: params.length === 0 ? "" : quoteParams(params) };
}
