/** Whole logs, as they stand in their files. */
import type { StoredRun } from "../../../ports/run_store.ts";
import type { ServerContext } from "../context.ts";
import { findNode, findPlace, findRun, type RunPlace } from "../find/find_run.ts";
import { type Answer, route } from "../http/route.ts";
import { flag, optional, word } from "../http/schema.ts";
import { logsOf } from "../logs/logs_of.ts";
import { dagNameShape, runIdShape, stepNameShape } from "../shape/names.ts";
import { atRuns } from "./run_places.ts";

export function rawLogRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/log/raw",
      about: "The whole log of a run",
      role: "viewer",
      path: { name: dagNameShape, dagRunId: runIdShape },
      query: { download: optional(flag()) },
      answers: { 200: "text/plain" },
      handle: async ({ path, query }) => {
        const run = await findRun(context, path.name, path.dagRunId);
        return await whole(context, run, run.record.log, `${path.dagRunId}.log`, query.download);
      },
    }),
    ...atRuns((base, place) => [route({
      method: "get",
      at: `${base}/steps/{stepName}/log/raw`,
      about: "All that a step wrote, as it stands in the file",
      role: "viewer",
      path: { ...place, stepName: stepNameShape },
      query: { stream: optional(word(["stdout", "stderr"])), download: optional(flag()) },
      answers: { 200: "text/plain" },
      handle: async ({ path, query }) => {
        const { stream = "stdout", download } = query;
        const run = await findPlace(context, path as RunPlace);
        const file = findNode(run.record, path.stepName).state[stream];
        const name = `${run.record.dagRunId}-${path.stepName}.${stream}.log`;
        return await whole(context, run, file, name, download);
      },
    })]),
  ];
}

async function whole(
  context: ServerContext,
  run: StoredRun,
  path: string,
  fileName: string,
  download = false,
): Promise<Answer> {
  const body = await (await logsOf(context, run)).stream(path) ?? "";
  const safe = fileName.replace(/[^A-Za-z0-9_.-]/g, "_");
  return {
    type: "text/plain; charset=utf-8",
    body,
    headers: download ? { "content-disposition": `attachment; filename="${safe}"` } : {},
  };
}
