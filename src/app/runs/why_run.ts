/** `why`: what keeps a run, or how it came to its end. */
import type { Config } from "../../config/config.ts";
import { RunStatus } from "../../core/status.ts";
import { whyQueuedText, whyRecord, whyText } from "../../core/why_record.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { queueOf } from "./dequeue_run.ts";
import { findRun, seen } from "./find_run.ts";
import { hasScheduler, queueSeen, whyTheyWait } from "../scheduler/queue_state.ts";
import { openStores, type Stores } from "../stores.ts";

export async function whyRun(config: Config, options: { dag: string; runId: string }): Promise<string> {
  const stores = openStores(config);
  const run = await seen(stores, await findRun(stores, options.dag, options.runId, "tell about"));
  const { name, dagRunId: id, status } = run.record;
  return status === RunStatus.Queued
    ? whyQueuedText({ name, id }, await whyQueued(stores, run))
    : whyText({ name, id }, whyRecord(run.record));
}

async function whyQueued(stores: Stores, run: StoredRun): Promise<string> {
  const queue = await queueOf(stores, run);
  const state = await queueSeen(stores, queue);
  const { name, dagRunId } = run.record;
  const items = [...state.waiting, ...state.taken.map((claim) => claim.item)];
  const item = items.find((one) => one.run.name === name && one.run.id === dagRunId);
  if (!item) {
    return `it does not stand in line in the queue "${queue}"; a scheduler puts it there when it starts`;
  }
  return whyTheyWait(state, await hasScheduler(stores))(item.id);
}
