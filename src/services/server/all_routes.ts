/** Every endpoint of the API. */
import type { Auth } from "./auth/auth.ts";
import { authRoutes } from "./auth/routes/all.ts";
import type { ServerContext } from "./context.ts";
import type { Route, Switch } from "./http/route.ts";
import { allLogsRoutes } from "./routes/all_logs.ts";
import { approvalRoutes } from "./routes/approvals.ts";
import { backfillRoutes } from "./routes/backfill.ts";
import { dagDetailRoutes } from "./routes/dag_detail.ts";
import { dagEditRoutes } from "./routes/dag_edit.ts";
import { dagGridRoutes } from "./routes/dag_grid.ts";
import { dagListRoutes } from "./routes/dag_list.ts";
import { dagSettingsRoutes } from "./routes/dag_settings.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventRoutes } from "./routes/events.ts";
import { logSearchRoutes } from "./routes/log_search.ts";
import { logRoutes } from "./routes/logs.ts";
import { rawLogRoutes } from "./routes/raw_logs.ts";
import { queueRoutes } from "./routes/queues.ts";
import { runChangeRoutes } from "./routes/run_change.ts";
import { runDetailRoutes } from "./routes/run_detail.ts";
import { runListRoutes } from "./routes/run_list.ts";
import { runStartRoutes } from "./routes/run_start.ts";
import { scheduleRoutes } from "./routes/schedule.ts";
import { sessionRoutes } from "./routes/session.ts";
import { runTextRoutes } from "./routes/run_text.ts";
import { stepChangeRoutes } from "./routes/step_change.ts";
import { systemRoutes } from "./routes/system.ts";

export interface RouteOptions {
  /** Path of the API. */
  readonly base: string;
  readonly publicMetrics: boolean;
  readonly auth: Auth;
  /** Address of the pages. */
  readonly home: string;
  /** Title of the pages, and a colour of CSS that tells them from those of other servers. */
  readonly title: string;
  readonly colour: string;
  readonly switches: Readonly<Record<Switch, boolean>>;
}

/** Fixed words stand before names in the same place. */
export function allRoutes(context: ServerContext, options: RouteOptions): Route[] {
  const routes = [
    ...systemRoutes(context, options.publicMetrics ? "public" : "viewer"),
    ...dagListRoutes(context),
    ...dagEditRoutes(context),
    ...dagDetailRoutes(context),
    ...dagSettingsRoutes(context),
    ...dagGridRoutes(context),
    ...runListRoutes(context),
    ...runDetailRoutes(context),
    ...runStartRoutes(context),
    ...backfillRoutes(context),
    ...runTextRoutes(context),
    ...runChangeRoutes(context),
    ...stepChangeRoutes(context),
    ...logRoutes(context),
    ...logSearchRoutes(context),
    ...rawLogRoutes(context),
    ...allLogsRoutes(context),
    ...queueRoutes(context),
    ...eventRoutes(context),
    ...scheduleRoutes(context),
    ...approvalRoutes(context),
    ...sessionRoutes(context, options),
    ...authRoutes(context, options.auth, options.home),
  ];
  return [...routes, ...docsRoutes(options.base, routes)];
}
