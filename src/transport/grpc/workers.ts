/** Asks a coordinator for its workers. */
import type { WaitingTask, WorkerSeen, WorkersSeen } from "../../ports/workers.ts";
import type { GrpcClient } from "./client.ts";
import type { WaitingWire, WorkerWire } from "./messages.ts";
import { runningFromWire } from "./task_wire.ts";

const ANSWER_MS = 3_000;
/** By the numbers of the protocol. */
const HEALTH = ["unhealthy", "healthy", "warning", "unhealthy"] as const;

/** @throws CallError */
export async function askForWorkers(client: GrpcClient): Promise<WorkersSeen> {
  const { workers, waiting } = await client.call("GetWorkers", {}, { timeoutMs: ANSWER_MS });
  return {
    workers: workers.map(workerOf).sort((a, b) => a.id < b.id ? -1 : 1),
    waiting: waiting.map(waitingOf),
  };
}

function workerOf(wire: WorkerWire): WorkerSeen {
  return {
    id: wire.workerId,
    labels: wire.labels,
    host: wire.host,
    remote: wire.remote,
    totalPollers: wire.totalPollers,
    busyPollers: wire.busyPollers,
    running: wire.runningTasks.map(runningFromWire),
    seenAt: wire.lastHeartbeatAt * 1000,
    health: HEALTH[wire.healthStatus] ?? "unhealthy",
  };
}

function waitingOf({ run, workerSelector, reason, since }: WaitingWire): WaitingTask {
  const none = { name: "", id: "" };
  const task = run ? runningFromWire(run) : { run: none, root: none, parent: null, startedAt: 0 };
  return { task: { ...task, startedAt: since }, selector: workerSelector, reason };
}
