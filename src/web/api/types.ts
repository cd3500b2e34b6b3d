/** What the server tells, by the shapes that it checks its own answers with. */
export type {
  DagDetailsJson as DagDetails,
  DagFileJson as DagFile,
  DagJson as Dag,
} from "../../services/server/shape/dag.ts";
export type {
  NodeJson as RunNode,
  RunDetailsJson as RunDetails,
  RunSummaryJson as RunSummary,
} from "../../services/server/shape/run.ts";
export type { StepJson as Step } from "../../services/server/shape/step.ts";
export type {
  LoginWaysJson as LoginWays,
  SessionJson as Session,
} from "../../services/server/routes/session.ts";
