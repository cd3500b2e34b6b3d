/** `queue list`: the runs that wait, and why. */
import type { Config } from "../config/config.ts";
import { pathPart } from "../core/names.ts";
import { whyWaiting } from "../core/queue_order.ts";
import type { WaitingRun } from "./app.ts";
import { queueState } from "./queue_state.ts";
import { openServices } from "./services.ts";

export async function waitingRuns(config: Config, queue: string): Promise<WaitingRun[]> {
  const services = openServices(config);
  const names = queue === "" ? await (await services.queues()).queues() : [pathPart(queue)];
  const found: WaitingRun[] = [];
  for (const name of names) {
    const state = await queueState(services, name);
    for (const { run, priority, queuedAt, id } of state.waiting) {
      const reason = whyWaiting(state, id) || "it is next, a scheduler has to start it";
      found.push({ queue: name, run, priority, queuedAt, reason });
    }
  }
  return found;
}
