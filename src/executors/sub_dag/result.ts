/** What a step that ran sub-DAGs prints and publishes. */
import { NodeStatus, RunStatus, runStatusName } from "../../core/status.ts";
import type { StepOutcome } from "../../ports/executor.ts";
import type { SubRunResult } from "../../ports/sub_runs.ts";

/** One sub-run, in the order of keys that Dagu prints. */
export function resultObject(result: SubRunResult): Record<string, unknown> {
  return {
    name: result.ref.name,
    dagRunId: result.ref.id,
    ...(result.params === "" ? {} : { params: result.params }),
    outputs: result.outputs,
    status: runStatusName(result.status),
  };
}

/** JSON of one or all sub-runs as it is printed. */
export function printed(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

/** How the step ends when its sub-run ended so. */
export function outcomeOf(result: SubRunResult): StepOutcome {
  switch (result.status) {
    case RunStatus.Succeeded:
      return { exitCode: 0, error: "" };
    case RunStatus.PartiallySucceeded:
      return { exitCode: 0, error: "", status: NodeStatus.PartiallySucceeded };
    case RunStatus.Waiting:
      return { exitCode: 0, error: "", status: NodeStatus.Waiting };
    default: {
      const why = result.error === "" ? "" : `: ${result.error}`;
      return {
        exitCode: 1,
        error: `sub DAG run ${result.ref.id} of "${result.ref.name}" ended with status ${
          runStatusName(result.status)
        }${why}`,
      };
    }
  }
}
