/** A worker, with the home's folders or without them, put together as `app/worker/run_worker.ts` does it. */
import { hostName } from "../../../src/platform/process/identity.ts";
import { randomBytes } from "../../../src/platform/random.ts";
import type { RunStore } from "../../../src/ports/run_store.ts";
import { AgentTaskRunner } from "../../../src/services/worker/agent_task_runner.ts";
import { RemoteTaskRunner } from "../../../src/services/worker/remote_task_runner.ts";
import type { CleanUp } from "../../../src/services/worker/task_runner.ts";
import { TaskWorker } from "../../../src/services/worker/task_worker.ts";
import { GrpcTaskSource } from "../../../src/transport/grpc/task_source.ts";
import { clockOf } from "../clock.ts";
import { runsOf, servicesOf } from "../home.ts";
import type { Process } from "../process.ts";
import { openPool } from "./scheduler.ts";

const MOST_RUNS = 2;
const GRACE_MS = 5_000;

export async function workerMain(process: Process, ending: AbortSignal): Promise<void> {
  const { world, machine } = process;
  const client = world.network.client(process);
  const id = `${machine.name}@${process.pid}`;
  const remote = world.remote.has(machine);
  const source = new GrpcTaskSource(client, client);
  const pool = openPool(process);
  const cleanUp = cleanerOf(process);
  const [clock, log, random] = [clockOf(process), world.logOf(process), randomBytes];
  const root = `${process.mount}/${machine.name}`;
  await new TaskWorker({
    self: { id, labels: { gpu: "true" }, host: machine.name, remote },
    source,
    runner: remote
      ? new RemoteTaskRunner({ pool, source, workerId: id, root, clock, random, log, cleanUp })
      : new AgentTaskRunner(pool, id, cleanUp),
    clock,
    random,
    log,
    maxActiveRuns: MOST_RUNS,
    graceMs: GRACE_MS,
  }).run(ending);
}

/** As `app/worker/clean_up_task.ts` does it. */
function cleanerOf(process: Process): CleanUp {
  return async ({ run }, folder) => {
    const runs: RunStore = folder === "" ? servicesOf(process).runs : runsOf(process, folder);
    const stored = await runs.find(run.name, run.id);
    if (stored?.lease?.host !== hostName() || await runs.liveness(stored) !== "dead") return;
    await runs.closeDead(stored).catch(() => {});
  };
}
