import { assert, assertEquals, assertMatch } from "../../../tests/assert.ts";
import { cronHasDay, type CronSpec, parseCron } from "./cron.ts";
import { members } from "./small_set.ts";

function spec(expression: string): CronSpec {
  const { cron, error } = parseCron(expression);
  assertEquals(error, "", expression);
  return cron!;
}

Deno.test("cron: fields", () => {
  const cron = spec("*/20 8-10 1,15 jan-MAR/2 mon-fri");
  assertEquals(members(cron.seconds), [0]);
  assertEquals(members(cron.minutes), [0, 20, 40]);
  assertEquals(members(cron.hours), [8, 9, 10]);
  assertEquals(members(cron.days), [1, 15]);
  assertEquals(members(cron.months), [1, 3]);
  assertEquals(members(cron.weekdays), [1, 2, 3, 4, 5]);
  assertEquals([cron.anyDay, cron.anyWeekday, cron.timeZone], [false, false, ""]);
  assertEquals(members(spec("5/15 * * * *").minutes), [5, 20, 35, 50]);
  assertEquals(members(spec("1,2-10/3,*/30 * * * *").minutes), [0, 1, 2, 5, 8, 30]);
  assertEquals(members(spec("*/100 * * * *").minutes), [0]);
  assertEquals(members(spec("  00  07 *\t* * ").hours), [7]);
  assertEquals(members(spec("0 0 * * 7").weekdays), [0]);
  assertEquals(members(spec("0 0 * * 5-7").weekdays), [0, 5, 6]);
  assertEquals(members(spec("0 0 * * 7/2").weekdays), [0]);
  assertEquals(members(spec("0 0 * * *").weekdays), [0, 1, 2, 3, 4, 5, 6]);
  assertEquals(members(spec("59 0-59/29 * * * *").seconds), [59]);
  assertEquals(members(spec("59 0-59/29 * * * *").minutes), [0, 29, 58]);
});

Deno.test("cron: macros", () => {
  assertEquals(spec("@hourly"), spec("0 * * * *"));
  assertEquals(spec("@daily"), spec("0 0 * * *"));
  assertEquals(spec("@Midnight"), spec("0 0 * * *"));
  assertEquals(spec("@weekly"), spec("0 0 * * 0"));
  assertEquals(spec("@monthly"), spec("0 0 1 * *"));
  assertEquals(spec("@annually"), spec("@yearly"));
  assertEquals(spec("CRON_TZ=Asia/Tokyo @daily").timeZone, "Asia/Tokyo");
  assert(spec("@reboot").reboot);
  assert(!spec("@yearly").reboot);
});

Deno.test("cron: a star or a step in the hour makes an interval", () => {
  for (
    const text of ["* * * * *", "0 */2 * * *", "0 8-18/2 * * *", "0 1,*/6 * * *", "0 0-23 * * *", "@hourly"]
  ) {
    assert(spec(text).interval, text);
  }
  for (const text of ["*/5 2 * * *", "0 1,2,3 * * *", "0 8-18 * * *", "@daily"]) {
    assert(!spec(text).interval, text);
  }
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
    ["0 0 0 1 * * *", /found 7/],
    ["every day", /five fields.*found 2/],
    ["@every 5m", /"@every 5m" is not known/],
    ["@nightly", /expected @yearly,.*@reboot/],
    ["61 * * * *", /minute 61 is outside of 0-59/],
    ["60 * * * * *", /second 60 is outside of 0-59/],
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
    ["0,".repeat(5000) + " * * * *", /^It has 10008 characters, expected at most 1000$/],
  ];
  for (const [expression, expected] of cases) {
    const { cron, error } = parseCron(expression);
    assertEquals(cron, null, expression);
    assertMatch(error, expected);
  }
});

Deno.test("cron: one restricted day field decides alone, two are alternatives", () => {
  const thursday13 = (expression: string) => cronHasDay(spec(expression), 13, 4);
  assert(thursday13("0 0 13 * *"));
  assert(!thursday13("0 0 * * 5"));
  assert(thursday13("0 0 13 * 5"));
  assert(thursday13("0 0 1 * 4"));
  assert(!thursday13("0 0 1 * 5"));
  assert(!cronHasDay(spec("0 0 */2 * 5"), 14, 4));
});
