/** `worker`: takes tasks from a coordinator until a signal comes. */
import type { Config } from "../../config/config.ts";
import { DaguError } from "../../core/errors.ts";
import { isWorkerId } from "../../core/peer/peer_identity.ts";
import { callProblem } from "../../core/peer/peer_exposure.ts";
import { hostName, ownPid } from "../../platform/process/identity.ts";
import { randomBytes } from "../../platform/random.ts";
import { systemClock } from "../../platform/time/system_clock.ts";
import { AgentTaskRunner } from "../../services/worker/agent_task_runner.ts";
import { RemoteTaskRunner } from "../../services/worker/remote_task_runner.ts";
import type { CleanUp } from "../../services/worker/task_runner.ts";
import { TaskWorker } from "../../services/worker/task_worker.ts";
import type { ServiceLog } from "../../services/service_log.ts";
import { FileRegistry } from "../../stores/file/services/registry.ts";
import { GrpcTaskSource } from "../../transport/grpc/task_source.ts";
import { openAgentPool } from "../agents/agent_pool.ts";
import { cleanUpTask } from "./clean_up_task.ts";
import { tidyHome } from "../home/tidy_home.ts";
import { openCoordinatorClient } from "../coordinator/coordinator_client.ts";
import { stopSignals } from "../stop_signals.ts";

export interface RunWorkerOptions {
  readonly log: ServiceLog;
  /** Flags that agents need to find the same folders. */
  readonly agentFlags: readonly string[];
}

/** Resolves when nothing of it runs any more: after the first signal in good order, after a second one at once. */
export async function runWorker(config: Config, { log, agentFlags }: RunWorkerOptions): Promise<void> {
  const { worker: { coordinatorHost, coordinatorPort, labels, maxActiveRuns, grace, storage }, paths } =
    config;
  const id = workerId(config);
  const problem = coordinatorHost === "" ? "" : callProblem(coordinatorHost, config.peer);
  if (problem !== "") throw new DaguError(problem);
  const target = coordinatorHost === "" ? null : { host: coordinatorHost, port: coordinatorPort };
  const [client, records] = [openCoordinatorClient(config, target), openCoordinatorClient(config, target)];
  const { ending, now } = stopSignals(log);
  const source = new GrpcTaskSource(client, records);
  const remote = storage === "remote";
  const pool = openAgentPool(config, agentFlags);
  const cleanUp: CleanUp = (task, folder) => cleanUpTask(config, task, folder, log);
  const runner = remote
    ? new RemoteTaskRunner({
      pool,
      source,
      workerId: id,
      root: `${paths.dataDir}/worker-tasks`,
      clock: systemClock,
      random: randomBytes,
      log,
      cleanUp,
    })
    : new AgentTaskRunner(pool, id, cleanUp);
  const worker = new TaskWorker({
    self: { id, labels, host: hostName(), remote },
    source,
    runner,
    clock: systemClock,
    random: randomBytes,
    log,
    maxActiveRuns,
    graceMs: grace,
  });
  const entry = new FileRegistry(paths.serviceRegistryDir).register("worker", {
    id,
    host: hostName(),
    port: 0,
  });
  entry.active = true;
  // The first runs find agents that are ready.
  pool.prepare(maxActiveRuns);
  // The coordinator's folders are the scheduler's to look after.
  if (runner instanceof RemoteTaskRunner) void tidyHome(config, log, ending, () => runner.left());
  log("INFO", "Worker started", { id, labels: JSON.stringify(labels) });
  try {
    await Promise.race([worker.run(ending), now.then(() => worker.kill())]);
  } finally {
    entry.remove();
    runner.close();
    client.close();
    records.close();
  }
  log("INFO", "Worker ended", { id });
}

function workerId({ worker }: Config): string {
  const id = worker.id || `${hostName()}@${ownPid()}`;
  if (isWorkerId(id)) return id;
  throw new DaguError(
    `Cannot be the worker "${id}": an id has letters, digits, ".", "_", "-" and "@", at most 128`,
  );
}
