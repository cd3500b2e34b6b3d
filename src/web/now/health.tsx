/** Server, scheduler and workers in one line. */
import type { ComponentChildren } from "preact";
import { to } from "../addresses.ts";
import { liveState } from "../live.ts";
import { useResource } from "../resource.ts";
import { href } from "../router.ts";
import { session } from "../session.ts";

interface Scheduler {
  readonly host: string;
  readonly status: string;
}

interface WorkerHealth {
  readonly healthStatus: string;
}

/** Seldom: a page that lies open all day should cost next to nothing. */
const EVERY_MS = 120_000;

export function Health() {
  const schedulers = useResource<{ schedulers: Scheduler[] }>("/services/scheduler", { everyMs: EVERY_MS });
  const workers = useResource<{ workers: WorkerHealth[] }>("/workers", {
    on: ({ type }) => type === "worker",
  });
  const leads = schedulers.data?.schedulers.find(({ status }) => status === "active");
  const ill = workers.data?.workers.filter(({ healthStatus }) => healthStatus !== "healthy").length ?? 0;
  const all = workers.data?.workers.length ?? 0;
  return (
    <a class="health" href={href(to.system())}>
      <Sign good={liveState.value !== "lost"}>Server {session()?.version}</Sign>
      <Sign good={schedulers.data === undefined || leads !== undefined}>
        {leads ? `Scheduler on ${leads.host}` : "No scheduler"}
      </Sign>
      {all > 0 && (
        <Sign good={ill === 0}>{ill > 0 ? `${ill} of ${all} workers are not well` : `${all} workers`}</Sign>
      )}
    </a>
  );
}

function Sign({ good, children }: { readonly good: boolean; readonly children: ComponentChildren }) {
  return (
    <span class={good ? "sign" : "sign sign-bad"}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}
