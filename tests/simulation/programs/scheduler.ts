/** A scheduler, put together as `app/scheduler/run_scheduler.ts` does it. */
import { openBook } from "../../../src/app/scheduler/scheduler_book.ts";
import { QueuePart } from "../../../src/app/scheduler/scheduler_queue.ts";
import type { Fire } from "../../../src/core/schedule/schedule.ts";
import { randomToken } from "../../../src/core/ids.ts";
import { bootId, hostName, ownPid, processStartTime } from "../../../src/platform/process/identity.ts";
import { randomBytes } from "../../../src/platform/random.ts";
import type { Fence, LeaseStore } from "../../../src/ports/lease_store.ts";
import type { LaunchRequest, RunLauncher } from "../../../src/ports/run_launcher.ts";
import { AgentPool } from "../../../src/services/agents/agent_pool.ts";
import { FireLoop } from "../../../src/services/scheduler/fires/fire_loop.ts";
import { triggerOf } from "../../../src/services/scheduler/fires/fire_actions.ts";
import { Leadership } from "../../../src/services/leadership.ts";
import { Scheduler } from "../../../src/services/scheduler/scheduler.ts";
import { SchedulerMetrics } from "../../../src/services/scheduler/scheduler_metrics.ts";
import { WatchedLauncher } from "../../../src/services/scheduler/watched_launcher.ts";
import { WorkerLauncher } from "../../../src/services/scheduler/workers/worker_launcher.ts";
import { Zombies } from "../../../src/services/scheduler/zombies.ts";
import { DaguLock } from "../../../src/stores/file/services/dagu_lock.ts";
import { leaseDir } from "../../../src/stores/file/layout.ts";
import { FileLeaseStore } from "../../../src/stores/file/services/lease_store.ts";
import { GrpcDispatcher } from "../../../src/transport/grpc/dispatcher.ts";
import { askForWorkers } from "../../../src/transport/grpc/workers.ts";
import { enqueueSnapshot } from "../../../src/app/runs/enqueue_run.ts";
import { startChild } from "../child.ts";
import { clockOf } from "../clock.ts";
import { dagOf, servicesOf } from "../home.ts";
import type { Process } from "../process.ts";
import { agentMain, snapshotOf } from "./agent.ts";

const STALE_MS = 10_000;
const LOOK_MS = 500;
const ZOMBIES_MS = 1_500;
const GRACE_MS = 8_000;

export async function schedulerMain(process: Process, ending: AbortSignal): Promise<void> {
  const { world } = process;
  const { ledger } = world;
  const clock = clockOf(process);
  const services = servicesOf(process);
  const log = world.logOf(process);
  const metrics = new SchedulerMetrics();
  const leadership = openLeadership(process, ledger.watchedLeases("scheduler", process, openLeases(process)));
  const fence: Fence = {
    get epoch() {
      return leadership.epoch;
    },
    holds: () => ledger.acts("scheduler", process, leadership.epoch, leadership.holds()),
  };
  const pool = openPool(process);
  const client = world.network.client(process);
  const dispatcher = new GrpcDispatcher({ client, clock, random: randomBytes });
  const workers = new WorkerLauncher({
    local: pool,
    runs: services.runs,
    dispatcher: () => Promise.resolve(dispatcher),
  });
  const noted: RunLauncher = {
    launch: (request: LaunchRequest, onWait) => {
      ledger.asked(request);
      return workers.launch(request, onWait);
    },
  };
  const launcher = new WatchedLauncher(noted, (run) => void zombies.check(run));
  const queue = new QueuePart({
    services,
    launcher,
    workers: { seen: () => askForWorkers(client) },
    leadership: fence,
    onOpen: (run) => zombies.suspect(run),
    metrics,
    log,
  });
  const enqueue = async (fire: Fire) => {
    const options = { runId: fire.runId, queue: "", priority: "low" as const, trigger: triggerOf(fire) };
    await enqueueSnapshot(services, snapshotOf(dagOf(fire.file)), options);
  };
  const fires = new FireLoop({
    book: (changed) => openBook({ services, launcher, fence, metrics, log, changed, enqueue }),
    clock,
    prepare: (fires) => pool.prepare(fires),
  });
  const zombies: Zombies = new Zombies({
    runs: services.runs,
    launcher,
    clock,
    fence,
    intervalMs: ZOMBIES_MS,
    log,
    onClosed: (run) => queue.wake(run),
  });
  const parts = [
    { name: "timetable", run: (epoch: number, signal: AbortSignal) => fires.run(epoch, signal) },
    { name: "queues", run: (epoch: number, signal: AbortSignal) => queue.run(epoch, signal) },
    { name: "look-out for dead runs", run: (_: number, signal: AbortSignal) => zombies.run(signal) },
  ];
  ending.addEventListener("abort", () => workers.close());
  await new Scheduler({
    leadership,
    parts,
    clock,
    log,
    onLead: (leads) => ledger.leads(process, leads),
    graceMs: GRACE_MS,
  }).run(ending);
  pool.close();
}

export function openPool(process: Process): AgentPool {
  const { world } = process;
  return new AgentPool({
    start: (onLine) => startChild(process, "agent", agentMain, onLine),
    clock: clockOf(process),
    processors: 1,
    idleMs: 10_000,
    saturated: () => world.timeline.now < 0,
  });
}

function openLeases(process: Process): FileLeaseStore {
  return new FileLeaseStore(leaseDir(`${process.mount}/home/data`));
}

function openLeadership(process: Process, leases: LeaseStore): Leadership {
  const pid = ownPid();
  return new Leadership({
    leases,
    second: new DaguLock(`${process.mount}/home/data/scheduler/locks/.dagu_lock`),
    clock: clockOf(process),
    owner: { host: hostName(), bootId: bootId(), pid, startTime: processStartTime(pid) },
    newToken: () => randomToken(randomBytes),
    staleMs: STALE_MS,
    lookMs: LOOK_MS,
    onTrouble: (why) => {
      if (why !== "") process.world.note(`${process.name}: ${why}`);
    },
  });
}
