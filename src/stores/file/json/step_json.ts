/**
 * A step as it stands in `dag.json` and `status.jsonl`: the shape of Dagu 1.30, where durations are nanoseconds and
 * empty members are left out. What that shape cannot hold stands in members that Dagu does not look at: `exec` of a
 * command, and `own`.
 */
import type { ContainerDecl, LlmDecl } from "../../../core/declarations.ts";
import type {
  Command,
  Condition,
  ContinueOn,
  OutputDecl,
  Parallel,
  Param,
  RepeatPolicy,
  RetryPolicy,
  Step,
} from "../../../core/dag.ts";
import { commandWords, quoteWords } from "./command_words.ts";
import { containerFromJson, containerToJson } from "./container_json.ts";
import {
  flag,
  isObject,
  type JsonObject,
  list,
  number,
  numbers,
  object,
  objects,
  splitPair,
  text,
  textMap,
  texts,
} from "./json_read.ts";
import { compact, milliseconds, nanoseconds } from "./json_write.ts";
import { declFromJson } from "./permission_json.ts";
import { llmFromJson, llmToJson } from "./service_json.ts";

export function stepToJson(step: Step): Record<string, unknown> {
  return {
    ...compact({ id: step.id }),
    name: step.name,
    ...compact({
      description: step.description,
      shell: step.shell?.program,
      shellPackages: step.shellPackages,
      shellArgs: step.shell?.args,
      dir: step.workingDir,
      executorConfig: compact({ type: step.executor.type, config: step.executor.config }),
      commands: step.commands.map(commandToJson),
      script: step.script,
      stdout: step.stdout,
      stderr: step.stderr,
      logOutput: step.logOutput,
      output: step.output?.name,
      outputKey: step.output?.key,
      outputOmit: step.output?.omit,
      depends: step.depends,
      continueOn: continueOnToJson(step.continueOn),
    }),
    ...(step.retry ? { retryPolicy: retryToJson(step.retry) } : {}),
    ...(step.repeat ? { repeatPolicy: repeatToJson(step.repeat) } : {}),
    ...compact({
      mailOnError: step.mailOnError,
      preconditions: step.preconditions.map(conditionToJson),
      signalOnStop: step.signalOnStop,
      childDag: step.call ? compact({ name: step.call.name, params: step.call.params }) : null,
      workerSelector: step.workerSelector,
      parallel: step.parallel ? parallelToJson(step.parallel) : null,
      env: step.env.map((entry) => `${entry.name}=${entry.value}`),
      params: Object.fromEntries(step.params.map((param) => [param.name, param.value])),
      timeout: nanoseconds(step.timeoutMs),
      container: step.container ? containerToJson(step.container as ContainerDecl) : null,
      llm: step.llm ? llmToJson(step.llm as LlmDecl) : null,
      messages: step.messages,
      // An empty block of permissions allows nothing: it must not be taken for none.
      own: step.permissions ? { permissions: step.permissions } : null,
    }),
  };
}

/** @returns the step; members that are missing or have a wrong shape take their defaults. */
export function stepFromJson(json: JsonObject): Step {
  const executor = object(json, "executorConfig") ?? {};
  const call = object(json, "childDag");
  const parallel = object(json, "parallel");
  const repeat = object(json, "repeatPolicy");
  const retry = object(json, "retryPolicy");
  const name = text(json, "output");
  const output: OutputDecl = { name, key: text(json, "outputKey"), omit: flag(json, "outputOmit") };
  const logOutput = text(json, "logOutput");
  const own = object(json, "own") ?? {};
  return {
    name: text(json, "name"),
    id: text(json, "id"),
    description: text(json, "description"),
    executor: { type: text(executor, "type"), config: object(executor, "config") ?? {} },
    shell: text(json, "shell") ? { program: text(json, "shell"), args: texts(json, "shellArgs") } : null,
    shellPackages: texts(json, "shellPackages"),
    workingDir: text(json, "dir"),
    env: texts(json, "env").map(splitPair),
    commands: objects(json, "commands").map(commandFromJson),
    script: text(json, "script"),
    stdout: text(json, "stdout"),
    stderr: text(json, "stderr"),
    logOutput: logOutput === "separate" || logOutput === "merged" ? logOutput : "",
    output: name ? output : null,
    depends: texts(json, "depends"),
    continueOn: continueOnFromJson(object(json, "continueOn") ?? {}),
    retry: retry && retryFromJson(retry),
    repeat: repeat && repeatFromJson(repeat),
    preconditions: objects(json, "preconditions").map(conditionFromJson),
    mailOnError: flag(json, "mailOnError"),
    signalOnStop: text(json, "signalOnStop"),
    timeoutMs: milliseconds(number(json, "timeout")),
    call: call && { name: text(call, "name"), params: text(call, "params") },
    params: call ? [] : paramsFromJson(json),
    parallel: parallel && parallelFromJson(parallel),
    workerSelector: textMap(json, "workerSelector"),
    permissions: declFromJson(own.permissions),
    container: containerFromJson(json.container),
    llm: llmFromJson(json.llm),
    messages: json.messages ?? null,
  };
}

