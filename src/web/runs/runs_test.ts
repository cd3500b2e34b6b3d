import { assert, assertEquals } from "../../../tests/assert.ts";
import { RunStatus } from "../../core/status.ts";
import type { RunSummary } from "../api/types.ts";
import { histogram } from "./histogram.ts";
import { fitsQuery, parseRunQuery, serverQuery, withRange } from "./run_query.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");

function run(change: Partial<RunSummary>): RunSummary {
  return {
    rootDAGRunName: "",
    rootDAGRunId: "",
    dagRunId: "0190",
    name: "etl_eu",
    status: 4,
    statusLabel: "",
    startedAt: "",
    finishedAt: "",
    createdAt: "2026-03-01T10:00:00Z",
    log: "",
    ...change,
  };
}

Deno.test("queries: what is said, and what cannot be understood", () => {
  const query = parseRunQuery(
    'status:failed,queued name:etl* since:2d until:2026-02-28 tag:prod "two words" x',
    NOW,
  );
  assertEquals(query.statuses, [RunStatus.Failed, RunStatus.Queued]);
  assertEquals([query.name, query.tag, query.words], ["etl*", "prod", ["two words", "x"]]);
  assertEquals(query.from, NOW - 2 * 86_400_000);
  assertEquals(query.until, new Date("2026-02-28T00:00").getTime());
  assertEquals(query.problems, []);
  assertEquals(parseRunQuery("status:odd since:soon", NOW).problems.length, 2);
  assertEquals(parseRunQuery("status:active", NOW).statuses.length, 3);
});

Deno.test("queries: the server is asked for what it can tell, all time unless a time is named", () => {
  assertEquals(serverQuery(parseRunQuery("", NOW)), "fromDate=0");
  const text = "status:failed name:etl since:1h id:abc";
  assertEquals(
    serverQuery(parseRunQuery(text, NOW)),
    `fromDate=${NOW / 1000 - 3600}&status=2&name=etl&dagRunId=abc`,
  );
  assert(!serverQuery(parseRunQuery("name:etl*", NOW)).includes("name="));
});

Deno.test("queries: what fits", () => {
  const fits = (text: string, change: Partial<RunSummary> = {}) =>
    fitsQuery(parseRunQuery(text, NOW), (name) => name === "etl_eu" ? ["prod"] : [])(run(change));
  assert(
    fits("") && fits("name:etl*") && fits("name:ETL_EU") && fits("tag:prod") && fits("since:3h") &&
      fits("eu"),
  );
  assert(
    !fits("name:etl") && !fits("name:tl*") && !fits("tag:test") && !fits("since:1h") &&
      !fits("status:failed"),
  );
  assert(fits("refused", { reason: { step: "load", error: "Connection refused", exitCode: 2 } }));
  assert(
    fits("trigger:schedule", { trigger: "schedule" }) && !fits("trigger:schedule", { trigger: "manual" }),
  );
  assert(fits("name:a.b", { name: "a.b" }) && !fits("name:a.b", { name: "axb" }), "a dot is a dot");
});

Deno.test("queries: a range takes the place of the one before", () => {
  const text = withRange("status:failed since:2d", NOW, NOW + 1000);
  assertEquals(text, "status:failed since:2026-03-01T12:00:00Z until:2026-03-01T12:00:01Z");
  assertEquals(parseRunQuery(text, NOW).from, NOW);
  assertEquals(withRange(text, NOW, NOW + 2000).match(/since/g)?.length, 1);
});

Deno.test("histogram: every run is in one column, columns follow each other up to now", () => {
  const runs = Array.from(
    { length: 50 },
    (_, i) =>
      run({
        status: i % 5 === 0 ? 2 : i % 7 === 0 ? 1 : 4,
        createdAt: new Date(NOW - i * 1_700_000).toISOString(),
      }),
  );
  const columns = histogram(runs, NOW);
  assertEquals(columns.reduce((sum, { ok, bad, other }) => sum + ok + bad + other, 0), 50);
  assertEquals(columns.reduce((sum, { bad }) => sum + bad, 0), 10);
  for (const [i, column] of columns.entries()) assert(i === 0 || column.from === columns[i - 1]!.to);
  assert(columns.at(-1)!.to >= NOW && columns.length <= 91, `${columns.length}`);
  assertEquals(histogram([], NOW).length, 1);
});
