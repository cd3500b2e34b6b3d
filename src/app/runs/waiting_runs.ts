/** `queue list`: the runs that wait, and why. */
import type { Config } from "../../config/config.ts";
import { pathPart } from "../../core/names.ts";
import type { WaitingRun } from "../app.ts";
import { hasScheduler, queueState, whyTheyWait } from "../scheduler/queue_state.ts";
import { openStores } from "../stores.ts";

export async function waitingRuns(config: Config, queue: string): Promise<WaitingRun[]> {
  const stores = openStores(config);
  const names = queue === "" ? await (await stores.queues()).queues() : [pathPart(queue)];
  const scheduler = await hasScheduler(stores);
  const found: WaitingRun[] = [];
  for (const name of names) {
    const state = await queueState(stores, name);
    const why = whyTheyWait(state, scheduler);
    const items = [...state.taken.map(({ item }) => item), ...state.waiting];
    for (const { run, priority, queuedAt, id } of items) {
      found.push({ queue: name, run, priority, queuedAt, reason: why(id) });
    }
  }
  return found;
}
