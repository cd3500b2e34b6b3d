/** What a person asks: what comes next, what became of it, why does it wait, what waits for me. */
import { summaryOf } from "../../../core/run_summary.ts";
import { FIRE_OUTCOMES, SCHEDULE_KINDS } from "../../../core/schedule/schedule.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import { upcomingFires } from "../../../core/schedule/upcoming_fires.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import type { ServerContext } from "../context.ts";
import { findRun } from "../find_run.ts";
import { route } from "../http/route.ts";
import {
  anything,
  flag,
  type Infer,
  integer,
  list,
  map,
  object,
  optional,
  text,
  word,
} from "../http/schema.ts";
import { dagNameShape, runIdShape } from "../names.ts";
import { runSummaryJson, runSummaryShape } from "../shape/run.ts";
import { maySee } from "./dag_list.ts";
import { visibleNames } from "./run_list.ts";

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

const approvalsShape = object({
  approvals: list(object({
    run: runSummaryShape,
    steps: list(object({ stepName: text(), since: text(), config: map(anything()) })),
  })),
});

export type ApprovalsJson = Infer<typeof approvalsShape>;

const MAX_APPROVALS = 200;

export function questionRoutes(context: ServerContext) {
  return [
    route({
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
    }),
    route({
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
    }),
    route({
      method: "get",
      at: "/dag-runs/{name}/{dagRunId}/why",
      about: "Why a run waits, or ended as it did, in one sentence",
      role: "viewer",
      path: { name: dagNameShape, dagRunId: runIdShape },
      answers: { 200: object({ why: text() }) },
      handle: async ({ path }) => {
        const { record } = await findRun(context, path.name, path.dagRunId);
        return { json: { why: await context.why({ name: record.name, id: record.dagRunId }) } };
      },
    }),
    route({
      method: "get",
      at: "/approvals",
      about: "Steps that wait for somebody",
      role: "viewer",
      answers: { 200: approvalsShape },
      handle: async ({ principal }) => {
        const visible = await visibleNames(context, principal);
        const { runs } = await context.model.runs({ statuses: [RunStatus.Waiting], limit: MAX_APPROVALS });
        const approvals = [];
        for (const { name, dagRunId, createdAt } of runs) {
          const stored = visible === null || visible.has(name)
            ? await context.runs.find(name, dagRunId)
            : null;
          if (!stored) continue;
          const waiting = stored.record.nodes.filter((node) => node.state.status === NodeStatus.Waiting);
          approvals.push({
            run: runSummaryJson(summaryOf(stored.record, createdAt)),
            steps: waiting.map(({ step, state }) => ({
              stepName: step.name,
              since: timeText(state.startedAt),
              config: step.executor.config,
            })),
          });
        }
        return { json: { approvals } };
      },
    }),
  ];
}
