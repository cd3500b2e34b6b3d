import { assertEquals, assertRejects } from "../../../tests/assert.ts";
import { MAX_BACKFILL, paramsAt, pastFires } from "./backfill.ts";
import { entryName, fireRunId } from "./fire_key.ts";
import { plainSchedule } from "./schedule.ts";
import { zonedTime } from "./zoned_time.ts";

const at = (text: string) => Date.parse(text);
const range = (from: string, until: string) => ({ from: at(from), until: at(until) });
const daily = [plainSchedule("30 2 * * *")];

async function times(
  expressions: readonly string[],
  zone: string,
  from: string,
  until: string,
): Promise<string[]> {
  const fires = await pastFires("etl", expressions.map(plainSchedule), zone, range(from, until));
  return fires.map((fire) => zonedTime(fire.at, fire.zone));
}

Deno.test("backfill: every time of the range, both ends included, oldest first", async () => {
  assertEquals(await times(["0 2 * * *"], "UTC", "2026-01-01T02:00:00Z", "2026-01-03T02:00:00Z"), [
    "2026-01-01T02:00:00Z",
    "2026-01-02T02:00:00Z",
    "2026-01-03T02:00:00Z",
  ]);
  assertEquals(
    await times(["0 3 * * *", "0 1 * * *"], "UTC", "2026-01-01T00:00:00Z", "2026-01-01T05:00:00Z"),
    [
      "2026-01-01T01:00:00Z",
      "2026-01-01T03:00:00Z",
    ],
  );
  assertEquals(await times(["0 2 * * *"], "UTC", "2026-01-01T03:00:00Z", "2026-01-01T04:00:00Z"), []);
});

Deno.test("backfill: a day is skipped by no change of clocks", async () => {
  assertEquals(await times(["30 2 * * *"], "Europe/Berlin", "2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z"), [
    "2026-03-28T02:30:00+01:00",
    "2026-03-29T03:00:00+02:00",
    "2026-03-30T02:30:00+02:00",
  ]);
});

Deno.test("backfill: a schedule that is written twice, and one without times, count once and not at all", async () => {
  const given = ["0 2 * * *", "CRON_TZ=UTC 0 2 * * *", "@reboot"];
  assertEquals((await times(given, "UTC", "2026-01-01T00:00:00Z", "2026-01-01T23:00:00Z")).length, 1);
});

Deno.test("backfill: a run has the id that the scheduler gives it", async () => {
  const [fire] = await pastFires(
    "team/etl",
    daily,
    "UTC",
    range("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
  );
  const key = {
    job: "team/etl",
    kind: "start",
    entry: entryName("30 2 * * *", "UTC"),
    tick: "20260101T0230Z",
  };
  assertEquals(fire?.runId, await fireRunId({ ...key, kind: "start" }, at("2026-01-01T02:30:00Z")));
});

Deno.test("backfill: what would be too many is refused", async () => {
  const days = (count: number) => pastFires("etl", daily, "UTC", { from: 0, until: count * 86_400_000 - 1 });
  assertEquals((await days(MAX_BACKFILL)).length, MAX_BACKFILL);
  await assertRejects(() => days(MAX_BACKFILL + 1), Error, "more than 366 times; choose a shorter range");
});

Deno.test("backfill: parameters get the time as the clocks of its zone show it", () => {
  const fire = { at: at("2026-01-01T23:30:00Z"), zone: "Europe/Berlin" };
  assertEquals(paramsAt("DAY={date} AT={time}", fire), "DAY=2026-01-02 AT=2026-01-02T00:30:00+01:00");
  assertEquals(paramsAt('{"day": "{date}", "x": "{y}"}', fire), '{"day": "2026-01-02", "x": "{y}"}');
});
