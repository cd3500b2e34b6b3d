/** What can be done to a step of a run: the word of a person that it waits for, and its state. */
import type { Node } from "../../../core/run.ts";
import { NodeStatus } from "../../../core/status.ts";
import { checkInputs } from "../access/as_stored.ts";
import type { ServerContext } from "../context.ts";
import { findNode, findPlace, findRun, type RunPlace } from "../find/find_run.ts";
import type { Principal } from "../access/guard.ts";
import { badRequest } from "../http/api_error.ts";
import { route } from "../http/route.ts";
import { flag, integer, map, object, optional, text } from "../http/schema.ts";
import { stepNameShape } from "../shape/names.ts";
import type { Decision } from "../run_actions.ts";
import { atRuns } from "./run_places.ts";

const decisionShape = object({ dagRunId: text(), stepName: text() });
const approvalShape = object({ dagRunId: text(), stepName: text(), resumed: flag() });
const statusBody = object({ status: integer({ min: 0, max: 8 }) });
const approveBody = object({ inputs: optional(map(text())) });
const rejectBody = object({ reason: optional(text({ max: 10_000 })) });

export function stepChangeRoutes(context: ServerContext) {
  const { actions, runs } = context;
  return atRuns((base, place) => [
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
        const { node, chosen } = await decision(context, path as RunPlace, path.stepName, principal);
        checkInputs(node.step, inputs, principal);
        const resumed = await actions.approve({ ...chosen, inputs });
        return { json: { dagRunId: decidedRun(path as RunPlace), stepName: chosen.step, resumed } };
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
        const { chosen } = await decision(context, path as RunPlace, path.stepName, principal);
        await actions.reject({ ...chosen, reason: body.reason ?? "" });
        return { json: { dagRunId: decidedRun(path as RunPlace), stepName: chosen.step } };
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
        const run = await findPlace(context, path as RunPlace);
        const node = findNode(run.record, path.stepName);
        const index = run.record.nodes.indexOf(node);
        if (index < 0) throw badRequest(`${path.stepName} is a handler: only the status of steps can be set`);
        const status = body.status as NodeStatus;
        await runs.amendEnded(run, () => [{ kind: "node", node: index, patch: { status } }]);
        await context.changed.run(run.record.root);
        return { status: 200, empty: true };
      },
    }),
  ]);
}

/** The step that a person decides on; it has to wait for that. */
async function decision(
  context: ServerContext,
  place: RunPlace,
  stepName: string,
  principal: Principal,
): Promise<{ readonly node: Node; readonly chosen: Decision }> {
  const root = await findRun(context, place.name, place.dagRunId);
  const run = place.subDAGRunId === undefined ? root : await findPlace(context, place);
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
}

/** Id of the run in which the step waited. */
function decidedRun({ dagRunId, subDAGRunId }: RunPlace): string {
  return subDAGRunId ?? dagRunId;
}
