/** The next instants of schedules. */
import type { Schedules } from "../../core/dag.ts";
import { upcomingFires } from "../../core/schedule/upcoming_fires.ts";
import type { ServerContext } from "./context.ts";

/** When runs of a definition will start by themselves, Unix milliseconds, soonest first. */
export function nextFires(context: ServerContext, { start }: Schedules, count: number): number[] {
  if (start.length === 0) return [];
  const only = { start, stop: [], restart: [] };
  return upcomingFires(only, context.zone, context.clock.now(), count).map((fire) => fire.at);
}
