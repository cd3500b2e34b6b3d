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
export type { ApprovalsJson as Approvals } from "../../services/server/routes/approvals.ts";
export type { FireJson as Fire } from "../../services/server/routes/schedule.ts";
export type {
  DagListJson as DagList,
  DagSearchJson as DagSearch,
} from "../../services/server/routes/dag_list.ts";
export type { BackfillJson as BackfillPlan } from "../../services/server/routes/backfill.ts";
export type { DiskJson as Disk } from "../../services/server/routes/system.ts";
export type { LogJson as Log } from "../../services/server/shape/log.ts";
export type { QueuesJson as Queues } from "../../services/server/routes/queues.ts";
export type { RunListJson as RunList } from "../../services/server/routes/run_list.ts";
export type { ApiKeyJson as ApiKey } from "../../services/server/auth/routes/api_keys.ts";
export type { AuditEntryJson as AuditEntry } from "../../services/server/auth/routes/audit.ts";
export type { UserJson as User } from "../../services/server/auth/routes/login.ts";
export type { WebhookJson as Webhook } from "../../services/server/auth/routes/webhooks.ts";
