/** `queue list`: the runs that wait, and why. */
import type { Config } from "../../config/config.ts";
import { pathPart } from "../../core/names.ts";
import type { WaitingRun } from "../app.ts";
import { hasScheduler, queueState, whyItWaits } from "../scheduler/queue_state.ts";
import { openServices } from "../services.ts";

export async function waitingRuns(config: Config, queue: string): Promise<WaitingRun[]> {
  const services = openServices(config);
  const names = queue === "" ? await (await services.queues()).queues() : [pathPart(queue)];
  const scheduler = await hasScheduler(services);
  const found: WaitingRun[] = [];
  for (const name of names) {
    const state = await queueState(services, name);
    const items = [...state.taken.map(({ item }) => item), ...state.waiting];
    for (const { run, priority, queuedAt, id } of items) {
      found.push({ queue: name, run, priority, queuedAt, reason: whyItWaits(state, id, scheduler) });
    }
  }
  return found;
}
