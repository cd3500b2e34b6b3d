/** Lists of runs. */
import type { RunSummary } from "../../../core/run_summary.ts";
import { RunStatus } from "../../../core/status.ts";
import type { RunCursor } from "../../../ports/read_model.ts";
import type { PlaceOf, ServerContext } from "../context.ts";
import { badRequest, forbidden } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { visibleNames } from "../access/visible.ts";
import { flag, type Infer, integer, list, object, optional, text } from "../http/schema.ts";
import { dagNameShape } from "../shape/names.ts";
import { type RunSummaryJson, runSummaryJson, runSummaryShape } from "../shape/run.ts";
import type { Principal } from "../access/guard.ts";

/** Most runs of one answer, and those of an answer for which no limit was asked. */
const MAX_RUNS = 1000;
/** Reasons in one list. */
const MAX_REASONS = 100;
const MAX_SECONDS = 100_000_000_000;

const listShape = object({
  dagRuns: list(runSummaryShape),
  nextCursor: optional(text({ description: "Gives the runs behind the last one, when there are more" })),
  total: optional(integer({ description: "Runs that fit, however many are shown" })),
});

export type RunListJson = Infer<typeof listShape>;

const query = {
  status: optional(list(integer({ min: 0, max: 8 }), { max: 9 })),
  fromDate: optional(
    integer({ min: 0, max: MAX_SECONDS, description: "Unix seconds; default: today 00:00" }),
  ),
  toDate: optional(integer({ min: 0, max: MAX_SECONDS, description: "Unix seconds, exclusive" })),
  dagRunId: optional(text({ max: 64, description: "Part of the id" })),
  limit: optional(integer({ min: 1, max: MAX_RUNS, default: MAX_RUNS })),
  cursor: optional(text({ max: 500, description: "As an answer before gave it" })),
  total: optional(flag({ description: "Count all that fit" })),
  why: optional(flag({ description: "Tell of those in line why they wait" })),
};

interface ListQuery {
  readonly status?: readonly number[];
  readonly fromDate?: number;
  readonly toDate?: number;
  readonly dagRunId?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly total?: boolean;
  readonly why?: boolean;
}

export function runListRoutes(context: ServerContext) {
  // The day begins anew with each day.
  const version = () => {
    const version = context.model.version();
    return version && `${version} ${dayStart(context.clock.now())}`;
  };
  return [
    route({
      method: "get",
      at: "/dag-runs",
      about: "Runs of all DAGs, newest first; those of today when no time is given",
      role: "viewer",
      query: { ...query, name: optional(dagNameShape) },
      answers: { 200: listShape },
      version,
      handle: async ({ query, principal }) => ({
        json: await listRuns(context, query.name, query, principal),
        passing: query.why === true,
      }),
    }),
    route({
      method: "get",
      at: "/dag-runs/{name}",
      about: "Runs of one DAG, newest first; those of today when no time is given",
      role: "viewer",
      path: { name: dagNameShape },
      query,
      answers: { 200: listShape },
      version,
      handle: async ({ path, query, principal }) => ({
        json: await listRuns(context, path.name, query, principal),
        passing: query.why === true,
      }),
    }),
  ];
}

async function listRuns(
  context: ServerContext,
  name: string | undefined,
  query: ListQuery,
  principal: Principal,
) {
  const allowed = await visibleNames(context, principal);
  if (allowed && (name === undefined || !allowed.has(name))) {
    throw forbidden("Runs can only be listed by the name of a DAG that is yours");
  }
  const from = query.fromDate === undefined
    ? query.cursor || query.dagRunId ? undefined : dayStart(context.clock.now())
    : query.fromDate * 1000;
  const filter = {
    ...(name === undefined ? {} : { name }),
    ...(query.dagRunId ? { idPart: query.dagRunId } : {}),
    ...(query.status ? { statuses: query.status as RunStatus[] } : {}),
    ...(from === undefined ? {} : { from }),
    ...(query.toDate === undefined ? {} : { to: query.toDate * 1000 }),
  };
  const page = await context.model.runs({
    ...filter,
    limit: query.limit ?? MAX_RUNS,
    ...(query.cursor ? { after: readCursor(query.cursor) } : {}),
  });
  const counts = query.total ? await context.model.counts(filter) : [];
  return {
    dagRuns: query.why ? withReasons(page.runs, await context.queuePlaces()) : page.runs.map(runSummaryJson),
    ...(page.more ? { nextCursor: cursorText(page.runs.at(-1)!) } : {}),
    ...(query.total ? { total: counts.reduce((sum, one) => sum + one.count, 0) } : {}),
  };
}

/** Runs with why those of them that stand in line wait; the first ones, for a line may be long. */
export function withReasons(
  runs: readonly RunSummary[],
  place: PlaceOf,
): RunSummaryJson[] {
  let asked = 0;
  return runs.map((run) => {
    const json = runSummaryJson(run);
    if (run.status !== RunStatus.Queued || ++asked > MAX_REASONS) return json;
    // It may just have begun, or gone.
    const why = place({ name: run.name, id: run.dagRunId })?.why() ?? "";
    return why === "" ? json : { ...json, why };
  });
}

/** 00:00 in the server's zone. */
function dayStart(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function cursorText(run: RunCursor): string {
  return [run.createdAt, run.dagRunId, run.name].join(" ");
}

function readCursor(text: string): RunCursor {
  const match = /^(\d{1,15}) (\S+) (.+)$/.exec(text);
  if (!match) throw badRequest(`The cursor "${text.slice(0, 60)}" is none that was given`);
  return { createdAt: Number(match[1]), dagRunId: match[2], name: match[3] };
}
