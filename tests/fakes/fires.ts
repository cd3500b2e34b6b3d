import { entryName, tickName } from "../../src/core/schedule/fire_key.ts";
import type { Fire, FireRecord } from "../../src/core/schedule/schedule.ts";

export const FIRE_AT = Date.UTC(2026, 10, 23, 2);

export function makeFire(more: Partial<Fire> = {}): Fire {
  const at = more.at ?? FIRE_AT;
  return {
    job: "etl",
    kind: "start",
    entry: entryName("0 2 * * *", "UTC"),
    tick: tickName(at),
    dag: "etl",
    file: "/dags/etl.yaml",
    zone: "UTC",
    at,
    previousAt: at - 86_400_000,
    runId: `run-${tickName(at)}`,
    previousRunId: `run-${tickName(at - 86_400_000)}`,
    caughtUp: false,
    missed: "",
    since: at,
    count: 1,
    overlap: "skip",
    skipIfSuccessful: false,
    suspended: false,
    broken: "",
    queue: "",
    maxActiveRuns: 1,
    distributed: false,
    ...more,
  };
}

export function makeFireRecord(more: Partial<FireRecord> = {}): FireRecord {
  const { job, kind, entry, tick, dag, zone, at, since, count, runId } = makeFire(more);
  const key = { job, kind, entry, tick, dag, zone, at, since, count, runId };
  return { ...key, outcome: "started", why: "", settledAt: at + 500, ...more };
}
