/** What can be done to a run that exists. */
import { RunStatus, runStatusName } from "../../../core/status.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { needDeveloper } from "../access/as_stored.ts";
import type { ServerContext } from "../context.ts";
import { findRun } from "../find/find_run.ts";
import { ApiError, badRequest } from "../http/api_error.ts";
import { type Answer, route } from "../http/route.ts";
import { flag, object, optional, text } from "../http/schema.ts";
import { dagNameShape, givenNameShape, givenRunIdShape, runIdShape, stepNameShape } from "../shape/names.ts";
import { refuseOwnId, refuseTakenId, refuseWhileBusy } from "../new_run.ts";

const path = { name: dagNameShape, dagRunId: runIdShape };
const DONE: Answer = { status: 200, empty: true };

export function runChangeRoutes(context: ServerContext) {
  return [
    stopRun(context),
    retryRun(context),
    rescheduleRun(context),
    dequeueRun(context, "get"),
    dequeueRun(context, "post"),
  ];
}

function stopRun(context: ServerContext) {
  return route({
    method: "post",
    at: "/dag-runs/{name}/{dagRunId}/stop",
    about: "Asks a running run to end",
    role: "operator",
    switches: ["runDAGs"],
    path,
    answers: { 200: null },
    handle: async ({ path }) => {
      const run = await findRun(context, path.name, path.dagRunId);
      if (!goesOn(run) && !run.record.resumes) throw new ApiError(400, "not_running", "DAG is not running");
      await context.actions.stop({ name: run.record.name, id: run.record.dagRunId });
      return DONE;
    },
  });
}

function retryRun(context: ServerContext) {
  return route({
    method: "post",
    at: "/dag-runs/{name}/{dagRunId}/retry",
    about: "Runs again what failed in a run, one step of it, or a step and what follows",
    role: "operator",
    switches: ["runDAGs"],
    begins: true,
    path,
    body: object({
      dagRunId: optional(givenRunIdShape),
      stepName: optional(stepNameShape),
      following: optional(flag({ description: "With stepName: also what depends on it, and what failed" })),
    }),
    bodyOptional: true,
    answers: { 200: null },
    handle: async ({ path, body }) => {
      const { record } = await findRun(context, path.name, path.dagRunId);
      if (body.dagRunId && body.dagRunId !== record.dagRunId) {
        throw badRequest(`The body names the run ${body.dagRunId}, the address ${record.dagRunId}`);
      }
      if (record.status === RunStatus.Running) {
        throw new ApiError(409, "bad_request", `DAG-run ${record.dagRunId} still goes on`);
      }
      await context.actions.retry({ name: record.name, id: record.dagRunId }, {
        step: body.stepName ?? "",
        following: body.following ?? false,
      });
      return DONE;
    },
  });
}

function rescheduleRun(context: ServerContext) {
  return route({
    method: "post",
    at: "/dag-runs/{name}/{dagRunId}/reschedule",
    about: "Starts a new run with the definition and parameters of this one",
    role: "operator",
    switches: ["runDAGs"],
    begins: true,
    path,
    body: object({
      dagRunId: optional(givenRunIdShape),
      dagName: optional(givenNameShape),
      singleton: optional(flag({ description: "Refuse while another run of the DAG goes on" })),
    }),
    bodyOptional: true,
    answers: { 200: object({ dagRunId: text(), queued: flag() }) },
    handle: async ({ path, body, principal }) => {
      if (body.dagName) needDeveloper(principal, "Another name");
      const run = await findRun(context, path.name, path.dagRunId);
      const { record } = run;
      const name = body.dagName || record.name;
      if (body.dagRunId) {
        refuseOwnId((await context.runs.snapshot(run)).dag, body.dagRunId);
        await refuseTakenId(context, name, body.dagRunId);
      }
      if (body.singleton) await refuseWhileBusy(context, name);
      const { id } = await context.actions.start({
        dag: record.name,
        // The file may have got another name since.
        name,
        dagRunId: body.dagRunId ?? "",
        params: null,
        fromRunId: record.dagRunId,
      });
      return { json: { dagRunId: id, queued: false } };
    },
  });
}

function dequeueRun(context: ServerContext, method: "get" | "post") {
  return route({
    method,
    at: "/dag-runs/{name}/{dagRunId}/dequeue",
    about: "Takes a queued run out of the line",
    role: "operator",
    switches: ["runDAGs"],
    unsafe: true,
    path,
    answers: { 200: null },
    handle: async ({ path }) => {
      const { record } = await findRun(context, path.name, path.dagRunId);
      if (record.status !== RunStatus.Queued) {
        throw badRequest(`DAG-run ${path.dagRunId} is not queued, it is ${runStatusName(record.status)}`);
      }
      await context.actions.dequeue({ name: record.name, id: record.dagRunId });
      return DONE;
    },
  });
}

function goesOn({ record }: StoredRun): boolean {
  return record.status === RunStatus.Running || record.status === RunStatus.NotStarted;
}
