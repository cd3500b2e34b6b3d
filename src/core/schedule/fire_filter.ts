/** Picks records of fires. */
import { FIRE_OUTCOMES, type FireKey, type FireOutcome, type FireRecord } from "./schedule.ts";

export interface FireFilter {
  /** Name of a DAG; absent for all. */
  readonly dag?: string;
  readonly outcomes?: readonly FireOutcome[];
  /** Inclusive lower bound of `at`. */
  readonly from?: number;
  /** Default 100. */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 100;
/** Records stand in the order in which they were written, but for what a clock that is set changes. */
const DISORDER_MS = 2 * 3_600_000;

/** One text for each key. */
export function fireKeyText({ job, kind, entry, tick }: FireKey): string {
  return [job, kind, entry, tick].join("\n");
}

/**
 * The first records that fit, ordered by `at`, newest first. What is no record is passed over, and so is the second
 * record of one fire: a crash may leave two.
 * @param records in the order in which they were written, newest first
 */
export async function pickFires(records: AsyncIterable<unknown>, filter: FireFilter): Promise<FireRecord[]> {
  const { limit = DEFAULT_LIMIT } = filter;
  const found = new Map<string, FireRecord>();
  for await (const record of records) {
    if (found.size >= limit) break;
    if (!isFireRecord(record)) continue;
    if (filter.from !== undefined && record.settledAt < filter.from - DISORDER_MS) break;
    if (!fits(record, filter)) continue;
    const key = fireKeyText(record);
    if (!found.has(key)) found.set(key, record);
  }
  return [...found.values()].sort((a, b) => b.at - a.at);
}

function fits(record: FireRecord, { dag, outcomes, from }: FireFilter): boolean {
  return (dag === undefined || record.dag === dag) && (!outcomes || outcomes.includes(record.outcome)) &&
    (from === undefined || record.at >= from);
}

function isFireRecord(value: unknown): value is FireRecord {
  const record = value as Partial<FireRecord> | null;
  return typeof record?.at === "number" && typeof record.dag === "string" && typeof record.job === "string" &&
    typeof record.settledAt === "number" &&
    FIRE_OUTCOMES.includes(record.outcome!);
}
