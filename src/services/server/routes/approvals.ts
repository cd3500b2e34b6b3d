/** Steps that wait for somebody. */
import { summaryOf } from "../../../core/run_summary.ts";
import { NodeStatus, RunStatus } from "../../../core/status.ts";
import { timeText } from "../../../stores/file/json/time_text.ts";
import type { ServerContext } from "../context.ts";
import { route } from "../http/route.ts";
import { anything, type Infer, list, map, object, text } from "../http/schema.ts";
import { runSummaryJson, runSummaryShape } from "../shape/run.ts";
import { visibleNames } from "../access/visible.ts";

const approvalsShape = object({
  approvals: list(object({
    run: runSummaryShape,
    steps: list(object({ stepName: text(), since: text(), config: map(anything()) })),
  })),
});

export type ApprovalsJson = Infer<typeof approvalsShape>;

const MAX_APPROVALS = 200;

export function approvalRoutes(context: ServerContext) {
  return [
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
