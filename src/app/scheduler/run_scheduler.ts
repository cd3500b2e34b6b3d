/** `scheduler`: puts the parts of the scheduler together and runs them until a signal comes. */
import type { Config } from "../../config/config.ts";
import { randomToken } from "../../core/ids.ts";
import type { RunRef } from "../../core/run.ts";
import type { Fire } from "../../core/schedule/schedule.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../platform/process/identity.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import type { Fence } from "../../ports/lease_store.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import type { Workers } from "../../ports/workers.ts";
import { FireLoop } from "../../services/scheduler/fires/fire_loop.ts";
import { Leadership } from "../../services/leadership.ts";
import { type Part, Scheduler } from "../../services/scheduler/scheduler.ts";
import { SchedulerMetrics } from "../../services/scheduler/scheduler_metrics.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import type { WorkerLauncher } from "../../services/scheduler/workers/worker_launcher.ts";
import { WatchedLauncher } from "../../services/scheduler/watched_launcher.ts";
import { Zombies } from "../../services/scheduler/zombies.ts";
import { DaguLock } from "../../stores/file/services/dagu_lock.ts";
import { leaseDir } from "../../stores/file/layout.ts";
import { FileLeaseStore } from "../../stores/file/services/lease_store.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import type { AgentPool } from "../../services/agents/agent_pool.ts";
import { openAgentPool } from "../agents/agent_pool.ts";
import { openHome } from "../home/open_home.ts";
import { tidyHome } from "../home/tidy_home.ts";
import { openBook } from "./scheduler_book.ts";
import { keepStatusPage } from "./scheduler_page.ts";
import { QueuePart } from "./scheduler_queue.ts";
import { openWorkerLauncher } from "./worker_launcher.ts";
import { openWorkers } from "../coordinator/workers.ts";
import { openServices, type Services } from "../services.ts";
import { stopSignals } from "../stop_signals.ts";

/** What is half done at a stop may take so long. */
const GRACE_MS = 8_000;

export interface RunSchedulerOptions {
  readonly log: ServiceLog;
  /** Flags that agents need to find the same folders. */
  readonly agentFlags: readonly string[];
  /** Ends it in good order, as a signal does. */
  readonly ending?: AbortSignal;
}

/** Resolves when it has ended: after the first signal in good order, after a second one at once. */
export async function runScheduler(config: Config, options: RunSchedulerOptions): Promise<void> {
  const { log, agentFlags } = options;
  openHome(config, log);
  const { ending, now } = stopSignals(log, options.ending);
  const metrics = new SchedulerMetrics();
  const leadership = openLeadership(config, log);
  const pool = openAgentPool(config, agentFlags);
  const services = openServices(config);
  const workers = openWorkerLauncher(services, pool);
  const seenWorkers = openWorkers(config);
  const { fires, queue, parts } = openParts(config, {
    services,
    metrics,
    leadership,
    pool,
    workers,
    seenWorkers,
    log,
  });
  ending.addEventListener("abort", () => workers.close());
  const { paths, scheduler: { port } } = config;
  const host = hostName();
  const id = `${host}-${ownPid()}-${Math.floor(systemClock.now() / 1000)}`;
  const registration = new FileRegistry(paths.serviceRegistryDir).register("scheduler", { id, host, port });
  const onLead = (leads: boolean) => void (registration.active = leads);
  const scheduler = new Scheduler({ leadership, parts, clock: systemClock, log, onLead, graceMs: GRACE_MS });
  const page = keepStatusPage({ config, leadership, fires, queue, pool, metrics, log, signal: ending });
  await Promise.race([scheduler.run(ending), now]);
  pool.close();
  seenWorkers.close();
  registration.remove();
  await page.close();
  log("INFO", "Scheduler ended");
}

interface Shared {
  readonly services: Services;
  readonly metrics: SchedulerMetrics;
  readonly leadership: Leadership;
  readonly pool: AgentPool;
  readonly workers: WorkerLauncher;
  readonly seenWorkers: Workers;
  readonly log: ServiceLog;
}

/** What a scheduler does while it leads. */
function openParts(
  config: Config,
  { services, metrics, leadership, pool, workers, seenWorkers, log }: Shared,
): { readonly fires: FireLoop; readonly queue: QueuePart; readonly parts: readonly Part[] } {
  const launcher = new WatchedLauncher(workers, (run) => void zombies.check(run));
  const onOpen = (run: RunRef) => zombies.suspect(run);
  const queue = new QueuePart({ services, launcher, workers: seenWorkers, leadership, onOpen, metrics, log });
  const enqueue = (fire: Fire, like: StoredRun | null) => queue.enqueue(fire, like);
  const fires = new FireLoop({
    book: (changed) => openBook({ services, launcher, fence: leadership, metrics, log, changed, enqueue }),
    clock: systemClock,
    prepare: (fires) => pool.prepare(fires),
  });
  const intervalMs = config.scheduler.zombieDetectionInterval;
  const zombies: Zombies = new Zombies({
    runs: services.runs,
    launcher,
    clock: systemClock,
    fence: leadership,
    intervalMs,
    log,
    onClosed: (run, resumed) => {
      metrics.crashed(resumed);
      queue.wake(run);
    },
  });
  const parts: Part[] = [
    { name: "timetable", run: (epoch, signal) => fires.run(epoch, signal) },
    { name: "queues", run: (epoch, signal) => queue.run(epoch, signal) },
  ];
  parts.push({ name: "tidying", run: (_, signal) => tidyHome(config, log, signal) });
  if (intervalMs > 0) parts.push({ name: "look-out for dead runs", run: (_, signal) => zombies.run(signal) });
  return { fires, queue, parts };
}

function openLeadership({ paths, scheduler }: Config, log: ServiceLog): Leadership & Fence {
  const pid = ownPid();
  return new Leadership({
    leases: new FileLeaseStore(leaseDir(paths.dataDir)),
    second: new DaguLock(`${paths.dataDir}/scheduler/locks/.dagu_lock`),
    clock: systemClock,
    owner: { host: hostName(), bootId: bootId(), pid, startTime: processStartTime(pid) },
    newToken: () => randomToken(randomBytes),
    staleMs: scheduler.lockStaleThreshold,
    lookMs: scheduler.lockRetryInterval,
    onTrouble: (why) => {
      if (why !== "") log("WARN", why);
    },
  });
}
