/** A worker that shares the home's folders, put together as `app/worker/run_worker.ts` does it. */
import { randomBytes } from "../../../src/platform/random.ts";
import { AgentTaskRunner } from "../../../src/services/worker/agent_task_runner.ts";
import { TaskWorker } from "../../../src/services/worker/task_worker.ts";
import { GrpcTaskSource } from "../../../src/transport/grpc/task_source.ts";
import { hostName } from "../../../src/platform/process/identity.ts";
import type { Task } from "../../../src/ports/task.ts";
import { clockOf } from "../clock.ts";
import { servicesOf } from "../home.ts";
import type { Process } from "../process.ts";
import { openPool } from "./scheduler.ts";

const MOST_RUNS = 2;
const GRACE_MS = 5_000;

export async function workerMain(process: Process, ending: AbortSignal): Promise<void> {
  const { world } = process;
  const { runs } = servicesOf(process);
  const client = world.network.client(process);
  const id = `${process.machine.name}@${process.pid}`;
  /** As `app/worker/clean_up_task.ts` does it. */
  const cleanUp = async ({ run }: Task) => {
    const stored = await runs.find(run.name, run.id);
    if (stored?.lease?.host !== hostName() || await runs.liveness(stored) !== "dead") return;
    await runs.closeDead(stored).catch(() => {});
  };
  await new TaskWorker({
    self: { id, labels: { gpu: "true" }, host: process.machine.name, remote: false },
    source: new GrpcTaskSource(client, client),
    runner: new AgentTaskRunner(openPool(process), id, cleanUp),
    clock: clockOf(process),
    random: randomBytes,
    log: world.logOf(process),
    maxActiveRuns: MOST_RUNS,
    graceMs: GRACE_MS,
  }).run(ending);
}
