import { assert, assertEquals } from "../../../tests/assert.ts";
import type { DagFile, RunSummary } from "../api/types.ts";
import { withEvent } from "../live_runs.ts";
import { nextFires } from "./next_list.tsx";
import { failingNow } from "./failing.ts";
import { stripMarks } from "./strip_marks.ts";

function run(id: string, status: number, startedAt: string, finishedAt = ""): RunSummary {
  return {
    rootDAGRunName: "etl",
    rootDAGRunId: id,
    dagRunId: id,
    name: "etl",
    status,
    statusLabel: "",
    startedAt,
    finishedAt,
    createdAt: startedAt,
    log: "",
  };
}

function dag(statuses: readonly number[]): DagFile {
  return {
    fileName: "etl",
    dag: { name: "etl" },
    latestDAGRun: run("r0", statuses[0]!, ""),
    suspended: false,
    errors: [],
    recentRuns: statuses.map((status, i) => ({ dagRunId: `r${i}`, status, startedAt: "" })),
  };
}

Deno.test("a workflow fails while its newest run that has ended failed", () => {
  const failed = [run("r0", 2, ""), run("r1", 2, "")];
  assertEquals(failingNow([dag([2, 2, 4])], failed).map(({ run, inRow }) => [run.dagRunId, inRow]), [[
    "r0",
    2,
  ]]);
  assertEquals(
    failingNow([dag([1, 2, 4])], failed).map(({ run }) => run.dagRunId),
    ["r1"],
    "one that goes on",
  );
  assertEquals(failingNow([dag([4, 2])], failed), []);
  assertEquals(failingNow([dag([])], failed), []);
});

Deno.test("lists of runs follow events", () => {
  const list = [run("b", 1, "2026-01-02T00:00:00Z"), run("a", 4, "2026-01-01T00:00:00Z")];
  const ids = (runs: readonly RunSummary[]) =>
    runs.map(({ dagRunId, status }) => `${dagRunId}${status}`).join();
  const all = () => true;
  assertEquals(ids(withEvent(list, { run: run("b", 4, "2026-01-02T00:00:00Z") }, all)), "b4,a4");
  assertEquals(ids(withEvent(list, { run: run("c", 1, "2026-01-03T00:00:00Z") }, all)), "c1,b1,a4");
  assertEquals(ids(withEvent(list, { run: run("z", 1, "2025-01-03T00:00:00Z") }, all)), "b1,a4,z1");
  assertEquals(
    ids(withEvent(list, { run: run("b", 4, "2026-01-02T00:00:00Z") }, ({ status }) => status === 1)),
    "a4",
  );
  assertEquals(ids(withEvent(list, { removed: { name: "etl", id: "a" } }, all)), "b1");
  const child = { ...run("k", 1, "2026-01-03T00:00:00Z"), rootDAGRunId: "b" };
  assertEquals(ids(withEvent(list, { run: child }, all)), "b1,a4", "sub-runs are not in lists");
});

Deno.test("marks of a day are seen however short, and do not lie on each other", () => {
  const span = { from: Date.parse("2026-01-01T00:00:00Z"), to: Date.parse("2026-01-02T00:00:00Z") };
  const at = (time: string) => `2026-01-01T${time}Z`;
  const runs = [
    run("e", 1, at("20:00:00")),
    run("d", 4, at("12:00:30"), at("12:00:31")),
    run("c", 2, at("12:00:00"), at("12:00:01")),
    run("b", 4, at("06:00:00"), at("09:00:00")),
    run("a", 4, "2025-12-31T10:00:00Z", "2025-12-31T11:00:00Z"),
  ];
  const marks = stripMarks(runs, span, span.to, 100);
  assertEquals(marks.map(({ tone, runs }) => `${tone} ${runs.map((one) => one.dagRunId)}`), [
    "ok b",
    "bad c,d",
    "live e",
  ]);
  for (const [i, mark] of marks.entries()) {
    assert(mark.to - mark.from > 0.0099, "too small");
    assert(i === 0 || mark.from >= marks[i - 1]!.to - 1e-9, "on each other");
    assert(mark.from >= 0 && mark.to <= 1, "outside");
  }
  assertEquals(marks[2]!.to, 1);
});

Deno.test("what comes next is told once of each workflow that is not suspended", () => {
  const next = (fileName: string, nextRuns: string[], suspended = false) => ({
    ...dag([]),
    fileName,
    nextRuns,
    suspended,
  });
  const fires = nextFires([
    next("daily", ["2026-01-02T00:00:00Z"]),
    next("often", ["2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"]),
    next("off", ["2026-01-01T00:00:30Z"], true),
    dag([]),
  ]);
  assertEquals(fires.map(({ file }) => file), ["often", "daily"]);
});
