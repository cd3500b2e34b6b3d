/** Runs for times of the past. */
import { paramsAt, type PastFire } from "../../../core/schedule/backfill.ts";
import { DaguError } from "../../../core/errors.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import { type BackfillPlan, carryOutBackfill, planBackfill } from "../../backfill.ts";
import type { ServerContext } from "../context.ts";
import type { Principal } from "../access/guard.ts";
import { badRequest } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { flag, type Infer, integer, list, object, text } from "../http/schema.ts";
import { fileNameShape } from "../shape/names.ts";
import { prepareStart, startMembers } from "../new_run.ts";

const range = {
  from: text({ max: 40, description: "RFC 3339" }),
  until: text({ max: 40, description: "RFC 3339; it belongs to the range" }),
};

const planShape = object({
  fires: list(
    object({
      at: text(),
      zone: text(),
      dagRunId: text(),
      ran: flag({ description: "There is a run of this time, whoever began it" }),
    }),
    { description: "Oldest first" },
  ),
});

export type BackfillJson = Infer<typeof planShape>;

const at = "/dags/{fileName}/backfill";
const path = { fileName: fileNameShape };

export function backfillRoutes(context: ServerContext) {
  return [
    route({
      method: "get",
      at,
      about: "Times of a range at which the schedule of a definition was due",
      role: "operator",
      path,
      query: range,
      answers: { 200: planShape },
      handle: async ({ path, query, principal }) => {
        const { plan } = await prepare(context, path.fileName, query, principal);
        return { json: planJson(plan) };
      },
    }),
    route({
      method: "post",
      at,
      about:
        "Queues a run for each of those times that has none; {date} and {time} in parameters stand for it",
      role: "operator",
      switches: ["runDAGs"],
      begins: true,
      path,
      body: object({ ...range, params: startMembers.params }),
      answers: { 200: object({ queued: integer() }) },
      handle: async ({ path, body, principal }) => {
        const { plan, request } = await prepare(context, path.fileName, body, principal);
        const enqueue = (fire: PastFire) =>
          context.actions.enqueue({
            ...request,
            dagRunId: fire.runId,
            params: request.params === null ? null : paramsAt(request.params, fire),
            queue: "",
            trigger: "catchup",
          });
        return { json: { queued: await carryOutBackfill(plan, enqueue) } };
      },
    }),
  ];
}

interface Asked {
  readonly from: string;
  readonly until: string;
  readonly params?: string | undefined;
}

async function prepare(context: ServerContext, file: string, asked: Asked, principal: Principal) {
  const { dag, request } = await prepareStart(context, file, { params: asked.params }, principal);
  const source = { dag, job: file, zone: context.zone };
  const range = { from: instant("from", asked.from), until: instant("until", asked.until) };
  const plan = await planBackfill(context.runs, source, range, context.clock.now()).catch(refuse);
  return { plan, request };
}

function planJson({ fires }: BackfillPlan): BackfillJson {
  return {
    fires: fires.map(({ at, zone, runId, ran }) => ({ at: timeText(at), zone, dagRunId: runId, ran })),
  };
}

function instant(name: string, text: string): number {
  const at = Date.parse(text);
  if (!Number.isNaN(at) && /^\d{4}-\d\d-\d\dT/.test(text)) return at;
  throw badRequest(`"${text}" is no time for ${name}, expected one like 2026-01-31T02:00:00Z`);
}

/** What is asked for cannot be had. */
function refuse(error: unknown): never {
  throw error instanceof DaguError ? badRequest(error.message) : error;
}
