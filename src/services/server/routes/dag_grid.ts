/** The last runs of a definition against its steps, as little as a picture needs. */
import type { Node, RunRecord } from "../../../core/run.ts";
import type { ServerContext } from "../context.ts";
import { route } from "../http/route.ts";
import { integer, list, object, optional, text } from "../http/schema.ts";
import { fileNameShape } from "../shape/names.ts";
import { runSummaryJson, runSummaryShape } from "../shape/run.ts";
import { readDefinition } from "../find/find_definition.ts";
import { recentRecords } from "../find/find_run.ts";

const gridShape = object({
  runs: list(runSummaryShape, { description: "Newest first" }),
  steps: list(object({
    name: text(),
    status: list(integer(), { description: "In each run; -1 where the run has no such step" }),
    durationMs: list(integer(), { description: "In each run; -1 where it is not known" }),
    tries: list(integer()),
  })),
});

const DEFAULT_RUNS = 30;

export function dagGridRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at: "/dags/{fileName}/grid",
      about: "The last runs of a definition: state and duration of each step in each of them",
      role: "viewer",
      path: { fileName: fileNameShape },
      query: { limit: optional(integer({ min: 1, max: 100, default: DEFAULT_RUNS })) },
      answers: { 200: gridShape },
      version: () => context.model.version(),
      handle: async ({ path, query, principal }) => {
        const { name, draft } = await readDefinition(context, path.fileName, principal);
        const runs = await recentRecords(context, name, query.limit ?? DEFAULT_RUNS);
        const names = (draft?.steps ?? []).map((step) => step.name);
        return {
          json: {
            runs: runs.map(({ summary }) => runSummaryJson(summary)),
            steps: rows(names, runs.map(({ record }) => record)),
          },
        };
      },
    }),
  ];
}

/** Steps of the definition as it is now, then those that only older runs had. */
function rows(names: readonly string[], records: readonly RunRecord[]) {
  const nodes = records.map((record) =>
    new Map([...record.nodes, ...Object.values(record.handlers)].map((node) => [node.step.name, node]))
  );
  const all = new Set([...names, ...nodes.flatMap((byName) => [...byName.keys()])]);
  return [...all].map((name) => {
    const cells = nodes.map((byName) => byName.get(name));
    return {
      name,
      status: cells.map((node) => node?.state.status ?? -1),
      durationMs: cells.map(durationOf),
      tries: cells.map((node) => node?.state.doneCount ?? 0),
    };
  });
}

function durationOf(node: Node | undefined): number {
  if (!node || node.state.startedAt === 0 || node.state.finishedAt === 0) return -1;
  return Math.max(0, node.state.finishedAt - node.state.startedAt);
}
