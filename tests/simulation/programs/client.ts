/** Somebody who queues a run, as the command line does it. */
import { enqueueSnapshot } from "../../../src/app/runs/enqueue_run.ts";
import { DaguError, messageOf } from "../../../src/core/errors.ts";
import type { Priority } from "../../../src/core/queue_order.ts";
import type { RunRef } from "../../../src/core/run.ts";
import { dagOf, servicesOf } from "../home.ts";
import type { Process } from "../process.ts";
import { snapshotOf } from "./agent.ts";

export async function clientMain(process: Process, ref: RunRef, priority: Priority): Promise<void> {
  const { ledger } = process.world;
  const dag = dagOf(ref.name);
  ledger.enqueueing(ref, dag.queue, priority);
  try {
    await enqueueSnapshot(servicesOf(process), snapshotOf(dag), {
      runId: ref.id,
      queue: "",
      priority,
      trigger: "manual",
    });
  } catch (error) {
    if (error instanceof DaguError || !process.dead) {
      process.world.note(`${ref.id} is refused: ${messageOf(error)}`);
    }
    return;
  }
  if (!process.dead) ledger.acknowledged(ref);
}
