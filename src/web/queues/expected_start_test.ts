import { assertEquals } from "../../../tests/assert.ts";
import type { RunSummary } from "../api/types.ts";
import { expectedStarts } from "./expected_start.ts";

const NOW = Date.parse("2026-01-01T12:00:00Z");

function run(name: string, startedAt = ""): RunSummary {
  return {
    rootDAGRunName: "",
    rootDAGRunId: "",
    dagRunId: name,
    name,
    status: 1,
    statusLabel: "",
    startedAt,
    finishedAt: "",
    log: "",
  };
}

const usual = (name: string) => ({ short: 60_000, long: 600_000 })[name] ?? 0;
const starts = (maxConcurrency: number, running: RunSummary[], queued: RunSummary[]) =>
  expectedStarts({ maxConcurrency, running, queued }, usual, NOW).map((at) =>
    at === 0 ? null : (at - NOW) / 1000
  );

Deno.test("runs that wait begin when a place becomes free, in their order", () => {
  const began = "2026-01-01T11:59:30Z";
  assertEquals(starts(1, [run("short", began)], [run("long"), run("short")]), [30, 630]);
  assertEquals(starts(2, [run("short", began), run("long", began)], [run("short"), run("short")]), [30, 90]);
  assertEquals(starts(2, [run("short", began)], [run("long")]), [0], "a place is free");
  assertEquals(starts(0, [run("short", began)], [run("long")]), [0], "there is no limit");
});

Deno.test("one that takes longer than usual may end at any time; of what is not known nothing is told", () => {
  assertEquals(starts(1, [run("short", "2026-01-01T10:00:00Z")], [run("short"), run("short")]), [0, 60]);
  assertEquals(starts(1, [run("new", "2026-01-01T10:00:00Z")], [run("short")]), [null]);
  assertEquals(starts(1, [run("short", "2026-01-01T11:59:30Z")], [run("new"), run("short")]), [30, null]);
});
