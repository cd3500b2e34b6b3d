/** Logs of runs and steps: parts by lines, search, the whole file. */
import type { Node, NodeState, RunRecord } from "../../../core/run.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import type { ServerContext } from "../context.ts";
import { findRun, findSubRun } from "../find_run.ts";
import { badRequest, notFound } from "../http/api_error.ts";
import { type Answer, route } from "../http/route.ts";
import { flag, type Infer, integer, list, named, object, optional, text, word } from "../http/schema.ts";
import { logsOf } from "../logs/logs_of.ts";
import { type LogPart, MAX_LINES } from "../logs/log_part.ts";
import type { LogAnswer, LogReader } from "../logs/log_reader.ts";
import type { Stream } from "../logs/timed_log.ts";
import { readTimed, searchTimed, type TimedAnswer } from "../logs/timed_logs.ts";
import { dagNameShape, runIdShape, stepNameShape } from "../names.ts";
import { isPassing, shortVersion } from "../short_version.ts";
import { regexProblem, searcher } from "../text_search.ts";

const logShape = named(
  "Log",
  object({
    content: text({ max: 100_000_000 }),
    lineCount: integer({ description: "Lines in content" }),
    totalLines: integer(),
    hasMore: optional(flag({ description: "There are lines outside of this part" })),
    isEstimate: optional(flag({ description: "totalLines is a guess" })),
    firstLine: optional(integer({ description: "Number of the first line in content; counts from 1" })),
    size: optional(integer({ description: "Bytes of the whole log" })),
    open: optional(flag({ description: "The last line of the log has no end yet" })),
    ended: optional(flag({ description: "Nothing will be added" })),
    times: optional(list(integer({ description: "Unix milliseconds; 0 when it is not known" }))),
    streams: optional(list(word(["stdout", "stderr"]))),
  }),
);

export type LogJson = Infer<typeof logShape>;

const searchShape = object({
  matches: list(object({ line: integer(), text: text() })),
  totalLines: integer(),
  nextFrom: optional(integer({ description: "Line to go on from; absent when everything was looked at" })),
});

const count = (what: string) =>
  optional(integer({ min: 1, max: 1e12, description: `${what}; ${MAX_LINES} at most are given` }));

const partQuery = {
  head: count("First lines"),
  tail: count("Last lines, 1000 when nothing is asked for"),
  offset: optional(integer({ min: 1, max: 1e12, description: "Number of the first line; counts from 1" })),
  limit: count("Lines from offset on, or from the first"),
};

const streamWord = word(["stdout", "stderr"]);
const merge = optional(flag({ description: "Both streams, in the order of time" }));
const stepQuery = {
  ...partQuery,
  stream: optional(streamWord),
  merge,
  times: optional(flag({ description: "With the time of each line" })),
};
/** Clients of Dagu say a stream for the log of a run, too. */
const runQuery = {
  ...partQuery,
  stream: optional(word(["stdout", "stderr"], { description: "Without effect: there is one" })),
};
const rootPath = { name: dagNameShape, dagRunId: runIdShape };
const subPath = { ...rootPath, subDAGRunId: runIdShape };

/** A root run, or a sub-run below it. */
interface Place {
  readonly name: string;
  readonly dagRunId: string;
  readonly subDAGRunId?: string;
}

interface StepQuery extends LogPart {
  readonly stream?: Stream;
  readonly merge?: boolean;
  readonly times?: boolean;
}

const searchQuery = {
  q: text({ min: 1, max: 500, description: "Regular expression, whatever the case" }),
  from: optional(integer({ min: 1, max: 1e12, description: "Number of the line to begin at" })),
  limit: optional(integer({ min: 1, max: 1000 })),
  stream: optional(streamWord),
  merge,
};

