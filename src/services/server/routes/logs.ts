/** Parts of logs by lines: those of runs, and what their steps wrote. */
import type { ServerContext } from "../context.ts";
import { findNode, findPlace, type RunPlace } from "../find/find_run.ts";
import { route } from "../http/route.ts";
import { flag, integer, optional, word } from "../http/schema.ts";
import { MAX_LINES } from "../logs/log_part.ts";
import { logsOf } from "../logs/logs_of.ts";
import { readTimed } from "../logs/timed_logs.ts";
import { wantedStreams } from "../logs/wanted_streams.ts";
import { stepNameShape } from "../shape/names.ts";
import { logJson, logShape, timedJson } from "../shape/log.ts";
import { isPassing, shortVersion } from "../short_version.ts";
import { atRuns } from "./run_places.ts";

const count = (what: string) =>
  optional(integer({ min: 1, max: 1e12, description: `${what}; ${MAX_LINES} at most are given` }));

const partQuery = {
  head: count("First lines"),
  tail: count("Last lines, 1000 when nothing is asked for"),
  offset: optional(integer({ min: 1, max: 1e12, description: "Number of the first line; counts from 1" })),
  limit: count("Lines from offset on, or from the first"),
};

const stepQuery = {
  ...partQuery,
  stream: optional(word(["stdout", "stderr"])),
  merge: optional(flag({ description: "Both streams, in the order of time" })),
  times: optional(flag({ description: "With the time of each line" })),
};
/** Clients of Dagu say a stream for the log of a run, too. */
const runQuery = {
  ...partQuery,
  stream: optional(word(["stdout", "stderr"], { description: "Without effect: there is one" })),
};

export function logRoutes(context: ServerContext) {
  return atRuns((base, place) => [
    route({
      method: "get",
      at: `${base}/log`,
      about: "Part of the log of a run",
      role: "viewer",
      path: place,
      query: runQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => {
        const run = await findPlace(context, path as RunPlace);
        const { record } = run;
        const answer = await (await logsOf(context, run)).read(record.log, query);
        return { json: logJson(answer, record.finishedAt > 0), passing: isPassing(record) };
      },
    }),
    route({
      method: "get",
      at: `${base}/steps/{stepName}/log`,
      about: "Part of what a step wrote",
      role: "viewer",
      path: { ...place, stepName: stepNameShape },
      query: stepQuery,
      answers: { 200: logShape },
      version: () => shortVersion(context),
      handle: async ({ path, query }) => {
        const run = await findPlace(context, path as RunPlace);
        const { state } = findNode(run.record, path.stepName);
        const { stream = "stdout", merge = false, times = false } = query;
        const logs = await logsOf(context, run);
        const ended = state.finishedAt > 0;
        const json = merge || times
          ? timedJson(await readTimed(logs, state, wantedStreams(state, query), query), ended, merge)
          : logJson(await logs.read(state[stream], query), ended);
        return { json, passing: isPassing(run.record) };
      },
    }),
  ]);
}
