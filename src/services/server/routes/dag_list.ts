/** Lists of definitions: pages, search, tags. */
import type { DagSummary } from "../../../core/dag_summary.ts";
import { percentile } from "../../../core/percentile.ts";
import { RunStatus } from "../../../core/status.ts";
import { regexProblem, SlicedSearch } from "../find/text_search.ts";
import type { ServerContext } from "../context.ts";
import { route } from "../http/route.ts";
import { maySee } from "../access/visible.ts";
import { type Infer, integer, list, named, object, optional, text, word } from "../http/schema.ts";
import { nextFires } from "../next_fires.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import { dagFileShape, dagJson, dagShape, errorTexts, problemJson } from "../shape/dag.ts";
import type { DagFileJson } from "../shape/dag.ts";
import { noSummaryJson, runSummaryJson } from "../shape/run.ts";

const paginationShape = named(
  "Pagination",
  object({
    totalRecords: integer(),
    currentPage: integer(),
    totalPages: integer(),
    nextPage: integer(),
    prevPage: integer(),
  }),
);

const listShape = object({ dags: list(dagFileShape), errors: list(text()), pagination: paginationShape });

export type DagListJson = Infer<typeof listShape>;

const searchShape = object({
  results: list(object({
    name: text({ description: "The file, as `fileName` of a list" }),
    dag: dagShape,
    matches: list(
      object({
        line: text({ description: "With lines around it" }),
        lineNumber: integer(),
        startLine: integer(),
      }),
    ),
  })),
  errors: list(text()),
});

export type DagSearchJson = Infer<typeof searchShape>;

/** Most definitions and lines that a search gives: no page shows more. */
const MAX_RESULTS = 200;
const MAX_MATCHES = 50;

const DEFAULT_PAGE = 50;
const MAX_PAGE = 1000;
/** Results that are told with each definition of a list. */
const RECENT = 20;

export function dagListRoutes(context: ServerContext) {
  return [
    listDags(context),
    searchDags(context),
    listTags(context),
  ];
}

function listDags(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags",
    about: "Definitions, in pages",
    role: "viewer",
    query: {
      page: optional(integer({ min: 0, max: 1_000_000 })),
      perPage: optional(integer({ min: 0, max: MAX_PAGE })),
      name: optional(text({ max: 200, description: "Part of the name of the file or of the DAG" })),
      tag: optional(text({ max: 200 })),
      sort: optional(text({ max: 40, description: "name or nextRun" })),
      order: optional(word(["asc", "desc"])),
      recent: optional(integer({ min: 0, max: RECENT, description: "Results to tell of each" })),
    },
    answers: { 200: listShape },
    version: () => listVersion(context),
    handle: async ({ query, principal }) => {
      const all = (await context.model.dags()).filter((dag) => maySee(principal.dags, dag));
      const matching = sorted(context, all.filter((dag) => fits(dag, query)), query);
      const perPage = query.perPage || DEFAULT_PAGE;
      const page = Math.max(1, query.page || 1);
      const shown = matching.slice((page - 1) * perPage, page * perPage);
      return {
        json: {
          dags: await dagFiles(context, shown, query.recent ?? 0),
          errors: [],
          pagination: pagination(matching.length, page, perPage),
        },
      };
    },
  });
}

function searchDags(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/search",
    about: "Definitions whose text matches a regular expression, or holds the text when it is none",
    role: "viewer",
    query: { q: text({ min: 1, max: 500 }) },
    answers: { 200: searchShape },
    version: () => listVersion(context),
    handle: async ({ query, principal }) => {
      const problem = regexProblem(query.q);
      const search = new SlicedSearch(query.q, () => performance.now());
      const mayMatch = async (text: string) => (await search.linesIn(text, 1)).length > 0;
      const found = (await context.model.search(mayMatch, MAX_RESULTS))
        .filter(({ summary }) => maySee(principal.dags, summary));
      const results = [];
      for (const { summary, text } of found) {
        const matches = placesIn(text, await search.linesIn(text, MAX_MATCHES));
        results.push({ name: summary.fileName, dag: dagJson(summary), matches });
      }
      return { json: { results, errors: problem ? [problem] : [] } };
    },
  });
}

