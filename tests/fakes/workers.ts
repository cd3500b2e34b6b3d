/** Workers for tests. */
import type { WorkerSeen } from "../../src/ports/workers.ts";

export function aWorker(id: string, change: Partial<WorkerSeen> = {}): WorkerSeen {
  return {
    id,
    labels: { gpu: "true" },
    host: "far",
    remote: false,
    totalPollers: 10,
    busyPollers: 0,
    running: [],
    seenAt: Date.UTC(2026, 0, 31),
    health: "healthy",
    ...change,
  };
}
