/** Whole logs, as they stand in their files. */
import type { StoredRun } from "../../../ports/run_store.ts";
import type { ServerContext } from "../context.ts";
import { findNode, findPlace, findRun, type RunPlace } from "../find_run.ts";
import { type Answer, route } from "../http/route.ts";
import { flag, optional, word } from "../http/schema.ts";
import { logsOf } from "../logs/logs_of.ts";
import { dagNameShape, runIdShape, stepNameShape } from "../names.ts";

const root = { name: dagNameShape, dagRunId: runIdShape };

export function rawLogRoutes(context: ServerContext) {
  const base = "/dag-runs/{name}/{dagRunId}";
  return [
    ofStep(context, base, root),
    ofStep(context, `${base}/sub-dag-runs/{subDAGRunId}`, { ...root, subDAGRunId: runIdShape }),
    route({
      method: "get",
      at: `${base}/log/raw`,
      about: "The whole log of a run",
      role: "viewer",
      path: root,
      query: { download: optional(flag()) },
      answers: { 200: "text/plain" },
      handle: async ({ path, query }) => {
        const run = await findRun(context, path.name, path.dagRunId);
        return await whole(context, run, run.record.log, `${path.dagRunId}.log`, query.download);
      },
    }),
  ];
}

function ofStep(
  context: ServerContext,
  base: string,
  place: typeof root & { readonly subDAGRunId?: typeof runIdShape },
) {
  return route({
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
      return await whole(
        context,
        run,
        file,
        `${run.record.dagRunId}-${path.stepName}.${stream}.log`,
        download,
      );
    },
  });
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
