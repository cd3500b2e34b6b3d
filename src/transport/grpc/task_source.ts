/** A worker's calls of the coordinator. */
import type { TaskClaim, TaskResult } from "../../ports/task.ts";
import type {
  OfferedTask,
  Order,
  RecordPart,
  TaskSource,
  WorkerSelf,
  WorkerStats,
} from "../../ports/task_source.ts";
import type { GrpcClient } from "./client.ts";
import { claimFromWire, offeredFromWire, resultToWire, runningToWire } from "./task_wire.ts";

/** Longer than the coordinator lets anybody wait. */
export const LONG_POLL_MS = 90_000;
const ANSWER_MS = 10_000;
/** A beat that is not answered by then is of no use. */
const BEAT_MS = 3_000;
/** What a run did may be much, and the way narrow. */
const RECORD_MS = 30_000;

export class GrpcTaskSource implements TaskSource {
  readonly #client: GrpcClient;
  readonly #records: GrpcClient;

  /** @param records has a connection of its own: no sign of life waits behind what runs did */
  constructor(client: GrpcClient, records: GrpcClient) {
    this.#client = client;
    this.#records = records;
  }

  async poll(self: WorkerSelf, pollerId: string, signal: AbortSignal): Promise<OfferedTask | null> {
    const { id, labels, remote, host } = self;
    const request = { workerId: id, pollerId, labels, confirms: true, remote, host };
    const { task } = await this.#client.call("Poll", request, { timeoutMs: LONG_POLL_MS, signal });
    return task ? offeredFromWire(task, id) : null;
  }

  async confirm(claim: TaskClaim): Promise<void> {
    await this.#client.call("ConfirmTask", { claim }, { timeoutMs: ANSWER_MS });
  }

  async begin(claim: TaskClaim): Promise<void> {
    await this.#client.call("BeginTask", { claim }, { timeoutMs: ANSWER_MS });
  }

  async end(claim: TaskClaim, result: TaskResult): Promise<void> {
    const request = { claim, result: resultToWire(result) };
    await this.#client.call("EndTask", request, { timeoutMs: ANSWER_MS });
  }

  async giveBack(claim: TaskClaim, reason: string): Promise<void> {
    await this.#client.call("ReturnTask", { claim, reason }, { timeoutMs: ANSWER_MS });
  }

  async beat(
    { id, labels, host, remote }: WorkerSelf,
    claims: readonly TaskClaim[],
    stats: WorkerStats | null,
  ): Promise<readonly TaskClaim[]> {
    const wireStats = stats && {
      totalPollers: stats.totalPollers,
      busyPollers: stats.busyPollers,
      runningTasks: stats.running.map(runningToWire),
    };
    const request = { workerId: id, labels, host, remote, claims, stats: wireStats };
    return (await this.#client.call("Heartbeat", request, { timeoutMs: BEAT_MS })).revoked;
  }

  async orders(workerId: string, seen: number, signal: AbortSignal): Promise<readonly Order[]> {
    const options = { timeoutMs: LONG_POLL_MS, signal };
    const { orders } = await this.#client.call("AwaitOrders", { workerId, seen }, options);
    return orders.map(({ number, claim, signal }) => ({ number, claim: claimFromWire(claim), signal }));
  }

  async record(claim: TaskClaim, parts: readonly RecordPart[]): Promise<number> {
    return (await this.#records.call("RecordRun", { claim, parts }, { timeoutMs: RECORD_MS })).received;
  }
}
