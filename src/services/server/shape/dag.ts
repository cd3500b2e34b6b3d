/** Definitions as the API tells them. */
import { type Dag, HANDLER_STEP_NAMES, type HandlerName } from "../../../core/dag.ts";
import { type DagSummary, dagSummaryOf } from "../../../core/dag_summary.ts";
import { formatIssue, type Issue } from "../../../core/errors.ts";
import { formatEntries } from "../../../core/text/params_text.ts";
import { compact } from "../../../stores/file/json/json_write.ts";
import { flag, type Infer, integer, list, named, object, optional, text } from "../http/schema.ts";
import { runSummaryShape } from "./run.ts";
import { conditionJson, conditionsShape, stepJson, stepShape } from "./step.ts";

const dagMembers = {
  name: text(),
  group: optional(text()),
  schedule: optional(list(object({ expression: text() }))),
  description: optional(text()),
  params: optional(list(text())),
  defaultParams: optional(text()),
  tags: optional(list(text())),
  queue: optional(text()),
  maxActiveRuns: optional(integer()),
  runConfig: optional(object({ disableParamEdit: flag(), disableRunIdEdit: flag() })),
};

export const dagShape = named("DAG", object(dagMembers));
export type DagJson = Infer<typeof dagShape>;

export const dagDetailsShape = named(
  "DAGDetails",
  object({
    ...dagMembers,
    env: optional(list(text())),
    logDir: optional(text()),
    handlerOn: optional(object({
      init: optional(stepShape),
      success: optional(stepShape),
      failure: optional(stepShape),
      cancel: optional(stepShape),
      exit: optional(stepShape),
      wait: optional(stepShape),
    })),
    steps: optional(list(stepShape)),
    delay: optional(integer()),
    histRetentionDays: optional(integer()),
    preconditions: optional(conditionsShape),
    maxActiveSteps: optional(integer()),
  }),
);
export type DagDetailsJson = Infer<typeof dagDetailsShape>;

export const problemShape = named(
  "Problem",
  object({
    field: text(),
    message: text(),
    line: optional(integer({ description: "Counts from 1" })),
    column: optional(integer()),
  }),
);

const resultShape = object({
  dagRunId: text(),
  status: integer(),
  startedAt: text(),
  durationMs: optional(integer()),
});

export const dagFileShape = named(
  "DAGFile",
  object({
    fileName: text({
      description: "Path of the file below the folder of definitions, without its ending: what addresses it",
    }),
    dag: dagShape,
    latestDAGRun: runSummaryShape,
    suspended: flag(),
    errors: list(text()),
    problems: optional(list(problemShape)),
    nextRuns: optional(list(text(), { description: "Next instants of its schedule" })),
    recentRuns: optional(list(resultShape, { description: "Newest first" })),
    durations: optional(
      object({ p50: integer(), p95: integer() }, {
        description:
          "Milliseconds that recentRuns took of which half, and 95 of 100, were not longer: those that succeeded",
      }),
    ),
  }),
);
export type DagFileJson = Infer<typeof dagFileShape>;

export function dagJson(dag: DagSummary): DagJson {
  const { disableParamEdit, disableRunIdEdit } = dag.runConfig;
  return {
    name: dag.name,
    ...compact({
      group: dag.group,
      schedule: dag.schedule.start.map(({ expression }) => ({ expression })),
      description: dag.description,
      params: dag.params,
      defaultParams: dag.defaultParams,
      tags: dag.tags,
      queue: dag.queue,
      maxActiveRuns: dag.maxActiveRuns,
      runConfig: disableParamEdit || disableRunIdEdit ? dag.runConfig : null,
    }),
  };
}

/** @param issues what is wrong with it: of what it is due for nothing is told then */
export function dagDetailsJson(dag: Dag, issues: readonly Issue[] = []): DagDetailsJson {
  const handlers = Object.entries(dag.handlers).map(([name, step]) => [
    name === "abort" ? "cancel" : name,
    stepJson({ ...step, name: step.name || HANDLER_STEP_NAMES[name as HandlerName] }),
  ]);
  return {
    ...dagJson(dagSummaryOf({ fileName: "", path: "" }, dag, issues)),
    ...compact({
      env: formatEntries(dag.env),
      logDir: dag.logDir,
      handlerOn: Object.fromEntries(handlers),
      delay: Math.ceil(dag.delayMs / 1000),
      histRetentionDays: dag.histRetentionDays,
      preconditions: dag.preconditions.map(conditionJson),
      maxActiveSteps: dag.maxActiveSteps,
    }),
    steps: dag.steps.map((step) => stepJson(step)),
  };
}

export function problemJson(issue: Issue): Infer<typeof problemShape> {
  const { position } = issue;
  return {
    field: issue.field,
    message: issue.message,
    ...(position && position.line > 0 ? { line: position.line, column: position.column } : {}),
  };
}

/** What is wrong with a definition, as texts. */
export function errorTexts(issues: readonly Issue[]): string[] {
  return issues.map(formatIssue);
}
