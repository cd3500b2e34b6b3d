/** How the server and its fellows are. */
import { messageOf } from "../../../core/errors.ts";
import { VERSION } from "../../../core/version.ts";
import type { RunningTask } from "../../../ports/task_source.ts";
import type { ServerContext } from "../context.ts";
import type { Principal } from "../access/guard.ts";
import { visibleNames } from "../access/visible.ts";
import { prometheusText } from "../figures/metrics.ts";
import { DISK_PARTS } from "../figures/disk_use.ts";
import { registeredServices } from "../registry.ts";
import { waitingTaskJson, waitingTaskShape, workerJson, workerShape } from "../shape/worker.ts";
import { forbidden } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { flag, type Infer, integer, list, number, object, optional, text, word } from "../http/schema.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";

const healthShape = object({
  status: word(["healthy", "unhealthy"]),
  version: text(),
  uptime: integer({ description: "Seconds" }),
  timestamp: text(),
});

const instance = {
  instanceId: text(),
  host: text(),
  status: word(["active", "inactive", "unknown"]),
  startedAt: text(),
};

const series = list(object({ timestamp: integer({ description: "Unix seconds" }), value: number() }));

const diskShape = object({
  parts: list(object({
    name: word(DISK_PARTS),
    bytes: integer(),
    files: integer(),
    whole: flag({ description: "Everything was counted" }),
  })),
  free: optional(integer({ description: "Bytes that are left" })),
  at: text(),
});
export type DiskJson = Infer<typeof diskShape>;

/** @param metricsRole "public" when the figures are for everybody */
export function systemRoutes(context: ServerContext, metricsRole: "public" | "viewer") {
  return [
    health(context),
    readiness(context),
    metrics(context, metricsRole),
    schedulers(context),
    coordinators(context),
    settings(context),
    remoteNodes(context),
    resourceHistory(context),
    diskUse(context),
    workers(context),
  ];
}

function health(context: ServerContext) {
  return route({
    method: "get",
    at: "/health",
    about: "Whether the server is up",
    role: "public",
    answers: { 200: healthShape },
    handle: () => ({
      json: {
        status: "healthy",
        version: VERSION,
        uptime: Math.floor((context.clock.now() - context.startedAt) / 1000),
        timestamp: timeText(context.clock.now()),
      },
    }),
  });
}

function readiness(context: ServerContext) {
  return route({
    method: "get",
    at: "/ready",
    about: "Whether the server answers quickly: its index is complete",
    role: "public",
    answers: { 200: object({ ready: word(["yes"]) }), 503: object({ ready: word(["no"]) }) },
    handle: () => {
      const ready = context.model.version() !== "";
      return { status: ready ? 200 : 503, json: { ready: ready ? "yes" : "no" } };
    },
  });
}

function metrics(context: ServerContext, metricsRole: "public" | "viewer") {
  return route({
    method: "get",
    at: "/metrics",
    about: "Figures for Prometheus",
    role: metricsRole,
    answers: { 200: "text/plain" },
    handle: async ({ principal }) => {
      if (metricsRole !== "public" && principal.dags) {
        throw forbidden("The figures name all DAGs: they are not for who is kept to some");
      }
      return {
        type: "text/plain; version=0.0.4; charset=utf-8",
        body: await prometheusText(context),
      };
    },
  });
}

function schedulers(context: ServerContext) {
  return route({
    method: "get",
    at: "/services/scheduler",
    about: "Schedulers that have made themselves known",
    role: "viewer",
    answers: { 200: object({ schedulers: list(object(instance)) }) },
    handle: () => ({
      json: {
        schedulers: registeredServices(context, "scheduler").map(({ port: _, ...scheduler }) => scheduler),
      },
    }),
  });
}

function coordinators(context: ServerContext) {
  return route({
    method: "get",
    at: "/services/coordinator",
    about: "Coordinators that have made themselves known",
    role: "viewer",
    answers: { 200: object({ coordinators: list(object({ ...instance, port: integer() })) }) },
    handle: () => ({ json: { coordinators: registeredServices(context, "coordinator") } }),
  });
}

function settings(context: ServerContext) {
  return route({
    method: "get",
    at: "/services/settings",
    about: "Settings in effect; secrets are covered",
    role: "admin",
    answers: { 200: object({ settings: list(object({ key: text(), value: text(), about: text() })) }) },
    handle: () => ({ json: { settings: context.settings() } }),
  });
}

function remoteNodes(context: ServerContext) {
  return route({
    method: "get",
    at: "/remote-nodes",
    about: "Other servers that the parameter remoteNode may name",
    role: "viewer",
    answers: { 200: object({ remoteNodes: list(object({ name: text() })) }) },
    handle: ({ principal }) => ({
      json: { remoteNodes: principal.dags ? [] : context.remoteNodes.map((name) => ({ name })) },
    }),
  });
}

function resourceHistory(context: ServerContext) {
  return route({
    method: "get",
    at: "/services/resources/history",
    about: "Use of the machine by time, in percent; load as it is",
    role: "viewer",
    query: { duration: optional(text({ max: 20, description: "Such as 1h" })) },
    answers: { 200: object({ cpu: series, memory: series, disk: series, load: series }) },
    handle: ({ query }) => ({ json: context.resources.history(query.duration ?? "1h") }),
  });
}

function diskUse(context: ServerContext) {
  return route({
    method: "get",
    at: "/services/disk",
    about: "Room that records, logs and the rest of the data take; counted every ten minutes at most",
    role: "viewer",
    answers: { 200: diskShape },
    handle: async () => {
      const { parts, free, at } = await context.disk.latest();
      const shown = DISK_PARTS.map((name) => ({ name, ...parts[name] }));
      return { json: { parts: shown, ...(free === null ? {} : { free }), at: timeText(at) } };
    },
  });
}

function workers(context: ServerContext) {
  return route({
    method: "get",
    at: "/workers",
    about: "Workers that the coordinator knows",
    role: "viewer",
    answers: {
      200: object({
        workers: list(workerShape),
        waiting: list(waitingTaskShape),
        errors: list(text({ description: "Why there is nobody to ask" })),
      }),
    },
    handle: async ({ principal }) => ({ json: await workersNow(context, principal) }),
  });
}

/** Who is kept to some DAGs sees the workers, and their tasks as far as they are of those DAGs. */
async function workersNow(context: ServerContext, principal: Principal) {
  const allowed = await visibleNames(context, principal);
  const may = ({ run, root }: RunningTask) =>
    allowed === null || allowed.has(run.name) || allowed.has(root.name);
  try {
    const seen = await context.workers.seen();
    if (!seen) return { workers: [], waiting: [], errors: ["No coordinator has made itself known"] };
    const workers = seen.workers.map((worker) => ({ ...worker, running: worker.running.filter(may) }));
    const waiting = seen.waiting.filter(({ task }) => may(task));
    return { workers: workers.map(workerJson), waiting: waiting.map(waitingTaskJson), errors: [] };
  } catch (error) {
    return { workers: [], waiting: [], errors: [`The coordinator cannot be asked: ${messageOf(error)}`] };
  }
}
