/** Why runs stand in line, for lists of them. */
import type { RunRef } from "../core/run.ts";
import { whyQueuedText } from "../core/why_record.ts";
import { hasScheduler, queueSeen, type SeenQueue, whyItWaits } from "./queue_state.ts";
import type { Services } from "./services.ts";

/** @returns the sentence of `why` for a run that stands in line now; "" for any other */
export async function queueReasons(services: Services): Promise<(run: RunRef) => string> {
  const queues = await services.queues();
  const scheduler = await hasScheduler(services);
  const places = new Map<string, { readonly state: SeenQueue; readonly id: string }>();
  for (const name of await queues.queues()) {
    const state = await queueSeen(services, name);
    const items = [...state.taken.map(({ item }) => item), ...state.waiting];
    for (const { id, run } of items) places.set(keyOf(run), { state, id });
  }
  return (run) => {
    const place = places.get(keyOf(run));
    return place ? whyQueuedText(run, whyItWaits(place.state, place.id, scheduler)) : "";
  };
}

function keyOf({ name, id }: RunRef): string {
  return `${name} ${id}`;
}
