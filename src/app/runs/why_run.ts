/** `why`: what keeps a run, or how it came to its end. */
import type { Config } from "../../config/config.ts";
import { RunStatus } from "../../core/status.ts";
import { whyQueuedText, whyRecord, whyText } from "../../core/why_record.ts";
import type { StoredRun } from "../../ports/run_store.ts";
import { queueOf } from "./dequeue_run.ts";
import { findRun, seen } from "./find_run.ts";
import { hasScheduler, queueSeen, whyItWaits } from "../scheduler/queue_state.ts";
import { openServices, type Services } from "../services.ts";

export async function whyRun(config: Config, options: { dag: string; runId: string }): Promise<string> {
  const services = openServices(config);
  const run = await seen(services, await findRun(services, options.dag, options.runId, "tell about"));
  const { name, dagRunId: id, status } = run.record;
  return status === RunStatus.Queued
    ? whyQueuedText({ name, id }, await whyQueued(services, run))
    : whyText({ name, id }, whyRecord(run.record));
}

async function whyQueued(services: Services, run: StoredRun): Promise<string> {
  const queue = await queueOf(services, run);
  const state = await queueSeen(services, queue);
  const { name, dagRunId } = run.record;
  const items = [...state.waiting, ...state.taken.map((claim) => claim.item)];
  const item = items.find((one) => one.run.name === name && one.run.id === dagRunId);
  if (!item) {
    return `it does not stand in line in the queue "${queue}"; a scheduler puts it there when it starts`;
  }
  return whyItWaits(state, item.id, await hasScheduler(services));
}