function listTags(context: ServerContext) {
  return route({
    method: "get",
    at: "/dags/tags",
    about: "Tags of all definitions",
    role: "viewer",
    answers: { 200: object({ tags: list(text()), errors: list(text()) }) },
    version: () => listVersion(context),
    handle: async ({ principal }) => {
      const all = (await context.model.dags()).filter((dag) => maySee(principal.dags, dag));
      const tags = [...new Set(all.flatMap((dag) => dag.tags))].sort();
      const broken = all.filter((dag) => dag.issues.length > 0);
      return { json: { tags, errors: broken.flatMap((dag) => errorTexts(dag.issues)) } };
    },
  });
}

/** Also the flags of suspension count, and the minute, because of the next instants of schedules. */
function listVersion(context: ServerContext): string {
  const version = context.model.version();
  return version &&
    `${version} ${context.files.suspendedMark()} ${Math.floor(context.clock.now() / 60_000)}`;
}

/** Entries of a list, each with its newest run. */
async function dagFiles(
  context: ServerContext,
  dags: readonly DagSummary[],
  recent: number,
): Promise<DagFileJson[]> {
  const { model, files } = context;
  const latest = await model.latest(dags.map((dag) => dag.name));
  const suspended = files.suspended();
  return await Promise.all(dags.map(async (dag) => {
    const run = latest.get(dag.name);
    return {
      fileName: dag.fileName,
      dag: dagJson(dag),
      latestDAGRun: run ? runSummaryJson(run) : noSummaryJson(dag.name, dag.params),
      suspended: suspended(dag.fileName),
      errors: errorTexts(dag.issues),
      ...(dag.issues.length > 0 ? { problems: dag.issues.map(problemJson) } : {}),
      ...(dag.schedule.start.length > 0
        ? { nextRuns: nextFires(context, dag.schedule, 3).map(timeText) }
        : {}),
      ...(recent > 0 ? await recentResults(context, dag.name, recent) : {}),
    };
  }));
}

async function recentResults(context: ServerContext, name: string, limit: number) {
  const { runs } = await context.model.runs({ name, limit });
  const recentRuns = runs.map((run) => {
    const { dagRunId, status, startedAt, durationMs } = runSummaryJson(run);
    return { dagRunId, status, startedAt, ...(durationMs === undefined ? {} : { durationMs }) };
  });
  const durations = recentRuns.flatMap(({ status, durationMs }) =>
    status === RunStatus.Succeeded && durationMs !== undefined ? [durationMs] : []
  );
  if (durations.length === 0) return { recentRuns };
  return { recentRuns, durations: { p50: percentile(durations, 0.5), p95: percentile(durations, 0.95) } };
}

interface ListQuery {
  readonly name?: string;
  readonly tag?: string;
  readonly sort?: string;
  readonly order?: "asc" | "desc";
}

function fits(dag: DagSummary, query: ListQuery): boolean {
  const part = (query.name ?? "").toLowerCase();
  const named = dag.fileName.toLowerCase().includes(part) || dag.name.toLowerCase().includes(part);
  const tag = query.tag?.toLowerCase();
  return named && (tag === undefined || dag.tags.some((one) => one.toLowerCase() === tag));
}

function sorted(context: ServerContext, dags: readonly DagSummary[], query: ListQuery): DagSummary[] {
  const sign = query.order === "desc" ? -1 : 1;
  const named = byName(dags);
  if (query.sort !== "nextRun") return sign === 1 ? named : named.reverse();
  // What never fires comes last.
  const next = new Map(dags.map((dag) => [dag, nextFires(context, dag.schedule, 1)[0] ?? Infinity]));
  return named.sort((a, b) => {
    const [x, y] = [next.get(a)!, next.get(b)!];
    return x === y ? 0 : sign * (x < y ? -1 : 1);
  });
}

/** By the names of the DAGs, whatever the case. */
function byName(dags: readonly DagSummary[]): DagSummary[] {
  const keyed = dags.map((dag) => ({ dag, key: dag.name.toLowerCase() }));
  keyed.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : a.dag.fileName < b.dag.fileName ? -1 : 1);
  return keyed.map(({ dag }) => dag);
}

function pagination(total: number, page: number, perPage: number) {
  const totalPages = Math.max(1, Math.ceil(total / perPage));
  return {
    totalRecords: total,
    currentPage: page,
    totalPages,
    nextPage: Math.min(page + 1, totalPages),
    prevPage: Math.max(1, page - 1),
  };
}

/** Lines with those around them. */
function placesIn(text: string, found: readonly number[]) {
  const lines = text.split("\n");
  return found.map((i) => {
    const from = Math.max(0, i - 2);
    return {
      line: lines.slice(from, i + 3).join("\n").trimEnd(),
      lineNumber: i + 1,
      startLine: from + 1,
    };
  });
}
