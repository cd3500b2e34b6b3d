/** What a scheduler shows to those who watch it, over HTTP on this machine. */
import type { Config } from "../../config/config.ts";
import { messageOf } from "../../core/errors.ts";
import { type Page, serveStatus, type StatusPage } from "../../platform/http/status_page.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { AgentPool } from "../../services/agents/agent_pool.ts";
import type { FireLoop } from "../../services/scheduler/fires/fire_loop.ts";
import type { Leadership } from "../../services/leadership.ts";
import type { SchedulerMetrics } from "../../services/scheduler/scheduler_metrics.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import type { QueuePart } from "./scheduler_queue.ts";

const HOST = "127.0.0.1";
/** The port may become free: another scheduler of this machine may have it. */
const AGAIN_MS = 10_000;
/** A leader whose timetable has not moved for so long is ill; it looks every 15 s at least. */
const STUCK_MS = 60_000;

export interface SchedulerPageOptions {
  readonly config: Config;
  readonly leadership: Leadership;
  readonly fires: FireLoop;
  readonly queue: QueuePart;
  readonly pool: AgentPool;
  readonly metrics: SchedulerMetrics;
  readonly log: ServiceLog;
  readonly signal: AbortSignal;
}

/** Serves the page as soon as its port can be had; a scheduler does its work without one. */
export function keepStatusPage(options: SchedulerPageOptions): { close(): Promise<void> } {
  const { config, log, signal } = options;
  const { port } = config.scheduler;
  let page: StatusPage | null = null;
  const open = async () => {
    let told = "";
    while (!signal.aborted) {
      try {
        page = serveStatus(HOST, port, (path) => pageOf(options, path));
        return log("INFO", "Health page is served", { url: `http://${HOST}:${page.port}/health` });
      } catch (error) {
        if (messageOf(error) !== told) {
          log("ERROR", "The scheduler works without its health page until the port is free", {
            error: messageOf(error),
            hint: "scheduler.port in config.yaml or DAGU_SCHEDULER_PORT names another port, 0 none",
          });
        }
        told = messageOf(error);
        await systemClock.sleep(AGAIN_MS, signal);
      }
    }
  };
  if (port > 0) open();
  return { close: async () => await page?.close() };
}

function pageOf(options: SchedulerPageOptions, path: string): Page | null {
  if (path === "/health") return health(options);
  if (path !== "/metrics") return null;
  const { leadership, fires, queue, pool, metrics } = options;
  const text = metrics.text({
    leader: leadership.holds(),
    epoch: leadership.epoch,
    agents: pool.counts,
    waiting: queue.waiting(),
    nextFireAt: fires.nextAt,
  });
  return { status: 200, type: "text/plain; version=0.0.4; charset=utf-8", text };
}

function health({ leadership, fires }: SchedulerPageOptions): Page {
  const leader = leadership.holds();
  const stuck = leader && fires.turnedAt > 0 && systemClock.monotonic() - fires.turnedAt > STUCK_MS;
  const answer = {
    status: stuck ? "unhealthy" : "healthy",
    role: leader ? "leader" : "standby",
    epoch: leadership.epoch,
    nextFireAt: fires.nextAt === null ? null : new Date(fires.nextAt).toISOString(),
  };
  return { status: stuck ? 503 : 200, type: "application/json", text: `${JSON.stringify(answer)}\n` };
}
