/** What schedules will do next, and what became of what they did. */
import { FIRE_OUTCOMES, SCHEDULE_KINDS } from "../../../core/schedule/schedule.ts";
import { upcomingFires } from "../../../core/schedule/upcoming_fires.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import type { ServerContext } from "../context.ts";
import { route } from "../http/route.ts";
import { flag, type Infer, integer, list, object, optional, text, word } from "../http/schema.ts";
import { dagNameShape } from "../shape/names.ts";
import { maySee, visibleNames } from "../access/visible.ts";

const kindWord = word(SCHEDULE_KINDS);

const upcomingShape = object({
  fires: list(object({
    fileName: text(),
    dag: text(),
    kind: kindWord,
    at: text(),
    expression: text(),
    zone: text(),
    suspended: flag(),
  })),
});

const fireShape = object({
  dag: text(),
  job: text({ description: "File below the folder of definitions, without its ending" }),
  kind: kindWord,
  outcome: word(FIRE_OUTCOMES),
  why: text(),
  at: text({ description: "When it was due" }),
  since: text({ description: "The first one, when it stands for several" }),
  count: integer(),
  settledAt: text(),
  dagRunId: optional(text()),
});

export type FireJson = Infer<typeof fireShape>;

export function scheduleRoutes(context: ServerContext) {
  return [
    plannedFires(context),
    pastFires(context),
  ];
}

function plannedFires(context: ServerContext) {
  return route({
    method: "get",
    at: "/schedule",
    about: "What schedules will do next, soonest first",
    role: "viewer",
    query: { name: optional(dagNameShape), count: optional(integer({ min: 1, max: 200, default: 20 })) },
    answers: { 200: upcomingShape },
    handle: async ({ query, principal }) => {
      const count = query.count ?? 20;
      const suspended = context.files.suspended();
      const dags = (await context.model.dags()).filter((dag) =>
        maySee(principal.dags, dag) && (query.name === undefined || dag.name === query.name)
      );
      const fires = dags.flatMap((dag) =>
        upcomingFires(dag.schedule, context.zone, context.clock.now(), count).map((fire) => ({
          fileName: dag.fileName,
          dag: dag.name,
          ...fire,
          suspended: suspended(dag.fileName),
        }))
      );
      const next = fires.sort((a, b) => a.at - b.at).slice(0, count);
      return { json: { fires: next.map((fire) => ({ ...fire, at: timeText(fire.at) })) } };
    },
  });
}

function pastFires(context: ServerContext) {
  return route({
    method: "get",
    at: "/schedule/history",
    about: "What became of times at which something was due, newest first",
    role: "viewer",
    query: {
      name: optional(dagNameShape),
      outcome: optional(list(word(FIRE_OUTCOMES), { max: 5 })),
      limit: optional(integer({ min: 1, max: 1000, default: 100 })),
    },
    answers: { 200: object({ fires: list(fireShape) }) },
    handle: async ({ query, principal }) => {
      const visible = await visibleNames(context, principal);
      const fires = await context.fires.list({
        ...(query.name === undefined ? {} : { dag: query.name }),
        ...(query.outcome ? { outcomes: query.outcome } : {}),
        limit: query.limit ?? 100,
      });
      const shown = fires.filter((fire) => visible === null || visible.has(fire.dag));
      return {
        json: {
          fires: shown.map(({ dag, job, kind, outcome, why, at, since, count, settledAt, runId }) => ({
            dag,
            job,
            kind,
            outcome,
            why,
            at: timeText(at),
            since: timeText(since),
            count,
            settledAt: timeText(settledAt),
            ...(runId === "" ? {} : { dagRunId: runId }),
          })),
        },
      };
    },
  });
}
