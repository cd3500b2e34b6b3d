/** Steps of definitions as the API tells them. */
import type { Condition, RepeatPolicy, Step } from "../../../core/dag.ts";
import type { ConditionResult } from "../../../core/run.ts";
import { commandWords } from "../../../stores/file/json/command_words.ts";
import { compact } from "../../../stores/file/json/json_write.ts";
import {
  anything,
  flag,
  type Infer,
  integer,
  list,
  map,
  named,
  object,
  optional,
  text,
} from "../http/schema.ts";

const conditionShape = named(
  "Condition",
  object({
    condition: text(),
    expected: optional(text()),
    negate: optional(flag()),
    error: optional(text()),
    matched: optional(flag()),
  }),
);

const repeatShape = named(
  "RepeatPolicy",
  object({
    repeat: optional(text({ description: "while or until" })),
    interval: optional(integer({ description: "Seconds" })),
    limit: optional(integer()),
    backoff: optional(anything()),
    maxIntervalSec: optional(integer()),
    condition: optional(conditionShape),
    exitCode: optional(list(integer())),
  }),
);

export const conditionsShape = list(conditionShape);

export const stepShape = named(
  "Step",
  object({
    name: text(),
    id: optional(text()),
    description: optional(text()),
    dir: optional(text()),
    commands: optional(list(object({ command: text(), args: optional(list(text())) }))),
    script: optional(text()),
    stdout: optional(text()),
    stderr: optional(text()),
    output: optional(text()),
    call: optional(text({ description: "Name of the DAG that the step runs" })),
    params: optional(text()),
    parallel: optional(object({ items: anything(), maxConcurrent: optional(integer()) })),
    depends: optional(list(text())),
    repeatPolicy: optional(repeatShape),
    mailOnError: optional(flag()),
    preconditions: optional(conditionsShape),
    timeoutSec: optional(integer()),
    executorConfig: optional(object({ type: optional(text()), config: optional(map(anything())) })),
  }),
);

export type StepJson = Infer<typeof stepShape>;

/** What a run shows in place of the texts of a step, with references replaced. */
export interface ShownTexts {
  readonly commands: readonly string[];
  readonly script: string;
}

export function stepJson(step: Step, shown: ShownTexts | null = null): StepJson {
  return {
    name: step.name,
    ...compact({
      id: step.id,
      description: step.description,
      dir: step.workingDir,
      commands: commandsJson(step, shown),
      script: shown?.script ?? step.script,
      stdout: step.stdout,
      stderr: step.stderr,
      output: step.output?.name,
      call: step.call?.name,
      params: step.call?.params,
      parallel: step.parallel
        ? { items: step.parallel.variable || step.parallel.items, maxConcurrent: step.parallel.maxConcurrent }
        : null,
      depends: step.depends,
      repeatPolicy: step.repeat ? repeatJson(step.repeat) : null,
      mailOnError: step.mailOnError,
      preconditions: step.preconditions.map(conditionJson),
      timeoutSec: Math.ceil(step.timeoutMs / 1000),
    }),
    executorConfig: { ...compact({ type: step.executor.type }), config: step.executor.config },
  };
}

function commandsJson(step: Step, shown: ShownTexts | null) {
  const texts = shown?.commands ?? step.commands.map((command) => command.text);
  return texts.map((line, i) => {
    const given = step.commands[i];
    if (given?.args && given.text === line) return { command: line, args: given.args };
    const [command = "", ...args] = commandWords(line);
    return { command, args };
  });
}

export function conditionJson(condition: Condition | ConditionResult): Infer<typeof conditionShape> {
  return {
    condition: condition.condition,
    ...compact({
      expected: condition.expected,
      negate: condition.negate,
      error: "error" in condition ? condition.error : "",
    }),
    ...("error" in condition ? { matched: condition.error === "" } : {}),
  };
}

function repeatJson(repeat: RepeatPolicy): Infer<typeof repeatShape> {
  return compact({
    repeat: repeat.mode,
    interval: Math.round(repeat.intervalMs / 1000),
    limit: repeat.limit,
    backoff: repeat.backoff,
    maxIntervalSec: Math.round(repeat.maxIntervalMs / 1000),
    condition: repeat.condition && conditionJson(repeat.condition),
    exitCode: repeat.exitCodes,
  });
}
