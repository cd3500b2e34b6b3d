/** What earlier leaders left in the book of fires after the time until which everything is settled. */
import { scheduleKey, tickAt } from "../../../core/schedule/fire_key.ts";
import type { FireStore } from "../../../ports/fire_store.ts";

export interface Inheritance {
  /** Times of fires that were claimed and not settled, by schedule. */
  readonly claimed: ReadonlyMap<string, readonly number[]>;
  /** Stretches of time in which every fire is settled, by schedule. */
  readonly settled: ReadonlyMap<string, readonly { readonly since: number; readonly at: number }[]>;
}

export async function readInheritance(
  fires: Pick<FireStore, "openClaims" | "list">,
  from: number,
): Promise<Inheritance> {
  const claims = await fires.openClaims(from);
  const records = await fires.list({ from, limit: Infinity });
  const claimed = Map.groupBy(claims, scheduleKey);
  return {
    claimed: new Map([...claimed].map(([key, own]) => [key, own.map(({ tick }) => tickAt(tick)!)])),
    settled: Map.groupBy(records, scheduleKey),
  };
}

/** Whether a time of a schedule needs no further thought: it is settled, or it is looked at by itself. */
export function settledTimes({ claimed, settled }: Inheritance, key: string): (at: number) => boolean {
  const alone = claimed.get(key) ?? [];
  const stretches = settled.get(key) ?? [];
  return (at) => alone.includes(at) || stretches.some((one) => one.since <= at && at <= one.at);
}
