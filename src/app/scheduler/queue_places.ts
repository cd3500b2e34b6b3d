/** Where runs stand in the queues, for lists of them. */
import type { RunRef } from "../../core/run.ts";
import { whyQueuedText } from "../../core/why_record.ts";
import type { PlaceOf, QueuePlace } from "../../services/server/context.ts";
import { hasScheduler, queueSeen, whyTheyWait } from "./queue_state.ts";
import type { Stores } from "../stores.ts";

/** As it is now. */
export async function queuePlaces(stores: Stores): Promise<PlaceOf> {
  const queues = await stores.queues();
  const scheduler = await hasScheduler(stores);
  const places = new Map<string, QueuePlace>();
  for (const queue of await queues.queues()) {
    const state = await queueSeen(stores, queue);
    const whyWaits = whyTheyWait(state, scheduler);
    for (const run of state.begun) places.set(keyOf(run), { queue, turn: 0, why: () => "" });
    [...state.taken.map(({ item }) => item), ...state.waiting].forEach(({ id, run }, turn) => {
      const why = () => whyQueuedText(run, whyWaits(id));
      places.set(keyOf(run), { queue, turn, why });
    });
  }
  return (run) => places.get(keyOf(run)) ?? null;
}

function keyOf({ name, id }: RunRef): string {
  return `${name} ${id}`;
}
