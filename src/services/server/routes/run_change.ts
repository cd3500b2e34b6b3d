/** What can be done to a run that exists. */
import { isActiveRun, NodeStatus, RunStatus, runStatusName } from "../../../core/status.ts";
import type { StoredRun } from "../../../ports/run_store.ts";
import { checkInputs, needDeveloper } from "../as_stored.ts";
import type { ServerContext } from "../context.ts";
import { findRun, findSubRun } from "../find_run.ts";
import type { Principal } from "../guard.ts";
import { ApiError, badRequest } from "../http/api_error.ts";
import { type Answer, route } from "../http/route.ts";
import { flag, integer, map, object, optional, text } from "../http/schema.ts";
import { dagNameShape, givenNameShape, givenRunIdShape, runIdShape, stepNameShape } from "../names.ts";
import { findNode } from "./logs.ts";
import { refuseOwnId, refuseWhileBusy } from "./run_start.ts";

const path = { name: dagNameShape, dagRunId: runIdShape };
const DONE: Answer = { status: 200, empty: true };

const decisionShape = object({ dagRunId: text(), stepName: text() });
const approvalShape = object({ dagRunId: text(), stepName: text(), resumed: flag() });
const statusBody = object({ status: integer({ min: 0, max: 8 }) });
const approveBody = object({ inputs: optional(map(text())) });
const rejectBody = object({ reason: optional(text({ max: 10_000 })) });

/** A root run, or a sub-run below it. */
interface Place {
  readonly name: string;
  readonly dagRunId: string;
  readonly subDAGRunId?: string;
}

export function runChangeRoutes(context: ServerContext) {
  const { actions, runs } = context;
  const find = ({ name, dagRunId, subDAGRunId }: Place) =>
    subDAGRunId === undefined
      ? findRun(context, name, dagRunId)
      : findSubRun(context, name, dagRunId, subDAGRunId);
  const decision = async (place: Place, stepName: string, principal: Principal) => {
    const root = await findRun(context, place.name, place.dagRunId);
    const run = place.subDAGRunId === undefined ? root : await find(place);
    const node = findNode(run.record, stepName);
    if (node.state.status !== NodeStatus.Waiting) {
      throw badRequest(`Step ${stepName} is not waiting for approval`);
    }
    const chosen = {
      run: { name: root.record.name, id: root.record.dagRunId },
      subRunId: place.subDAGRunId ?? "",
      step: node.step.name,
      by: principal.name,
    };
    return { node, chosen };
  };
  const ofStep = (base: string, place: typeof path & { subDAGRunId?: typeof runIdShape }) => [
    route({
      method: "post",
      at: `${base}/steps/{stepName}/approve`,
      about: "Approves a step that waits; the run goes on when no other step of it waits",
      role: "operator",
      switches: ["runDAGs"],
      path: { ...place, stepName: stepNameShape },
      body: approveBody,
      bodyOptional: true,
      answers: { 200: approvalShape },
      handle: async ({ path, body, principal }) => {
        const { inputs = {} } = body;
        const { node, chosen } = await decision(path as Place, path.stepName, principal);
        checkInputs(node.step, inputs, principal);
        const resumed = await actions.approve({ ...chosen, inputs });
        return { json: { dagRunId: decidedRun(path as Place), stepName: chosen.step, resumed } };
      },
    }),
    route({
      method: "post",
      at: `${base}/steps/{stepName}/reject`,
      about: "Rejects a step that waits, and its run",
      role: "operator",
      switches: ["runDAGs"],
      path: { ...place, stepName: stepNameShape },
      body: rejectBody,
      bodyOptional: true,
      answers: { 200: decisionShape },
      handle: async ({ path, body, principal }) => {
        const { chosen } = await decision(path as Place, path.stepName, principal);
        await actions.reject({ ...chosen, reason: body.reason ?? "" });
        return { json: { dagRunId: decidedRun(path as Place), stepName: chosen.step } };
      },
    }),
    route({
      method: "patch",
      at: `${base}/steps/{stepName}/status`,
      about: "Sets the status of a step of a run that has ended; that of the run stays",
      role: "operator",
      switches: ["runDAGs"],
      path: { ...place, stepName: stepNameShape },
      body: statusBody,
      answers: { 200: null },
      handle: async ({ path, body }) => {
        const run = await find(path as Place);
        const node = findNode(run.record, path.stepName);
        const index = run.record.nodes.indexOf(node);
        if (index < 0) throw badRequest(`${path.stepName} is a handler: only the status of steps can be set`);
        const status = body.status as NodeStatus;
        await runs.amendEnded(run, () => [{ kind: "node", node: index, patch: { status } }]);
        await context.changed.run(run.record.root);
        return DONE;
      },
    }),
  ];
  const dequeue = (method: "get" | "post") =>
    route({
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
        await actions.dequeue({ name: record.name, id: record.dagRunId });
        return DONE;
      },
    });
  return [
    route({
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
        await actions.stop({ name: run.record.name, id: run.record.dagRunId });
        return DONE;
      },
    }),
    route({
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
        if (isActiveRun(record.status) && record.status === RunStatus.Running) {
          throw new ApiError(409, "bad_request", `DAG-run ${record.dagRunId} still goes on`);
        }
        await actions.retry({ name: record.name, id: record.dagRunId }, {
          step: body.stepName ?? "",
          following: body.following ?? false,
        });
        return DONE;
      },
    }),
    route({
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
        if (body.dagRunId) refuseOwnId((await runs.snapshot(run)).dag, body.dagRunId);
        if (body.dagRunId && await runs.find(body.dagName || record.name, body.dagRunId)) {
          throw new ApiError(409, "already_exists", `DAG-run ID ${body.dagRunId} already exists`);
        }
        if (body.singleton) await refuseWhileBusy(context, body.dagName || record.name);
        const { id } = await actions.start({
          dag: record.name,
          name: body.dagName ?? "",
          dagRunId: body.dagRunId ?? "",
          params: null,
          fromRunId: record.dagRunId,
        });
        return { json: { dagRunId: id, queued: false } };
      },
    }),
    dequeue("get"),
    dequeue("post"),
    ...ofStep("/dag-runs/{name}/{dagRunId}", path),
    ...ofStep("/dag-runs/{name}/{dagRunId}/sub-dag-runs/{subDAGRunId}", { ...path, subDAGRunId: runIdShape }),
  ];
}

/** Id of the run in which the step waited. */
function decidedRun({ dagRunId, subDAGRunId }: Place): string {
  return subDAGRunId ?? dagRunId;
}

function goesOn({ record }: StoredRun): boolean {
  return record.status === RunStatus.Running || record.status === RunStatus.NotStarted;
}