export function logRoutes(context: ServerContext) {
  const root = (path: { name: string; dagRunId: string }) => findRun(context, path.name, path.dagRunId);
  const sub = (path: { name: string; dagRunId: string; subDAGRunId: string }) =>
    findSubRun(context, path.name, path.dagRunId, path.subDAGRunId);
  const runAt = (place: Place) =>
    place.subDAGRunId === undefined ? root(place) : sub({ ...place, subDAGRunId: place.subDAGRunId });
  const ofRun = async (run: StoredRun, part: LogPart): Promise<Answer> => ({
    json: logJson(await (await logsOf(context, run)).read(run.record.log, part), hasEnded(run.record)),
    passing: isPassing(run.record),
  });
  const ofStep = async (run: StoredRun, step: string, query: StepQuery): Promise<Answer> => {
    const { state } = findNode(run.record, step);
    const ended = state.finishedAt > 0;
    const logs = await logsOf(context, run);
    const json = query.merge || query.times
      ? timedJson(await readTimed(logs, state, streamsOf(state, query), query), ended, query.merge ?? false)
      : logJson(await logs.read(state[query.stream ?? "stdout"], query), ended);
    return { json, passing: isPassing(run.record) };
  };
  const search = async (
    logs: LogReader,
    state: NodeState,
    query: Infer<typeof searchQueryShape>,
    gone: AbortSignal,
  ): Promise<Answer> => {
    const problem = regexProblem(query.q);
    if (problem !== "") throw badRequest(problem);
    const { hits, next, total } = await searchTimed(logs, state, streamsOf(state, query), {
      test: searcher(query.q),
      from: query.from ?? 1,
      limit: query.limit ?? 200,
      gone,
    });
    return {
      json: {
        matches: hits.map(({ line, text }) => ({ line, text: text.slice(0, 2000) })),
        totalLines: total,
        ...(next > 0 ? { nextFrom: next } : {}),
      },
    };
  };
  const whole = async (
    run: StoredRun,
    path: string,
    fileName: string,
    download: boolean,
  ): Promise<Answer> => {
    const body = await (await logsOf(context, run)).stream(path) ?? "";
    const safe = fileName.replace(/[^A-Za-z0-9_.-]/g, "_");
    return {
      type: "text/plain; charset=utf-8",
      body,
      headers: download ? { "content-disposition": `attachment; filename="${safe}"` } : {},
    };
  };
  const ofSteps = (base: string, place: typeof rootPath & { subDAGRunId?: typeof runIdShape }) => [
    route({
      method: "get",
      at: `${base}/steps/{stepName}/log/search`,
      about: "Lines that a step wrote and that match",
      role: "viewer",
      path: { ...place, stepName: stepNameShape },
      query: searchQuery,
      answers: { 200: searchShape },
      handle: async ({ path, query, gone }) => {
        const run = await runAt(path as Place);
        const { state } = findNode(run.record, path.stepName);
        return await search(await logsOf(context, run), state, query, gone());
      },
    }),
    route({
      method: "get",
      at: `${base}/steps/{stepName}/log/raw`,
      about: "All that a step wrote, as it stands in the file",
      role: "viewer",
      path: { ...place, stepName: stepNameShape },
      query: { stream: optional(streamWord), download: optional(flag()) },
      answers: { 200: "text/plain" },
      handle: async ({ path, query }) => {
        const { stream = "stdout" } = query;
        const run = await runAt(path as Place);
        return await whole(
          run,
          findNode(run.record, path.stepName).state[stream],
          `${run.record.dagRunId}-${path.stepName}.${stream}.log`,
          query.download ?? false,
        );
      },
    }),
  ];
  return [
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/log",
      about: "Part of the log of a run",
      role: "viewer",
      path: rootPath,
      query: runQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => await ofRun(await root(path), query),
    }),
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/steps/{stepName}/log",
      about: "Part of what a step wrote",
      role: "viewer",
      path: { ...rootPath, stepName: stepNameShape },
      query: stepQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => await ofStep(await root(path), path.stepName, query),
    }),
    ...ofSteps("/dag-runs/{name}/{dagRunId}", rootPath),
    ...ofSteps("/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}", subPath),
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/log/raw",
      about: "The whole log of a run",
      role: "viewer",
      path: rootPath,
      query: { download: optional(flag()) },
      answers: { 200: "text/plain" },
      handle: async ({ path, query }) => {
        const run = await root(path);
        return await whole(run, run.record.log, `${path.dagRunId}.log`, query.download ?? false);
      },
    }),
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/log",
      about: "Part of the log of a sub-run",
      role: "viewer",
      path: subPath,
      query: runQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => await ofRun(await sub(path), query),
    }),
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}/steps/{stepName}/log",
      about: "Part of what a step of a sub-run wrote",
      role: "viewer",
      path: { ...subPath, stepName: stepNameShape },
      query: stepQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => await ofStep(await sub(path), path.stepName, query),
    }),
  ];
}

const searchQueryShape = object(searchQuery);

/** @throws ApiError when no step or handler has that name */
export function findNode(record: RunRecord, step: string): Node {
  const nodes = [...record.nodes, ...Object.values(record.handlers)];
  const node = nodes.find((one) => one.step.name === step) ?? nodes.find((one) => one.step.id === step);
  if (!node) throw notFound(`Step ${step} not found in DAG ${record.name}`);
  return node;
}

/** Streams that are asked for. Where they share one file there is but one. */
function streamsOf(
  { stdout, stderr }: NodeState,
  { stream = "stdout", merge = false }: { readonly stream?: Stream; readonly merge?: boolean },
): readonly Stream[] {
  return merge && stdout !== stderr ? ["stdout", "stderr"] : [merge ? "stdout" : stream];
}

function hasEnded(record: RunRecord): boolean {
  return record.finishedAt > 0;
}

function timedJson(answer: TimedAnswer, ended: boolean, merged: boolean): Infer<typeof logShape> {
  const { times, streams } = answer;
  return { ...logJson(answer, ended), times, ...(merged ? { streams } : {}) };
}

function logJson(answer: LogAnswer, ended: boolean): Infer<typeof logShape> {
  return {
    content: answer.lines.join("\n"),
    lineCount: answer.lines.length,
    totalLines: answer.total,
    ...(answer.more ? { hasMore: true } : {}),
    ...(answer.estimated ? { isEstimate: true } : {}),
    ...(answer.first > 0 ? { firstLine: answer.first } : {}),
    size: answer.size,
    ...(answer.open ? { open: true } : {}),
    ended,
  };
}
