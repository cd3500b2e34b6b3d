/** Names of fires and of the runs that they start. */
import { formatUuid } from "../ids.ts";
import type { FireKey } from "./schedule.ts";

/** The members of something that name a fire. */
export function keyOf({ job, kind, entry, tick }: FireKey): FireKey {
  return { job, kind, entry, tick };
}

/** One text for each schedule of each definition. */
export function scheduleKey({ job, kind, entry }: Omit<FireKey, "tick">): string {
  return `${job}\n${kind}\n${entry}`;
}

/** `20261123T0200Z`; `20261123T020015Z` when the second is not 0. */
export function tickName(at: number): string {
  const text = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `${text.endsWith("00") ? text.slice(0, -2) : text}Z`;
}

/** When a fire of that name is due, Unix milliseconds; null for one without a time. */
export function tickAt(tick: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)?Z$/.exec(tick);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The expression together with its zone. */
export function entryName(expression: string, zone: string): string {
  return `CRON_TZ=${zone} ${expression.replace(/^(?:CRON_)?TZ=\S*\s+/, "")}`;
}

/**
 * Id of the run that a fire starts: a UUID that carries the time of the fire, or none for a fire without one
 * (`at` 0). Equal keys give equal ids, so a run store that refuses known ids refuses the second start of a fire.
 */
export async function fireRunId(key: FireKey, at: number): Promise<string> {
  const text = [key.job, key.kind, key.entry, key.tick].join("\n");
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return at > 0 ? formatUuid(digest.subarray(0, 16), 7, at) : formatUuid(digest.subarray(0, 16), 8);
}
