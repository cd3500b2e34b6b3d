/** Search in what steps wrote. */
import type { ServerContext } from "../context.ts";
import { findNode, findPlace, type RunPlace } from "../find/find_run.ts";
import { badRequest } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { flag, integer, list, object, optional, text, word } from "../http/schema.ts";
import { logsOf } from "../logs/logs_of.ts";
import { searchTimed } from "../logs/timed_logs.ts";
import { wantedStreams } from "../logs/wanted_streams.ts";
import { stepNameShape } from "../shape/names.ts";
import { regexProblem, searcher } from "../find/text_search.ts";
import { atRuns } from "./run_places.ts";

const searchShape = object({
  matches: list(object({ line: integer(), text: text() })),
  totalLines: integer(),
  nextFrom: optional(integer({ description: "Line to go on from; absent when everything was looked at" })),
});

const searchQuery = {
  q: text({ min: 1, max: 500, description: "Regular expression, whatever the case" }),
  from: optional(integer({ min: 1, max: 1e12, description: "Number of the line to begin at" })),
  limit: optional(integer({ min: 1, max: 1000 })),
  stream: optional(word(["stdout", "stderr"])),
  merge: optional(flag({ description: "Both streams, in the order of time" })),
};

export function logSearchRoutes(context: ServerContext) {
  return atRuns((base, place) => [route({
    method: "get",
    at: `${base}/steps/{stepName}/log/search`,
    about: "Lines that a step wrote and that match",
    role: "viewer",
    path: { ...place, stepName: stepNameShape },
    query: searchQuery,
    answers: { 200: searchShape },
    handle: async ({ path, query, gone }) => {
      const run = await findPlace(context, path as RunPlace);
      const { state } = findNode(run.record, path.stepName);
      const problem = regexProblem(query.q);
      if (problem !== "") throw badRequest(problem);
      const { hits, next, total } = await searchTimed(
        await logsOf(context, run),
        state,
        wantedStreams(state, query),
        { test: searcher(query.q), from: query.from ?? 1, limit: query.limit ?? 200, gone: gone() },
      );
      return {
        json: {
          matches: hits.map(({ line, text }) => ({ line, text: text.slice(0, 2000) })),
          totalLines: total,
          ...(next > 0 ? { nextFrom: next } : {}),
        },
      };
    },
  })]);
}
