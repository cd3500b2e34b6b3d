import { assert, assertEquals, assertMatch } from "../../tests/assert.ts";
import { cronMatches, type CronSpec, parseCron } from "./cron.ts";

function spec(expression: string): CronSpec {
  const { cron, error } = parseCron(expression);
  assertEquals(error, "", expression);
  return cron!;
}

Deno.test("cron: fields", () => {
  const cron = spec("*/20 8-10 1,15 jan-MAR/2 mon-fri");
  assertEquals(cron.minutes, [0, 20, 40]);
  assertEquals(cron.hours, [8, 9, 10]);
  assertEquals(cron.days, [1, 15]);
  assertEquals(cron.months, [1, 3]);
  assertEquals(cron.weekdays, [1, 2, 3, 4, 5]);
  assertEquals([cron.anyDay, cron.anyWeekday, cron.timeZone], [false, false, ""]);
  assertEquals(spec("5/15 * * * *").minutes, [5, 20, 35, 50]);
  assertEquals(spec("1,2-10/3,*/30 * * * *").minutes, [0, 1, 2, 5, 8, 30]);
  assertEquals(spec("*/100 * * * *").minutes, [0]);
  assertEquals(spec("  00  07 *\t* * ").hours, [7]);
  assertEquals(spec("0 0 * * 7").weekdays, [0]);
  assertEquals(spec("0 0 * * 5-7").weekdays, [0, 5, 6]);
  assertEquals(spec("0 0 * * *").weekdays, [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("cron: time zones", () => {
  assertEquals(spec("CRON_TZ=Asia/Tokyo 5 4 * * *").timeZone, "Asia/Tokyo");
  assertEquals(spec("TZ=UTC 5 4 * * *").timeZone, "UTC");
  assertEquals(spec("TZ= 5 4 * * *").timeZone, "UTC");
  assertEquals(spec("TZ=Local 5 4 * * *").timeZone, "");
  assertMatch(parseCron("CRON_TZ=Foo/Bar 0 1 * * *").error, /time zone "Foo\/Bar"/);
});

Deno.test("cron: what cannot be read says why", () => {
  const cases: readonly [string, RegExp][] = [
    ["", /five fields.*found 0/],
    ["TZ=UTC", /five fields.*found 0/],
    ["* * * *", /five fields.*found 4/],
    ["0 0 1 * * *", /found 6/],
    ["@hourly", /"@hourly" are not supported/],
    ["@reboot", /not supported/],
    ["@every 5m", /not supported/],
    ["61 * * * *", /minute 61 is outside of 0-59/],
    ["0 24 * * *", /hour 24/],
    ["0 0 0 * *", /day of month 0/],
    ["0 0 * 13 *", /month 13/],
    ["0 0 * * 8", /day of week 8/],
    ["5-1 * * * *", /begins after its end/],
    ["*/0 * * * *", /step/],
    ["*/2/3 * * * *", /more than one slash/],
    ["1-2-3 * * * *", /more than one dash/],
    ["-1 * * * *", /not a number/],
    ["0 0 L * *", /not a number or name/],
    ["0 0 * january *", /not a number or name/],
    [", * * * *", /empty/],
  ];
  for (const [expression, expected] of cases) {
    const { cron, error } = parseCron(expression);
    assertEquals(cron, null, expression);
    assertMatch(error, expected);
  }
});

Deno.test("cron: one restricted day field decides alone, two are alternatives", () => {
  const at = { minute: 0, hour: 0, day: 13, month: 6, weekday: 4 };
  assert(cronMatches(spec("0 0 13 * *"), at));
  assert(!cronMatches(spec("0 0 * * 5"), at));
  assert(cronMatches(spec("0 0 13 * 5"), at));
  assert(cronMatches(spec("0 0 1 * 4"), at));
  assert(!cronMatches(spec("0 0 1 * 5"), at));
  assert(!cronMatches(spec("1 0 13 * *"), at));
  assert(!cronMatches(spec("0 0 13 7 *"), at));
  assert(!cronMatches(spec("0 0 */2 * 5"), { ...at, day: 14 }));
});