function paramsFromJson(json: JsonObject): Param[] {
  return Object.entries(textMap(json, "params")).map(([name, value]) => ({ name, value }));
}

export function commandToJson(command: Command): Record<string, unknown> {
  if (command.args) {
    const line = quoteWords([command.text, ...command.args]);
    return { ...compact({ command: command.text, args: command.args }), cmdWithArgs: line, exec: true };
  }
  const [program = "", ...args] = commandWords(command.text);
  return { ...compact({ command: program, args }), cmdWithArgs: command.text };
}

function commandFromJson(json: JsonObject): Command {
  if (flag(json, "exec")) return { text: text(json, "command"), args: texts(json, "args") };
  const line = text(json, "cmdWithArgs");
  return { text: line || quoteWords([text(json, "command"), ...texts(json, "args")]), args: null };
}

export function conditionToJson(condition: Condition): Record<string, unknown> {
  return compact({
    condition: condition.condition,
    expected: condition.expected,
    negate: condition.negate,
  });
}

export function conditionFromJson(json: JsonObject): Condition {
  return {
    condition: text(json, "condition"),
    expected: text(json, "expected"),
    negate: flag(json, "negate"),
  };
}

function continueOnToJson(on: ContinueOn): Record<string, unknown> {
  return compact({
    failure: on.failure,
    skipped: on.skipped,
    exitCode: on.exitCodes,
    output: on.outputs,
    markSuccess: on.markSuccess,
  });
}

function continueOnFromJson(json: JsonObject): ContinueOn {
  return {
    failure: flag(json, "failure"),
    skipped: flag(json, "skipped"),
    exitCodes: numbers(json, "exitCode"),
    outputs: texts(json, "output"),
    markSuccess: flag(json, "markSuccess"),
  };
}

function retryToJson(retry: RetryPolicy): Record<string, unknown> {
  const { limit, intervalMs } = retry;
  return compact({
    limit: typeof limit === "number" ? limit : 0,
    interval: typeof intervalMs === "number" ? nanoseconds(intervalMs) : 0,
    limitStr: typeof limit === "string" ? limit : "",
    intervalSecStr: typeof intervalMs === "string" ? intervalMs : "",
    exitCode: retry.exitCodes,
    backoff: retry.backoff,
    maxInterval: nanoseconds(retry.maxIntervalMs),
  });
}

function retryFromJson(json: JsonObject): RetryPolicy {
  return {
    limit: text(json, "limitStr") || number(json, "limit"),
    intervalMs: text(json, "intervalSecStr") || milliseconds(number(json, "interval")),
    exitCodes: numbers(json, "exitCode"),
    backoff: number(json, "backoff"),
    maxIntervalMs: milliseconds(number(json, "maxInterval")),
  };
}

function repeatToJson(repeat: RepeatPolicy): Record<string, unknown> {
  return compact({
    repeatMode: repeat.mode,
    interval: nanoseconds(repeat.intervalMs),
    limit: repeat.limit,
    backoff: repeat.backoff,
    maxInterval: nanoseconds(repeat.maxIntervalMs),
    condition: repeat.condition && conditionToJson(repeat.condition),
    exitCode: repeat.exitCodes,
  });
}

function repeatFromJson(json: JsonObject): RepeatPolicy {
  const mode = text(json, "repeatMode");
  const condition = object(json, "condition");
  return {
    mode: mode === "while" || mode === "until" ? mode : flag(json, "repeat") ? "while" : "",
    intervalMs: milliseconds(number(json, "interval")),
    limit: number(json, "limit"),
    condition: condition && conditionFromJson(condition),
    exitCodes: numbers(json, "exitCode"),
    backoff: number(json, "backoff"),
    maxIntervalMs: milliseconds(number(json, "maxInterval")),
  };
}

function parallelToJson(parallel: Parallel): Record<string, unknown> {
  return {
    ...compact({
      variable: parallel.variable,
      items: parallel.items.map((item) => typeof item === "string" ? { value: item } : { params: item }),
    }),
    maxConcurrent: parallel.maxConcurrent,
  };
}

function parallelFromJson(json: JsonObject): Parallel {
  const items = list(json, "items").map((item) => {
    if (!isObject(item)) return String(item);
    return object(item, "params") ? textMap(item, "params") : text(item, "value");
  });
  return { variable: text(json, "variable"), items, maxConcurrent: number(json, "maxConcurrent", 10) };
}
