/**
 * Where the scheduler's book of fires stands, below the data folder:
 *
 * ```
 * scheduler/ticks/<tick>/<job>.<kind>-<schedule>   claim: a line with epoch and fire, then one with the outcome
 * scheduler/fires/<time>.jsonl                     how fires ended, one a line
 * scheduler/known.json                             schedules that were followed last
 * scheduler/settled_until                          Unix milliseconds; everything before is settled
 * ```
 * Claims stand by tick, so that many fires of one minute cost one folder, and old ones go with it.
 */
import { safeName } from "../../../core/names.ts";
import type { FireKey } from "../../../core/schedule/schedule.ts";
import { crc32 } from "../sealed_line.ts";

export function ticksDir(dataDir: string): string {
  return `${dataDir}/scheduler/ticks`;
}

export function ledgerDir(dataDir: string): string {
  return `${dataDir}/scheduler/fires`;
}

export function settledUntilFile(dataDir: string): string {
  return `${dataDir}/scheduler/settled_until`;
}

export function knownFile(dataDir: string): string {
  return `${dataDir}/scheduler/known.json`;
}

/** Folder of the claims of one tick. */
export function tickDir(dataDir: string, { tick }: FireKey): string {
  return `${ticksDir(dataDir)}/${safeName(tick)}`;
}

export function claimName({ job, kind, entry }: FireKey): string {
  return `${safeName(job).slice(0, 60)}-${crc32(job)}.${kind}-${crc32(entry)}`;
}
