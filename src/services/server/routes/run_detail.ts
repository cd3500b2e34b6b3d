/** One run: its nodes, its definition, its outputs, its sub-runs. */
import { isActiveRun, RunStatus, runStatusName } from "../../../core/status.ts";
import type { RunRecord } from "../../../core/run.ts";
import { outputKey } from "../../../core/output_name.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import type { ServerContext } from "../context.ts";
import { findRun, findSubRun } from "../find/find_run.ts";
import { route } from "../http/route.ts";
import { integer, list, map, object, optional, text } from "../http/schema.ts";
import { dagNameShape, runIdShape } from "../shape/names.ts";
import { isPassing, shortVersion } from "../short_version.ts";
import { runDetailsJson, runDetailsShape } from "../shape/run.ts";

const detailsShape = object({ dagRunDetails: runDetailsShape });
const specShape = object({ spec: text({ max: 10_000_000 }) });

const outputsShape = object({
  metadata: object({
    dagName: text(),
    dagRunId: text(),
    attemptId: text(),
    status: text(),
    completedAt: text(),
    params: text({ description: "JSON text" }),
  }),
  outputs: map(text()),
});

const subRunsShape = object({
  subRuns: list(object({
    dagRunId: text(),
    dagName: optional(text()),
    params: optional(text()),
    status: integer(),
    statusLabel: text(),
    startedAt: text(),
    finishedAt: optional(text()),
  })),
});

const path = { name: dagNameShape, dagRunId: runIdShape };
const subPath = { ...path, subDAGRunId: runIdShape };

export function runDetailRoutes(context: ServerContext) {
  return [
    runDetails(context),
    runSpec(context),
    whyRun(context),
    runOutputs(context),
    runSubRuns(context),
    subRunDetails(context),
    subRunSpec(context),
  ];
}

function runDetails(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}",
    about: 'A run with all its nodes; the id "latest" takes the newest',
    role: "viewer",
    path,
    answers: { 200: detailsShape },
    version: () => shortVersion(context),
    handle: async ({ path }) => details(await findRun(context, path.name, path.dagRunId)),
  });
}

function runSpec(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/spec",
    about: "The definition as the run used it",
    role: "viewer",
    path,
    answers: { 200: specShape },
    handle: async ({ path }) => {
      const run = await findRun(context, path.name, path.dagRunId);
      return { json: { spec: (await context.runs.snapshot(run)).dag.source } };
    },
  });
}

function whyRun(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/why",
    about: "Why a run waits, or ended as it did, in one sentence",
    role: "viewer",
    path,
    answers: { 200: object({ why: text() }) },
    handle: async ({ path }) => {
      const { record } = await findRun(context, path.name, path.dagRunId);
      return { json: { why: await context.why({ name: record.name, id: record.dagRunId }) } };
    },
  });
}

function runOutputs(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/outputs",
    about: "What the steps of a run gave as outputs",
    role: "viewer",
    path,
    answers: { 200: outputsShape },
    handle: async ({ path }) => {
      const { record } = await findRun(context, path.name, path.dagRunId);
      return { json: outputsJson(record) };
    },
  });
}

function runSubRuns(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/sub-dag-runs",
    about: "Sub-runs of a run, or of one of its sub-runs",
    role: "viewer",
    path,
    query: { parentSubDAGRunId: optional(runIdShape) },
    answers: { 200: subRunsShape },
    handle: async ({ path, query }) => {
      const { parentSubDAGRunId: parent } = query;
      const run = parent === undefined
        ? await findRun(context, path.name, path.dagRunId)
        : await findSubRun(context, path.name, path.dagRunId, parent);
      return { json: { subRuns: await subRuns(context, run.record) } };
    },
  });
}

function subRunDetails(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}",
    about: "A sub-run with all its nodes",
    role: "viewer",
    path: subPath,
    answers: { 200: detailsShape },
    handle: async ({ path }) =>
      details(await findSubRun(context, path.name, path.dagRunId, path.subDAGRunId)),
  });
}

function subRunSpec(context: ServerContext) {
  return route({
    method: "get",
    at: "/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/spec",
    about: "The definition as the sub-run used it",
    role: "viewer",
    path: subPath,
    answers: { 200: specShape },
    handle: async ({ path }) => {
      const run = await findSubRun(context, path.name, path.dagRunId, path.subDAGRunId);
      return { json: { spec: (await context.runs.snapshot(run)).dag.source } };
    },
  });
}

function details({ record }: StoredRun) {
  return { json: { dagRunDetails: runDetailsJson(record) }, passing: isPassing(record) };
}

/** Keys in camel case, as in `outputs.json`; the masked values of the record. */
function outputsJson(record: RunRecord) {
  const outputs: Record<string, string> = {};
  for (const { step, state } of [...record.nodes, ...Object.values(record.handlers)]) {
    for (const [name, value] of Object.entries(state.outputs)) {
      if (step.output?.omit) continue;
      outputs[step.output?.name === name && step.output.key || outputKey(name)] = value;
    }
  }
  const ended = !isActiveRun(record.status) && record.status !== RunStatus.NotStarted;
  return {
    metadata: {
      dagName: record.name,
      dagRunId: record.dagRunId,
      attemptId: record.attemptId,
      status: runStatusName(record.status),
      completedAt: ended ? timeText(record.finishedAt) : "",
      params: JSON.stringify(record.paramsList),
    },
    outputs,
  };
}

async function subRuns(context: ServerContext, record: RunRecord) {
  const children = [...record.nodes, ...Object.values(record.handlers)]
    .flatMap(({ state }) => [...state.children, ...state.childrenRepeated]);
  const found = await Promise.all(children.map(async (child) => {
    const run = await context.runs.findChild(record.root, child.dagRunId);
    const status = run?.record.status ?? RunStatus.NotStarted;
    return {
      dagRunId: child.dagRunId,
      ...(run ? { dagName: run.record.name } : {}),
      ...(child.params === "" ? {} : { params: child.params }),
      status,
      statusLabel: runStatusName(status),
      startedAt: timeText(run?.record.startedAt ?? 0),
      finishedAt: timeText(run?.record.finishedAt ?? 0),
    };
  }));
  return found;
}
