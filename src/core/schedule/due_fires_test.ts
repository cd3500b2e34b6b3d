import { assertEquals, assertMatch } from "../../../tests/assert.ts";
import { parseCron } from "./cron.ts";
import { dueTimes, previousFire } from "./due_fires.ts";
import { nextFire } from "./next_fire.ts";
import { DEFAULT_POLICY, type SchedulePolicy } from "./schedule.ts";
import { timeZone } from "./time_zone.ts";

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const NOON = Date.UTC(2026, 10, 23, 12);
const UTC = timeZone("UTC");

/** Minutes before noon at which something is due. */
function due(text: string, firstMinutesAgo: number, policy: Partial<SchedulePolicy> = {}, lateMs = 0) {
  const now = NOON + lateMs;
  const cron = parseCron(text).cron!;
  const { run, missed } = dueTimes(cron, UTC, NOON - firstMinutesAgo * MINUTE, now, {
    ...DEFAULT_POLICY,
    ...policy,
  });
  const ago = (at: number) => (NOON - at) / MINUTE;
  return {
    run: run.map((one) => one.caughtUp ? `${ago(one.at)} late` : ago(one.at)),
    missed: missed && [ago(missed.since), ago(missed.at), missed.count],
    why: missed?.why ?? "",
  };
}

Deno.test("due: one time, on time or nearly so", () => {
  for (const catchup of ["off", "latest", "all"] as const) {
    assertEquals(due("* * * * *", 0, { catchup }), { run: [0], missed: null, why: "" });
    assertEquals(due("0 12 * * *", 0, { catchup }, MINUTE - 1), { run: [0], missed: null, why: "" });
  }
});

Deno.test("due: latest makes the newest good when it is young enough", () => {
  assertEquals(due("0 * * * *", 0, {}, 2 * MINUTE), { run: ["0 late"], missed: null, why: "" });
  const old = due("0 * * * *", 0, {}, 10 * MINUTE);
  assertEquals([old.run, old.missed], [[], [0, 0, 1]]);
  assertMatch(old.why, /only the newest.*600 s/);
  const many = due("* * * * *", 30);
  assertEquals([many.run, many.missed], [[0], [30, 1, 30]]);
  const slept = due("*/5 * * * *", 30, {}, 3 * MINUTE);
  assertEquals([slept.run, slept.missed], [["0 late"], [30, 5, 6]]);
  const wide = due("0 6 * * *", 6 * 60, { catchupWindowMs: DAY });
  assertEquals([wide.run, wide.missed], [["360 late"], null]);
});

Deno.test("due: off makes nothing good", () => {
  const late = due("0 12 * * *", 0, { catchup: "off" }, MINUTE);
  assertEquals([late.run, late.missed], [[], [0, 0, 1]]);
  assertMatch(late.why, /catchup is off/);
  const many = due("* * * * *", 30, { catchup: "off" });
  assertEquals([many.run, many.missed], [[0], [30, 1, 30]]);
});

Deno.test("due: all makes everything good inside the window", () => {
  const many = due("*/5 * * * *", 30, { catchup: "all", catchupWindowMs: 16 * MINUTE });
  assertEquals([many.run, many.missed], [["15 late", "10 late", "5 late", 0], [30, 20, 3]]);
  assertMatch(many.why, /960 s/);
});

Deno.test("due: a year of minutes is counted no further than makes sense", () => {
  const year = due("* * * * *", 365 * 1440);
  assertEquals([year.run, year.missed?.slice(0, 2)], [[0], [365 * 1440, 1]]);
  const all = due("* * * * *", 365 * 1440, { catchup: "all", catchupWindowMs: 30 * DAY });
  assertEquals(all.run.length, 1000);
  assertEquals(all.run.at(-1), 0);
});

Deno.test("due: seconds", () => {
  const { run, missed } = due("*/10 * * * * *", 0.5);
  assertEquals([run, missed], [[0], [0.5, 1 / 6, 3]]);
});

Deno.test("previous fire: nothing lies between it and the time that is asked for", () => {
  const zone = timeZone("Europe/Berlin");
  const patterns = [
    "* * * * *",
    "*/7 * * * * *",
    "5 * * * *",
    "30 2 * * *",
    "0 0 1 * *",
    "0 0 29 2 *",
    "0 0 1 1 *",
  ];
  for (const text of patterns) {
    const cron = parseCron(text).cron!;
    const before = previousFire(cron, NOON, zone);
    assertEquals(before > 0 && before < NOON, true, text);
    assertEquals(nextFire(cron, before - 1, zone), before, text);
    assertEquals(nextFire(cron, before, zone)! >= NOON, true, text);
  }
  assertEquals(previousFire(parseCron("0 0 31 2 *").cron!, NOON, UTC), 0);
});
