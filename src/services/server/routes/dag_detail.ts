/** One definition: its fields, its text, its runs. */
import { isModule } from "../../../core/definition_file.ts";
import { INITIAL_NODE_STATE, type RunRecord } from "../../../core/run.ts";
import type { ServerContext } from "../context.ts";
import { type FoundDefinition, problems, readDefinition } from "../find/find_definition.ts";
import { asRecorded, findRun, recentRecords } from "../find/find_run.ts";
import { route } from "../http/route.ts";
import { flag, integer, list, named, object, optional, text } from "../http/schema.ts";
import { fileNameShape, runIdShape } from "../shape/names.ts";
import { dagDetailsJson, dagDetailsShape, problemShape } from "../shape/dag.ts";
import { nodeJson, noRunJson, type RunDetailsJson, runDetailsJson, runDetailsShape } from "../shape/run.ts";

const localDagShape = named(
  "LocalDAG",
  object({ name: text(), dag: optional(dagDetailsShape), errors: list(text()) }),
);

const detailShape = object({
  dag: dagDetailsShape,
  localDags: list(localDagShape),
  latestDAGRun: runDetailsShape,
  suspended: flag(),
  errors: list(text()),
  problems: optional(list(problemShape)),
});

const specShape = object({
  dag: dagDetailsShape,
  spec: text(),
  readOnly: optional(flag({ description: "It is changed by its file only: a module in TypeScript" })),
  errors: list(text()),
  problems: optional(list(problemShape)),
});

const historyShape = object({
  dagRuns: list(runDetailsShape),
  gridData: list(
    object({ name: text(), history: list(integer({ description: "Status of the node in each run" })) }),
  ),
});

/** Runs that the history of a definition shows. */
const HISTORY = 30;

const path = { fileName: fileNameShape };

export function dagDetailRoutes(context: ServerContext) {
  return [
    dagDetails(context),
    dagSpec(context),
    dagHistory(context),
    dagRun(context),
  ];
}

function dagDetails(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}",
    about: "A definition and its newest run",
    role: "viewer",
    path,
    answers: { 200: detailShape },
    handle: async ({ path, principal }) => {
      const found = await readDefinition(context, path.fileName, principal);
      return {
        json: {
          dag: found.details,
          localDags: Object.values(found.draft?.localDags ?? {}).map((local) => ({
            name: local.name,
            dag: dagDetailsJson(local),
            errors: [],
          })),
          latestDAGRun: await latestRun(context, found),
          suspended: context.files.isSuspended(path.fileName),
          ...problems(found.issues),
        },
      };
    },
  });
}

function dagSpec(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}/spec",
    about: "The text of a definition",
    role: "viewer",
    path,
    answers: { 200: specShape },
    handle: async ({ path, principal }) => {
      const { details, entry, text, issues } = await readDefinition(context, path.fileName, principal);
      const readOnly = isModule(entry.path) ? { readOnly: true } : {};
      return { json: { dag: details, spec: text, ...readOnly, ...problems(issues) } };
    },
  });
}

function dagHistory(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}/dag-runs",
    about: `The last ${HISTORY} runs of a definition, and each step in each of them`,
    role: "viewer",
    path,
    answers: { 200: historyShape },
    version: () => context.model.version(),
    handle: async ({ path, principal }) => {
      const { name } = await readDefinition(context, path.fileName, principal);
      const runs = await recentRecords(context, name, HISTORY);
      return {
        json: {
          dagRuns: runs.map(({ record, summary }) => runDetailsJson(record, summary)),
          gridData: grid(runs.map(({ record }) => record)),
        },
      };
    },
  });
}

function dagRun(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/{fileName}/dag-runs/{dagRunId}",
    about: "One run of a definition",
    role: "viewer",
    path: { ...path, dagRunId: runIdShape },
    answers: { 200: object({ dagRun: runDetailsShape }) },
    handle: async ({ path, principal }) => {
      const { name } = await readDefinition(context, path.fileName, principal);
      const { record } = await findRun(context, name, path.dagRunId);
      return { json: { dagRun: runDetailsJson(record) } };
    },
  });
}

async function latestRun(context: ServerContext, found: FoundDefinition): Promise<RunDetailsJson> {
  const summary = (await context.model.latest([found.name])).get(found.name);
  const run = summary && await asRecorded(context, summary);
  if (run) return runDetailsJson(run.record, run.summary);
  const nodes = (found.draft?.steps ?? []).map((step) =>
    nodeJson({ step, state: INITIAL_NODE_STATE }, false)
  );
  return noRunJson(found.name, found.details.params ?? [], nodes);
}

/** Each step and handler that any of the runs has, with its status in each of them, newest run first. */
function grid(records: readonly RunRecord[]) {
  const rows = new Map<string, number[]>();
  records.forEach((record, column) => {
    for (const node of [...record.nodes, ...Object.values(record.handlers)]) {
      const row = rows.get(node.step.name) ?? records.map(() => 0);
      row[column] = node.state.status;
      rows.set(node.step.name, row);
    }
  });
  return [...rows].map(([name, history]) => ({ name, history }));
}
