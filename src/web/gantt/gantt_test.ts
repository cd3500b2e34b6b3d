import { assertEquals } from "../../../tests/assert.ts";
import { ganttOf, type GanttStep, ticks } from "./gantt.ts";

const step = (name: string, startedAt: number, finishedAt: number, ...depends: string[]): GanttStep => ({
  name,
  depends,
  startedAt,
  finishedAt,
});
const critical = (steps: readonly GanttStep[], now = 0) =>
  ganttOf({ queuedAt: 0, startedAt: 1000, finishedAt: now ? 0 : 9000 }, steps, now).rows
    .flatMap(({ critical }, i) => critical ? steps[i].name : []);

Deno.test("the critical path is the chain of steps that were waited for", () => {
  const steps = [
    step("a", 1000, 2000),
    step("b", 1000, 5000),
    step("c", 2000, 2500, "a"),
    step("d", 5000, 9000, "c", "b"),
    step("e", 0, 0, "d"),
  ];
  assertEquals(critical(steps), ["b", "d"]);
  assertEquals(critical([step("a", 1000, 2000)]), []);
  assertEquals(critical([step("a", 1000, 2000), step("b", 2000, 0, "a"), step("c", 2000, 3000, "a")], 4000), [
    "a",
    "b",
  ]);
});

Deno.test("a circle in the dependencies does no harm", () => {
  assertEquals(critical([step("a", 1000, 2000, "b"), step("b", 1000, 3000, "a")]), ["a", "b"]);
});

Deno.test("a step waits from when the ones before it have ended", () => {
  const run = { queuedAt: 500, startedAt: 1000, finishedAt: 9000 };
  const steps = [
    step("a", 1010, 2000),
    step("b", 4000, 9000, "a"),
    step("c", 3000, 3500),
    step("d", 0, 0, "b"),
  ];
  const { from, begun, to, rows } = ganttOf(run, steps, 20_000);
  assertEquals([from, begun, to], [500, 1000, 9000]);
  assertEquals(rows.map(({ ready, from, to }) => [ready, from, to]), [
    [1010, 1010, 2000],
    [2000, 4000, 9000],
    [1000, 3000, 3500],
    [0, 0, 0],
  ]);
});

Deno.test("what goes on ends now, and steps of an earlier try are seen", () => {
  const run = { queuedAt: 0, startedAt: 5000, finishedAt: 0 };
  const { from, to, rows } = ganttOf(run, [step("a", 1000, 2000), step("b", 5000, 0, "a")], 7000);
  assertEquals([from, to], [1000, 7000]);
  assertEquals(rows[1].to, 7000);
  assertEquals(ganttOf({ queuedAt: 300, startedAt: 0, finishedAt: 0 }, [step("a", 0, 0)], 900), {
    from: 300,
    to: 900,
    begun: 900,
    rows: [{ ready: 0, from: 0, to: 0, critical: false }],
  });
});

Deno.test("ticks are round and few", () => {
  assertEquals(ticks(9000, 5), [2000, 4000, 6000, 8000]);
  assertEquals(ticks(60_000, 4), [15_000, 30_000, 45_000]);
  assertEquals(ticks(0, 4), []);
  assertEquals(ticks(400 * 24 * 3600_000, 4), [100, 200, 300].map((day) => day * 24 * 3600_000));
});
